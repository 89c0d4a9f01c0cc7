"""Structs, lists and JSON: the same values in every format, nested where the format can nest."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing as shut
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from syndata_contracts.plan import Plan
from syndata_engine.formats import schema_files
from syndata_engine.generation import BoundTable, bind
from tests.unit.kinds.making import (
    batch_of,
    by,
    column_of,
    dataset_of,
    faults_of,
    file_of,
    plan_of,
    refusal_of,
    table_of,
    vocabularies,
)

NASTY = ['a"b', "c\\d", "e,f", "g\nh", "i'j", "\t", "é 👋", ""]
COLUMNS: dict[str, Any] = {
    "size": by("choice", value=["S", "M"]),
    "home": {"null_rate": 0.2, **by("struct", fields={
        "city": "city",
        "since": {"type": "date", "null_rate": "0.3"},
        "price": {"type": "decimal(6,2)", **by("range", min=0, max=99)},
        "ok": "boolean",
        "text": NASTY,
        "at": by("struct", fields={"x": {"type": "int16"}, "t": {"type": "datetime", "scale": 3}}),
        "copy": by("formula", formula="lower(size)"),
    })},
    "tags": {"null_rate": 0.2, **by("list", of=NASTY, min=0, max=4)},
    "numbers": by("list", of={"type": "int", "null_rate": "0.3", **by("range", min=0, max=9)}, min=2, max=3),
    "stays": by("list", of=by("struct", fields={"n": {"type": "int8"}, "names": by("list", of="first_name", max=2)}), max=3),
    "body": by("list", of={"type": "binary", **by("bytes", min=0, max=3)}, max=2),
    "extra": {"type": "json", "null_rate": 0.2, **by("list", of=by("struct", fields={"a": NASTY}), max=2)},
    "fixed": {"type": "json", "rule": ['{"a": [1, 2.50]}', "null", '"text"']},
}  # fmt: skip
ROWS = 200


def plain(value: Any) -> Any:  # noqa: PLR0911 -- one return for each type
    """A value of Arrow as JSON has it."""
    match value:
        case dict():
            return {key: plain(child) for key, child in value.items()}
        case list():
            return [plain(child) for child in value]
        case datetime():
            return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
        case bytes():
            return value.hex()
    return value


@pytest.fixture(scope="module")
def table() -> BoundTable:
    return table_of(COLUMNS, ROWS)


def wanted(table: BoundTable) -> list[dict[str, Any]]:
    """The rows as JSON has them."""
    rows = [plain(row) for row in table.batch(0, table.planned.rows).to_pylist()]
    for row in rows:
        for name in ("extra", "fixed"):
            row[name] = None if row[name] is None else json.loads(row[name])
    return rows


def read(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose nested values are texts."""
    nested = set(COLUMNS) - {"size"}
    return [
        {
            name: json.loads(value) if name in nested and value not in {"", None} else value or None
            for name, value in row.items()
        }
        for row in rows
    ]


def test_arrow_has_them_nested(table: BoundTable) -> None:
    batch = table.batch(0, ROWS)
    batch.validate(full=True)

    assert batch.schema.field("home").nullable
    assert batch.schema.field("home").type.field("since").nullable
    assert not batch.schema.field("home").type.field("city").nullable
    assert batch.schema.field("numbers").type.value_type == pa.int64()
    assert batch.schema.field("stays").type.value_type.field("names").type.value_type == pa.string()
    assert batch.schema.field("extra").type == pa.string()
    assert table.arrow.schema() == batch.schema


def test_values_are_as_many_and_as_null_as_asked(table: BoundTable) -> None:
    rows = table.batch(0, ROWS).to_pylist()
    homes = [row["home"] for row in rows if row["home"]]

    assert 20 < sum(row["home"] is None for row in rows) < 60
    assert {len(row["tags"]) for row in rows if row["tags"] is not None} == {0, 1, 2, 3, 4}
    assert {len(row["numbers"]) for row in rows} == {2, 3}
    assert {home["text"] for home in homes} == set(NASTY)
    assert any(home["since"] is None for home in homes)
    assert any(None in row["numbers"] for row in rows)
    assert all(row["home"]["copy"] == row["size"].lower() for row in rows if row["home"])


