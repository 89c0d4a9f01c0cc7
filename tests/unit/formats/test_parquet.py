"""A Parquet file joined from parts is the file that one writer would have made."""

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata_engine.formats import parquet
from syndata_engine.formats.parquet import BLOCK_ROWS, MAGIC, ColumnLayout, closing, encode_part, part_file

POOL = ("", "north", "south", "ost", "wést", "☃ snow")


def joined(tables: Sequence[pa.Table], columns: Sequence[ColumnLayout] = ()) -> bytes:
    parts = [encode_part(table, columns) for table in tables]
    end = closing([part.footer for part in parts], [len(part.body) for part in parts])
    return b"".join((MAGIC, *(part.body for part in parts), end))


def one_writer(tables: Sequence[pa.Table], columns: Sequence[ColumnLayout] = ()) -> bytes:
    sink = io.BytesIO()
    options = parquet.writer_options(tables[0].schema, columns)
    with pq.ParquetWriter(sink, tables[0].schema, **options) as writer:
        for table in tables:
            writer.write_table(table, row_group_size=max(1, table.num_rows))
    return sink.getvalue()


def read(body: bytes) -> pa.Table:
    return pq.read_table(pa.BufferReader(body))


def plain(table: pa.Table) -> pa.Table:
    """The table as readers see it: that a column was a dictionary does not show."""
    dense = [pa.string() if pa.types.is_dictionary(field.type) else field.type for field in table.schema]
    return table.cast(pa.schema(list(zip(table.column_names, dense, strict=True))))


def many(rows: int, start: int = 0) -> pa.Table:
    """A table of every kind of column that the engine makes, longer than one block when asked."""
    number = range(start, start + rows)
    index = pa.array([None if n % 11 == 0 else n % len(POOL) for n in number], pa.int32())
    return pa.table(
        {
            "id": pa.array([f"{n * 0x9E3779B97F4A7C15 % 2**64:016x}" for n in number], pa.string()),
            "name": pa.array([f"{POOL[n % 6]} {POOL[n % 5]}" for n in number], pa.string()),
            "region": pa.DictionaryArray.from_arrays(index, pa.array(POOL)),
            "amount": pa.array([Decimal(n).scaleb(-2) for n in number], pa.decimal128(12, 2)),
            "mass": pa.array([Decimal(n) ** 5 for n in number], pa.decimal128(38, 0)),
            "ratio": pa.array([n / 7 if n % 5 else None for n in number], pa.float64()),
            "born": pa.array([date.fromordinal(700_000 + n % 9999) for n in number], pa.date32()),
            "seen_at": pa.array([datetime.fromtimestamp(n * 977, UTC) for n in number], pa.timestamp("us", "UTC")),
            "active": pa.array([n % 3 == 0 for n in number], pa.bool_()),
            "count": pa.array([None if n % 7 == 0 else n - 50 for n in number], pa.int64()),
            "nothing": pa.nulls(rows, pa.string()),
        }
    )


LAYOUTS = (ColumnLayout("id", high_entropy=True), ColumnLayout("name", dictionary=True))

VALUES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "int64": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "int32": (pa.int32(), st.integers(-(2**31), 2**31 - 1)),
    "uint64": (pa.uint64(), st.integers(0, 2**64 - 1)),
    "decimal": (pa.decimal128(12, 2), st.decimals(-(10**9), 10**9, places=2)),
    "long decimal": (pa.decimal128(30, 4), st.decimals(-(10**20), 10**20, places=4)),
    "date": (pa.date32(), st.dates()),
    "instant": (pa.timestamp("us", "UTC"), st.datetimes(timezones=st.just(UTC))),
    "text": (pa.string(), st.text(max_size=20)),
    "pool": (pa.dictionary(pa.int32(), pa.string()), st.sampled_from(POOL)),
    "bool": (pa.bool_(), st.booleans()),
    "double": (pa.float64(), st.floats()),
}


@st.composite
def datasets(draw: st.DrawFn) -> tuple[list[pa.Table], list[ColumnLayout]]:
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=6))
    layouts = [ColumnLayout(f"c{i}.x", draw(st.booleans()), draw(st.booleans())) for i in range(len(kinds))]
    return [draw(tables(kinds, layouts)) for _ in range(draw(st.integers(1, 4)))], layouts


