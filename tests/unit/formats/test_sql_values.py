"""What INSERT statements and COPY text hold is what Arrow holds, cell by cell; and what cannot be held is refused."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndata_contracts.errors import Refused
from syndata_contracts.plan import Plan
from syndata_contracts.schema import ColumnSchema, DatasetSchema, TableSchema
from syndata_engine.formats import encode_part, file_names, schema_files
from syndata_engine.generation import BoundTable, Dataset
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import MAX_DAY, MICROS_PER_DAY, MIN_DAY, span
from tests.running import REPOSITORY
from tests.unit.formats.cells import cells, table_of_cells, texts
from tests.unit.formats.test_values import column, declared, shown
from tests.unit.kinds.making import by, dataset_of, file_of, table_of

PAGE = (REPOSITORY / "docs" / "formats.md").read_text().split("\n## SQL")[1].split("\n### ")[0]
EXAMPLES = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)[1:]

NASTY = ["", "'", "''", "\\", "\\N", "\\.", "\\'", "a\tb", "a\nb", "a\r\nb", "\v\f\b\x01\x1b", '"', "NULL", "'); DROP TABLE t; --",
         "Zoë 雪 👋🏽", "\u2028", "\x7f", " two ", "$$", ":name", "E'\\x'", "/* no */", "12.50", "1e5"]  # fmt: skip
values = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.sampled_from(NASTY)


def alone(table: BoundTable) -> Dataset:
    """A dataset of this table, as planning would have described it."""
    columns = tuple(ColumnSchema(name=name, id=name) for name in table.columns)
    schema = DatasetSchema(tables=(TableSchema(name=table.planned.name, id="t", columns=columns),))
    plan = Plan(
        seed=0, as_of=datetime(2026, 1, 1, tzinfo=UTC), vocabularies={}, schema_=schema, tables=(table.planned,)
    )
    return Dataset(plan, {table.planned.name: table})


def from_sqlite(table: BoundTable) -> list[tuple[Any, ...]]:
    """The table's rows after SQLite has loaded its schema and its file."""
    name = table.planned.name.replace('"', '""')
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(schema_files(alone(table), "sql")["schema.sqlite.sql"].decode())
        database.executescript(file_of(table, "sql").decode())
        return database.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall()  # noqa: S608 -- a name of ours, quoted