def test_items_are_drawn_one_by_one() -> None:
    found = column_of(by("list", of={"type": "int", **by("range", min=0, max=10**9)}, min=8, max=8), 50)

    assert len({value for row in found for value in row}) > 395


@pytest.mark.parametrize("output_format", ["json", "jsonl"])
def test_json_has_objects_and_arrays(table: BoundTable, output_format: str) -> None:
    text = file_of(table, output_format).decode()
    rows = json.loads(text) if output_format == "json" else [json.loads(line) for line in text.split("\n")[:-1]]

    assert rows == wanted(table)


def test_csv_has_their_json_as_a_text(table: BoundTable) -> None:
    text = file_of(table, "csv").decode()

    assert read(csv.DictReader(io.StringIO(text, newline=""))) == wanted(table)


def test_parquet_has_them_nested(table: BoundTable) -> None:
    body = file_of(table, "parquet")

    assert pq.read_table(io.BytesIO(body)).to_pylist() == table.batch(0, ROWS).to_pylist()


def test_parts_of_parquet_join() -> None:
    columns = {name: COLUMNS[name] for name in ("size", "home", "tags", "stays")}
    whole = table_of(columns, 20_000)
    cut = BoundTable(whole.planned.model_copy(update={"part_rows": 16_384}), whole.key, whole.columns)
    file = pq.ParquetFile(io.BytesIO(file_of(cut, "parquet")))

    assert file.num_row_groups == 2
    assert file.read().to_pylist() == whole.batch(0, 20_000).to_pylist()


def test_sqlite_and_copy_hold_their_json(table: BoundTable) -> None:
    document = {"tables": {"t": {"rows": ROWS, "columns": COLUMNS}}}
    dataset = dataset_of(document)
    with shut(sqlite3.connect(":memory:")) as database:
        database.row_factory = sqlite3.Row
        database.executescript(schema_files(dataset, "sql")["schema.sqlite.sql"].decode())
        database.executescript(file_of(dataset.tables["t"], "sql").decode())
        rows = [dict(row) for row in database.execute("SELECT * FROM t ORDER BY rowid")]

    assert read(rows) == wanted(table)
    assert schema_files(dataset, "copy")["schema.postgresql.sql"].decode().count(" JSONB") == 7


def test_fields_agree_as_columns_do() -> None:
    rows = batch_of({"who": by("struct", fields={"name": "full_name", "mail": "email", "first": "first_name"})}, 50)

    assert all(row["who"]["name"].split()[0] == row["who"]["first"] for row in rows.to_pylist())


def test_children_read_what_their_parent_holds() -> None:
    document = {
        "tables": {
            "p": {"rows": 20, "columns": {"id": {"type": "int", "primary_key": True, **by("sequence")}, **COLUMNS}},
            "c": {"rows": 60, "columns": {"p": {"references": {"table": "p", "column": "id", "null_rate": 0.2}}, **{
                name: by("lookup", column=name, via="p") for name in COLUMNS
            }}},
        }
    }  # fmt: skip
    tables = dataset_of(document).tables
    parents = {row["id"]: row for row in tables["p"].batch(0, 20).to_pylist()}
    children = tables["c"].batch(0, 60)
    children.validate(full=True)

    for row in children.to_pylist():
        assert {name: row[name] for name in COLUMNS} == {
            name: None if row["p"] is None else parents[row["p"]][name] for name in COLUMNS
        }


@pytest.mark.parametrize("start", [0, 1, 99, 199])
def test_any_row_alone_is_the_row_of_the_whole(table: BoundTable, start: int) -> None:
    assert table.batch(start, start + 1).to_pylist() == table.batch(0, ROWS).slice(start, 1).to_pylist()


def test_a_column_of_another_name_draws_other_values() -> None:
    """A field's stream is its own, whatever other columns are called."""
    columns = {
        "x": by("struct", fields={"n": {"type": "int", **by("range", min=0, max=10**9)}}),
        "x n": {"type": "int", **by("range", min=0, max=10**9)},
        "x.n": {"type": "int", **by("range", min=0, max=10**9)},
    }
    for row in batch_of(columns, 20).to_pylist():
        assert len({row["x"]["n"], row["x n"], row["x.n"]}) == 3