@st.composite
def tables(draw: st.DrawFn, kinds: Sequence[str], layouts: Sequence[ColumnLayout]) -> pa.Table:
    rows = draw(st.integers(0, 12))
    arrays = {}
    for kind, layout in zip(kinds, layouts, strict=True):
        arrow, values = VALUES[kind]
        cells = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        if pa.types.is_dictionary(arrow):
            index = pa.array([None if cell is None else POOL.index(cell) for cell in cells], pa.int32())
            arrays[layout.name] = pa.DictionaryArray.from_arrays(index, pa.array(POOL))
        else:
            arrays[layout.name] = pa.array(cells, arrow)
    return pa.table(arrays)


@given(datasets())
@settings(max_examples=150, deadline=None)
def test_parts_join_to_the_bytes_of_one_writer(dataset: tuple[list[pa.Table], list[ColumnLayout]]) -> None:
    """Any schema, any number of parts, also without rows: joined parts equal one writer's file and read back."""
    made, layouts = dataset

    body = joined(made, layouts)

    assert body == one_writer(made, layouts)
    assert read(body).num_rows == sum(table.num_rows for table in made)
    assert read(body).schema == plain(made[0]).schema


def test_long_parts_join_to_the_bytes_of_one_writer() -> None:
    """Parts of several pages and blocks, the last one shorter, hold what was put in."""
    made = [many(2 * BLOCK_ROWS), many(2 * BLOCK_ROWS, 40_000), many(777, 90_000)]

    body = joined(made, LAYOUTS)

    assert body == one_writer(made, LAYOUTS)
    assert read(body).equals(plain(pa.concat_tables(made)))
    pq.ParquetFile(pa.BufferReader(body)).metadata.row_group(2).to_dict()


def test_a_single_part_is_a_file() -> None:
    """The part's own file needs no assembler."""
    made = many(100)

    body = b"".join(part_file(encode_part(made, LAYOUTS)))

    assert body == joined([made], LAYOUTS) == one_writer([made], LAYOUTS)


def test_a_batch_and_a_table_give_the_same_bytes() -> None:
    batch = many(50).combine_chunks().to_batches()[0]

    assert encode_part(batch, LAYOUTS) == encode_part(many(50), LAYOUTS)


@pytest.mark.parametrize("step", [BLOCK_ROWS, 1000, 3 * BLOCK_ROWS])
def test_chunks_do_not_show_in_the_bytes(step: int) -> None:
    """How a table was gathered is nobody's business."""
    whole = many(3 * BLOCK_ROWS + 5)
    cut = pa.Table.from_batches(whole.combine_chunks().to_batches(step))

    assert encode_part(cut, LAYOUTS) == encode_part(whole, LAYOUTS)


def test_a_second_dictionary_costs_room_but_no_row() -> None:
    """The encoder goes on in plain text, far longer than the dictionary array was."""
    chunks = []
    for word in ("left", "right"):
        index = pa.array([0] * BLOCK_ROWS, pa.int32())
        chunks.append(pa.DictionaryArray.from_arrays(index, pa.array([word * 100])))
    made = pa.table({"side": pa.chunked_array(chunks)})

    body = joined([made])

    assert body == one_writer([made])
    assert read(body).equals(plain(made))


def test_a_dictionary_may_hold_a_value_twice() -> None:
    """Pools of names do; the column stays a dictionary, and its values are the same."""
    index = pa.array([number % 4 for number in range(BLOCK_ROWS)], pa.int32())
    twins = pa.table({"name": pa.DictionaryArray.from_arrays(index, pa.array(["Kim", "Ada", "Kim", "Bo"]))})

    body = joined([twins])

    assert read(body).equals(plain(twins))
    assert len(body) < BLOCK_ROWS


def test_many_parts_keep_their_order_and_offsets() -> None:
    """More parts than a row group's optional 16-bit number can count."""
    part = encode_part(pa.table({"n": [1]}), ())
    count = 2**15 + 10

    end = closing([part.footer] * count, [len(part.body)] * count)
    metadata = pq.ParquetFile(pa.BufferReader(MAGIC + bytes(part.body) * count + end)).metadata

    assert metadata.num_rows == metadata.num_row_groups == count
    last = metadata.row_group(count - 1).column(0)
    assert last.data_page_offset == 4 + (count - 1) * len(part.body)


