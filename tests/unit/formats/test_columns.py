"""Arrow and Parquet: types, NULL, storage; what readers see does not depend on the storage."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from syndata_contracts.errors import Refused
from syndata_engine.formats.parquet_layout import MAX_DICTIONARY, SMALL_SHARE
from syndata_engine.generation import BoundTable
from tests.unit.kinds.making import Columns, by, file_of, table_of

EVERY_TYPE: Columns = {
    "i": {"type": "int"},
    "f": {"type": "float"},
    "d": {"type": "decimal(9,2)"},
    "long": {"type": "decimal(18,4)"},
    "b": {"type": "bool"},
    "day": {"type": "date"},
    "at": {"type": "datetime"},
    "id": {"type": "uuid"},
    "s": {"type": "str", "rule": ["north", "south", "", "öst"]},
    "name": "full_name",
}
TYPES = {
    "i": pa.int64(), "f": pa.float64(), "d": pa.decimal128(9, 2), "long": pa.decimal128(18, 4), "b": pa.bool_(),
    "day": pa.date32(), "at": pa.timestamp("us", "UTC"), "id": pa.string(), "s": pa.string(), "name": pa.string(),
}  # fmt: skip


def every_type(rows: int, null_rate: float = 0) -> BoundTable:
    """A table with a column of every type."""
    columns = {name: column if isinstance(column, dict) else {"rule": column} for name, column in EVERY_TYPE.items()}
    return table_of({name: {**column, "null_rate": null_rate} for name, column in columns.items()}, rows)


def parquet(table: BoundTable) -> pq.ParquetFile:
    return pq.ParquetFile(io.BytesIO(file_of(table, "parquet")))


@pytest.mark.parametrize("rows", [0, 1, 500])
@pytest.mark.parametrize("null_rate", [0, 0.3])
def test_types_and_values_are_the_same_in_memory_and_in_files(rows: int, null_rate: float) -> None:
    table = every_type(rows, null_rate)
    batch = table.batch(0, rows)
    read = parquet(table).read()

    assert dict(zip(batch.schema.names, batch.schema.types, strict=True)) == TYPES
    assert all(field.nullable == bool(null_rate) for field in batch.schema)
    assert read.schema == batch.schema
    assert read.to_pylist() == batch.to_pylist()
    batch.validate(full=True)


def test_zero_rows_make_a_file_with_columns_and_no_row_group() -> None:
    file = parquet(every_type(0))

    assert file.metadata.num_row_groups == 0
    assert file.read().schema.names == list(EVERY_TYPE)


def test_batches_in_memory_hold_no_dictionaries() -> None:
    batch = every_type(200).batch(0, 200)

    assert not [column for column in batch.columns if pa.types.is_dictionary(column.type)]


def test_decimals_and_times_are_stored_as_integers() -> None:
    schema = parquet(every_type(10)).schema
    stored = {schema.column(n).name: schema.column(n) for n in range(len(EVERY_TYPE))}

    assert (stored["d"].physical_type, stored["long"].physical_type) == ("INT32", "INT64")
    assert stored["at"].physical_type == "INT64"
    assert "isAdjustedToUTC=true, timeUnit=microseconds" in str(stored["at"].logical_type)
    assert str(stored["id"].logical_type) == "String"


def test_storage_is_as_the_page_says() -> None:
    rows = 500
    meta = parquet(every_type(rows)).metadata.row_group(0)
    chunk = {name: meta.column(n) for n, name in enumerate(EVERY_TYPE)}
    packed = {name for name in EVERY_TYPE if "DELTA_BINARY_PACKED" in chunk[name].encodings}
    dictionaries = {name for name in EVERY_TYPE if chunk[name].has_dictionary_page}

    assert packed == {"i", "d", "long", "day", "at"}
    assert dictionaries == {"s"}
    assert {name for name in EVERY_TYPE if chunk[name].compression == "SNAPPY"} == {"name"}
    assert {name for name in EVERY_TYPE if chunk[name].is_stats_set} == {"i", "f", "d", "long", "day", "at"}


@pytest.mark.parametrize(("entries", "rows", "stored"), [(10, 40, True), (10, 39, False)])
def test_a_pool_is_a_dictionary_when_a_part_has_four_rows_an_entry(entries: int, rows: int, stored: bool) -> None:
    values = [f"v{n:03}" for n in range(entries)]
    file = parquet(table_of({"x": by("choice", value=values[::-1])}, rows))

    assert (MAX_DICTIONARY, SMALL_SHARE) == (16_384, 4)
    assert file.metadata.row_group(0).column(0).has_dictionary_page is stored
    if stored:
        read = pq.read_table(
            io.BytesIO(file_of(table_of({"x": by("choice", value=values[::-1])}, rows), "parquet")),
            read_dictionary=["x"],
        )
        assert read.column("x").chunk(0).dictionary.to_pylist() == values[::-1]


def test_nullable_is_what_the_rule_can_give_not_what_it_gave() -> None:
    table = table_of({"a": {"type": "int", "null_rate": 0.000001}, "b": {"type": "int"}}, 10)
    schema = table.batch(0, 10).schema

    assert [schema.field(name).nullable for name in "ab"] == [True, False]
    assert [column.nullable for column in table.planned.columns] == [True, False]
    assert table.batch(0, 10).column("a").null_count == 0


def test_a_file_names_the_version_that_wrote_it() -> None:
    assert pa.__version__ in parquet(every_type(1)).metadata.created_by


def test_text_beyond_32_bit_offsets_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syndata_engine.generation.rendering.arrow.MAX_TEXT_BYTES", 1_000)

    with pytest.raises(Refused, match="fewer rows"):
        table_of({"x": "full_name"}, 500).batch(0, 500)