@pytest.mark.parametrize(
    ("column", "what", "place"),
    [
        ({"type": "struct"}, "needs the option 'fields'", "x"),
        (by("struct", fields=["a", "b"]), "the fields are no mapping", "x.rule.fields"),
        (by("list", of=by("struct", fields=[1])), "the fields are no mapping", "x.rule.of.rule.fields"),
        (by("struct", fields={}), "at least 1 item", "x.rule.fields"),
        (by("struct", fields={"a": "nothing"}), "there is no rule 'nothing'", "x.rule.fields.a"),
        (by("struct", fields={"a": {"type": "int", "rule": {"type": "range", "mni": 1}}}), "no option 'mni'", "x.rule.fields.a.rule.mni"),
        (by("struct", fields={"a": {"type": "int", **by("range", min=5, max=1)}}), "the range is empty", "x.rule.fields.a.min"),
        (by("struct", fields={"a": {"type": "integr"}}), "'integr' is not known", "x.rule.fields.a.type"),
        (by("struct", fields={"a": {"type": "int", "primary_key": True}}), "no key and no reference", "x.rule.fields.a"),
        (by("struct", fields={"a": {"references": "t.n"}}), "no key and no reference", "x.rule.fields.a"),
        (by("struct", fields={"a": by("formula", formula="m + 1")}), "no column 'm'", "x.rule.fields.a.expression"),
        (by("struct", fields={"a": by("formula", formula="x == 'a'")}), "defined by each other", "x.rule.fields.a.expression"),
        (by("list"), "needs the option 'of'", "x.rule.of"),
        (by("list", of="word", min=3, max=2), "the range is empty", "x.rule.min"),
        (by("list", of="word", max=51), "cannot take 51", "x.rule.max"),
        (by("list", of={"rule": {"type": "list", "of": "wrod"}}), "there is no rule 'wrod'", "x.rule.of.rule.of"),
        ({"type": "int", **by("list", of="word")}, "cannot make x, which is int", "x.rule"),
        ({"type": "struct", **by("list", of="word")}, "cannot make x, which is struct", "x.rule"),
        ({"unique": True, **by("list", of="word")}, "unique", "x"),
        ({"type": "json", "rule": ["{a: 1}"]}, "is not JSON", "x.rule.value"),
        ({"type": "json", "rule": ["[NaN]"]}, "is not JSON", "x.rule.value"),
        ({"type": "json", **by("constant", value="")}, "is not JSON", "x.rule.value"),
        ({"type": "json", "rule": "word"}, "cannot make x, which is json", "x.rule"),
        ({**by("list", of="word"), "conditional_rules": [{"when": "n > 3", **by("list", of="city")}]}, "structs or lists", "x"),
    ],
)  # fmt: skip
def test_what_is_wrong_inside_is_refused_at_its_place(column: dict[str, Any], what: str, place: str) -> None:
    fault = refusal_of({"n": {"type": "int", "primary_key": True}, "x": column})

    assert what in fault.what
    assert fault.path.startswith(f"tables.t.columns.{place}")


def test_values_nested_without_end_are_refused() -> None:
    rule: Any = "word"
    for _ in range(7):
        rule = by("struct", fields={"a": {"rule": rule}})["rule"]

    faults = faults_of({"tables": {"t": {"columns": {"x": {"rule": rule}}}}})
    assert ["nested too deeply" in fault.what for fault in faults] == [True]


def test_lists_of_lists_that_have_too_many_forms_are_refused() -> None:
    rule: Any = "word"
    for _ in range(4):
        rule = by("list", of={"rule": rule}, max=12)["rule"]

    assert "too many forms" in refusal_of({"x": {"rule": rule}}).what


def test_fields_keep_their_order_in_a_plan_that_was_written_down() -> None:
    fields = {"z": "word", "a": by("struct", fields={"y": "city", "b": "word"}), "m": "color"}
    plan = plan_of({"tables": {"t": {"rows": 3, "columns": {"x": by("struct", fields=fields)}}}})
    table = bind(Plan.from_bytes(plan.to_bytes()), vocabularies()).tables["t"]

    assert [list(row["x"]) for row in table.batch(0, 1).to_pylist()] == [["z", "a", "m"]]
    assert list(table.batch(0, 1).to_pylist()[0]["x"]["a"]) == ["y", "b"]
    assert json.loads(file_of(table, "jsonl").decode().splitlines()[0])["x"] == table.batch(0, 1).to_pylist()[0]["x"]