@pytest.mark.parametrize("made", [[], [many(0)], [many(0), many(3), many(0)]], ids=["no part", "empty part", "mixed"])
def test_files_without_rows_have_their_columns(made: list[pa.Table], tmp_path: Path) -> None:
    """A table without rows is a file that readers open."""
    parts = [encode_part(table, ()) for table in made]
    end = closing([part.footer for part in parts], [len(part.body) for part in parts], empty_schema=many(0).schema)
    file = tmp_path / "empty.parquet"
    file.write_bytes(b"".join((MAGIC, *(part.body for part in parts), end)))

    assert pq.read_table(file).schema == plain(many(0)).schema
    assert pq.read_table(file).num_rows == sum(table.num_rows for table in made)
    with duckdb.connect() as connection:
        relation = connection.read_parquet(str(file))
        assert relation.columns == many(0).column_names
        assert relation.project("id").to_arrow_table().num_rows == sum(table.num_rows for table in made)


def test_other_readers_see_the_same_values(tmp_path: Path) -> None:
    """Delta-packed numbers, short decimals and dictionary pages are common ground."""
    made = [many(BLOCK_ROWS + 100), many(50, 20_000)]
    file = tmp_path / "many.parquet"
    file.write_bytes(joined(made, LAYOUTS))
    expected = pa.concat_tables(made).drop_columns(["seen_at", "region"]).to_pylist()

    with duckdb.connect() as connection:
        relation = connection.read_parquet(str(file))
        answer = relation.project("* exclude (seen_at, region)").to_arrow_table()
        places = relation.project("region::varchar, epoch_us(seen_at)").fetchall()

    assert answer.to_pylist() == expected
    assert places[1] == (POOL[1], 977_000_000)


def test_polars_sees_the_same_values(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    made = [many(BLOCK_ROWS + 100), many(50, 20_000)]
    file = tmp_path / "many.parquet"
    file.write_bytes(joined(made, LAYOUTS))

    frame = polars.read_parquet(file)

    assert frame["id"].to_list() == pa.concat_tables(made)["id"].to_pylist()
    assert frame["amount"].to_list() == pa.concat_tables(made)["amount"].to_pylist()
    assert frame["seen_at"].to_list() == pa.concat_tables(made)["seen_at"].to_pylist()
    assert frame["region"].cast(polars.String).to_list() == pa.concat_tables(made)["region"].to_pylist()


class TestRefusals:
    """`closing` finds out that it was called with the wrong things."""

    def test_parts_of_two_tables(self) -> None:
        first, second = encode_part(pa.table({"a": [1]}), ()), encode_part(pa.table({"b": [1]}), ())
        with pytest.raises(ValueError, match="part 1"):
            closing([first.footer, second.footer], [len(first.body), len(second.body)])

    def test_a_footer_cut_short(self) -> None:
        part = encode_part(many(3), ())
        with pytest.raises(ValueError, match="cut short"):
            closing([part.footer[:40]], [len(part.body)])

    def test_sizes_that_do_not_match(self) -> None:
        with pytest.raises(ValueError, match="body sizes"):
            closing([b""], [])

    def test_nothing_at_all(self) -> None:
        with pytest.raises(ValueError, match="empty_schema"):
            closing([], [])


PRINT_DIGEST = """
import sys
sys.path[:0] = {path!r}
from blake3 import blake3
from test_parquet import LAYOUTS, joined, many
print(blake3(joined([many(20_000), many(100, 20_000)], LAYOUTS)).hexdigest())
"""

SURROUNDINGS = {
    "older processor": {
        "ARROW_USER_SIMD_LEVEL": "NONE",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    },
    "another allocator": {"ARROW_DEFAULT_MEMORY_POOL": "system"},
    "one thread": {"OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"},
}


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_surroundings_do_not_show_in_the_bytes(name: str) -> None:
    """The processor, the allocator and the threads of the machine are not part of the plan."""
    path = [str(Path(__file__).parent), *(entry for entry in sys.path if entry)]
    environment = {**os.environ, **SURROUNDINGS[name]}

    command = [sys.executable, "-W", "ignore", "-c", PRINT_DIGEST.format(path=path)]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    expected = blake3(joined([many(20_000), many(100, 20_000)], LAYOUTS)).hexdigest()
    assert answer.stdout.strip() == expected