_UNESCAPED = {"\\": "\\", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def from_copy(table: BoundTable) -> list[tuple[str | None, ...]]:
    """The table's rows as PostgreSQL's manual says that COPY text is read."""
    head, *lines, end, rest = file_of(table, "copy").decode().split("\n")
    assert head.startswith("COPY ")
    assert (end, rest) == ("\\.", "")

    def read(field: str) -> str | None:
        return None if field == "\\N" else re.sub(r"\\(.)", lambda match: _UNESCAPED[match[1]], field)

    return [tuple(map(read, line.split("\t"))) for line in lines]


def digits(value: Any) -> str:
    """A number as text. SQLite promises 15 digits of a double, and may miss the nearest one by its last bit."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def as_arrow(name: str, value: Any) -> Any:
    """A value that SQLite or COPY handed out, as Arrow hands it out."""
    readers: dict[str, Any] = {
        "int": int,
        "float": lambda value: float(digits(value)),
        "decimal": lambda value: Decimal(digits(value)),
        "bool": lambda value: value in {1, "true"},
        "date": lambda value: datetime.fromisoformat(value).date(),
        "datetime": datetime.fromisoformat,
        "time": time.fromisoformat,
        "duration": lambda value: timedelta(microseconds=span(value)),
        "binary": lambda value: bytes.fromhex(value.removeprefix("\\x")),
    }
    return None if value is None else readers.get(name, str)(value)


def rows_of(table: BoundTable) -> list[tuple[Any, ...]]:
    """The table's rows, as Arrow has them."""
    batch = table.batch(0, table.planned.rows)
    return list(zip(*(batch.column(number).to_pylist() for number in range(batch.num_columns)), strict=True))


def read_back(table: BoundTable, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows of text or of SQLite's values, as Arrow has them."""
    types = [column.type.name for column in table.columns.values()]
    return [tuple(as_arrow(name, value) for name, value in zip(types, row, strict=True)) for row in rows]


def whole(digits: int) -> st.SearchStrategy[int]:
    """Integers of at most so many digits."""
    return st.integers(1 - 10**digits, 10**digits - 1)


ROW = st.tuples(
    st.none() | values, st.integers(1 - 2**63, 2**63 - 1), st.none() | whole(15), whole(18), whole(15), st.none() | st.booleans(),
    st.integers(MIN_DAY, MAX_DAY), st.none() | st.integers(MIN_DAY * MICROS_PER_DAY, (MAX_DAY + 1) * MICROS_PER_DAY - 1),
)  # fmt: skip


def table_of_rows(rows: list[Any]) -> BoundTable:
    """A table with a column of every type that is no text, and one of texts."""
    text, number, narrow, wide, real, truth, day, moment = map(list, zip(*rows, strict=True))
    columns: dict[str, Column] = {
        "text": texts(text),
        "number": cells("int", number),
        "narrow": cells("decimal", narrow, 4, 15),
        "wide": cells("decimal", wide, 7, 18),
        "real": cells("float", real, 6),
        "truth": cells("bool", [None if value is None else int(value) for value in truth]),
        "day": cells("date", day),
        "moment": cells("datetime", moment, 6),
    }
    return table_of_cells(columns, len(rows))


@given(st.lists(ROW, min_size=1, max_size=8))
@example([(text, 0, None, 10**18 - 1, 1, None, MIN_DAY, None) for text in NASTY])
@example([(None, 1 - 2**63, 1 - 10**15, 1 - 10**18, 1 - 10**15, True, MAX_DAY, MIN_DAY * MICROS_PER_DAY)])
def test_every_cell_comes_back_from_sqlite_and_from_copy_text(rows: list[Any]) -> None:
    table = table_of_rows(rows)

    assert read_back(table, from_sqlite(table)) == rows_of(table)
    assert read_back(table, from_copy(table)) == rows_of(table)


@given(st.lists(values, min_size=1, max_size=4), st.lists(values, min_size=1, max_size=3, unique=True))
def test_composed_texts_come_back(words: list[str], parts: list[str]) -> None:
    """Pools, characters, literals and choices between them are escaped wherever they stand in a text."""
    columns = {
        "chosen": by("choice", value=words),
        "pattern": by("pattern", pattern="it's \\#'?"),
        "regex": by("regex", regex=r"('|\\|\t|[a-c\\']){0,6}"),
        "mapped": by("map", column="chosen", values={words[0]: parts}, default="it's"),
        "mail": "email",
    }
    table = table_of(columns, 40)

    assert from_sqlite(table) == rows_of(table)
    assert from_copy(table) == rows_of(table)


@pytest.mark.parametrize(("name", "value", "insert", "copy"), EXAMPLES)
def test_a_value_is_written_as_the_page_says(name: str, value: str, insert: str, copy: str) -> None:
    table = table_of_cells({"x": column(declared(name), value)}, 1)

    assert file_of(table, "sql").decode() == f'INSERT INTO "t" ("x") VALUES\n({shown(insert)});\n'
    assert file_of(table, "copy").decode() == f'COPY "t" ("x") FROM stdin;\n{shown(copy)}\n\\.\n'


def test_the_page_has_examples_of_every_type() -> None:
    assert {declared(name).name for name, *_ in EXAMPLES} == {
        "int", "float", "decimal", "str", "bool", "date", "datetime", "uuid", "time", "duration", "binary", "json",
    }  # fmt: skip


def test_times_durations_bytes_and_widths_come_back() -> None:
    columns = {
        "clock": {"type": "time", "scale": 3, "null_rate": 0.2},
        "length": {"type": "duration", "scale": 6, **by("range", min="-2h", max="3d")},
        "body": {"type": "binary", **by("bytes", min=0, max=9)},
        "chosen": {"type": "binary", "rule": ["00ff", "", "5c27"]},
        "small": {"type": "int8", **by("range", min=-128, max=127)},
        "real": {"type": "float32"},
        "local": {"type": "datetime", "zone": "America/New_York"},
        "naive": {"type": "datetime", "zone": "none", "scale": 3},
    }
    table = table_of(columns, 60)

    rows = rows_of(table)
    reals = [row[5] for row in rows]
    rows = [(*row[:5], round(real, 6), *row[6:]) for row, real in zip(rows, reals, strict=True)]

    assert read_back(table, from_copy(table)) == rows
    assert read_back(table, from_sqlite(table)) == rows


def test_a_choice_of_bytes_is_checked_as_it_is_written() -> None:
    dataset = dataset_of({"tables": {"t": {"rows": 9, "columns": {"x": {"type": "binary", "rule": ["00ff", "a0"]}}}}})
    files = schema_files(dataset, "sql")

    assert all(r"""CHECK ("x" IN ('\x00ff', '\xa0'))""" in body.decode() for body in files.values())
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(files["schema.sqlite.sql"].decode())
        database.executescript(file_of(dataset.tables["t"], "sql").decode())
        assert database.execute("SELECT count(*) FROM t").fetchone() == (9,)


def test_zero_rows_make_no_statement() -> None:
    table = table_of({"x": {"type": "int"}}, 0)

    assert file_of(table, "sql") == b""
    assert file_of(table, "copy") == b'COPY "t" ("x") FROM stdin;\n\\.\n'
    assert from_sqlite(table) == []


@given(
    st.text(
        st.characters(codec="utf-8", categories=("L", "P", "S", "N", "Zs", "Cc"), exclude_characters="\0"),
        min_size=1,
        max_size=15,
    )
)
@example('a"); DROP TABLE t; --')
@example("a\n-- b")
@example("select")
def test_no_name_of_a_column_is_more_than_a_name(name: str) -> None:
    table = table_of_cells({name: texts(["kept"])}, 1)

    assert from_sqlite(table) == [("kept",)]
    assert (
        file_of(table, "copy").decode().startswith('COPY "t" ("' + name.replace('"', '""') + '") FROM stdin;\nkept\n')
    )


@pytest.mark.parametrize("name", ['a"); DROP TABLE "x', "it's", "order", "a b", "-- c", "💥", "x" * 63])
def test_no_name_of_a_table_is_more_than_a_name(name: str) -> None:
    table = table_of_cells({"x": texts(["kept"])}, 1)
    renamed = BoundTable(table.planned.model_copy(update={"name": name}), 0, table.columns)

    assert from_sqlite(renamed) == [("kept",)]


@pytest.mark.parametrize("part_rows", [16_384, 32_768])
@pytest.mark.parametrize("output_format", ["sql", "copy"])
def test_parts_end_to_end_are_the_file_of_one_part(output_format: str, part_rows: int) -> None:
    columns = {"n": {"type": "int", "null_rate": 0.1}, "s": by("choice", value=["a", "b'", "\\"])}
    table = table_of(columns, 40_000)

    def cut(rows: int) -> BoundTable:
        return BoundTable(table.planned.model_copy(update={"part_rows": rows}), table.key, table.columns)

    assert file_of(cut(part_rows), output_format) == file_of(cut(65_536), output_format)


def test_every_part_is_whole_statements_of_1024_rows() -> None:
    table = table_of({"n": {"type": "int"}}, 20_000)
    cut = BoundTable(table.planned.model_copy(update={"part_rows": 16_384}), table.key, table.columns)
    sizes = []
    for part in range(2):
        body = bytearray()
        encode_part(cut, part, "sql", body.extend)
        statements = body.decode().split(";\n")
        assert statements.pop() == ""
        sizes += [statement.count("\n") for statement in statements]

    assert sizes == [1_024] * 19 + [20_000 - 19 * 1_024]


def faults(document: dict[str, Any], output_format: str) -> Iterator[tuple[str, str]]:
    """What is refused of a document in a format: where and what."""
    dataset = dataset_of(document)
    with pytest.raises(Refused) as refusal:
        schema_files(dataset, output_format)
    for fault in refusal.value.faults:
        assert fault.fix
        yield fault.path, fault.what


@pytest.mark.parametrize("output_format", ["sql", "copy"])
@pytest.mark.parametrize(
    ("columns", "name", "what"),
    [
        ({"y" * 64: "email"}, "y" * 64, "64 bytes long"),
        ({"ü" * 32: "email"}, "ü" * 32, "64 bytes long"),
        ({"ctid": {"type": "int"}}, "ctid", "column ctid of its own"),
        ({"x": by("choice", value=["a", "b\0c"])}, "x", "U+0000"),
    ],
)
def test_what_sql_cannot_say_is_refused_before_a_row(
    columns: dict[str, Any], name: str, what: str, output_format: str
) -> None:
    document = {"tables": {"t": {"rows": 2, "columns": columns}}}

    assert [(path, what in said) for path, said in faults(document, output_format)] == [
        (f"tables.t.columns.{name}", True)
    ]
    with pytest.raises(Refused, match=re.escape(what)):
        file_of(dataset_of(document).tables["t"], output_format)
    assert file_of(dataset_of(document).tables["t"], "jsonl")


def test_columns_that_differ_in_case_only_are_two_to_postgresql_alone() -> None:
    document = {"tables": {"t": {"rows": 2, "columns": {"Name": "email", "name": "email"}}}}

    assert list(faults(document, "sql")) == [("tables.t.columns.name", "SQLite takes name and Name for the same name")]
    assert schema_files(dataset_of(document), "copy")


@pytest.mark.parametrize(
    ("name", "output_format"),
    [
        ("sqlite_stat", "sql"),
        ("SQLite_x", "sql"),
        ("x" * 64, "copy"),
        ("schema.sqlite", "sql"),
        ("schema.postgresql", "sql"),
    ],
)
def test_names_of_tables_that_cannot_be_are_refused_with_the_files(name: str, output_format: str) -> None:
    plan = dataset_of({"tables": {name: {"rows": 1, "columns": {"x": "email"}}}}).plan

    with pytest.raises(Refused) as refusal:
        file_names(plan, output_format)  # type: ignore[arg-type] # a parameter
    assert [fault.path for fault in refusal.value.faults] == [f"tables.{name}"]
    assert file_names(plan, "csv") == {name: f"{name}.csv"}
