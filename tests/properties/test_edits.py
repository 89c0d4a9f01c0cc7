"""Law 5: an edit changes the cells it is about, and no other."""

from __future__ import annotations

import copy
import re
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.properties.made import Values, values_of
from tests.properties.profiles import examples
from tests.properties.strategies import Document, datasets

All = dict[str, Values]
WAYS = ("exactly_one", "at_most_one", "at_least_one")


def edited(document: Document) -> Document:
    """A copy to edit."""
    return copy.deepcopy(document)


def without(values: All, *dropped: str) -> All:
    """All values but those of some columns."""
    return {
        table: {name: cells for name, cells in found.items() if name not in dropped} for table, found in values.items()
    }


@examples(30)
@given(datasets(), st.data())
def test_adding_a_column_changes_no_other_cell(document: Document, data: st.DataObject) -> None:
    after = edited(document)
    table = data.draw(st.sampled_from(after["tables"]))
    rule = data.draw(st.sampled_from(["first_name", "city", "uuid", {"type": "range", "min": 0, "max": 9}]))
    table["columns"].insert(data.draw(st.integers(0, len(table["columns"]))), {"name": "extra", "rule": rule})

    assert without(values_of(after), "extra") == values_of(document)


@examples(20)
@given(datasets(), st.data())
def test_adding_a_table_changes_no_other_cell(document: Document, data: st.DataObject) -> None:
    after = edited(document)
    extra: Document = {"name": "extra", "rows": 3, "columns": [{"name": "v", "rule": "word"}]}
    parent = after["tables"][0]
    if parent["rows"]:
        names = [column["name"] for column in parent["columns"] if "PK" in column.get("constraints", ())]
        extra["columns"] += [{"name": f"of_{name}"} for name in names]
        extra["foreign_keys"] = [
            {"parent_table": "t0", "parent_columns": names, "child_columns": [f"of_{name}" for name in names]}
        ]
    after["tables"].insert(data.draw(st.integers(0, len(after["tables"]))), extra)
    values = values_of(after)
    del values["extra"]

    assert values == values_of(document)


@examples(40)
@given(datasets(), st.data())
def test_the_order_of_tables_and_columns_changes_no_cell(document: Document, data: st.DataObject) -> None:
    after = edited(document)
    after["tables"] = data.draw(st.permutations(after["tables"]))
    for table in after["tables"]:
        table["columns"] = data.draw(st.permutations(table["columns"]))

    assert values_of(after) == values_of(document)


@examples(40)
@given(datasets(), st.data())
def test_renaming_with_the_id_kept_changes_no_cell(document: Document, data: st.DataObject) -> None:
    """Of a table and of a column that nothing else names; people and places follow names, so these are left out."""
    table = data.draw(st.sampled_from(document["tables"]))
    renamed = [c["name"] for c in table["columns"] if c["name"].rpartition("_")[2] in {"id", "a", "b", "v0", "u"}]
    renamed = [name for name in renamed if not isinstance(_column(table, name).get("rule"), str)]
    renamed = [
        name for name in renamed if not any(" != " in str(said) and name in said for said in table["constraints"])
    ]
    assume(renamed)
    name = data.draw(st.sampled_from(renamed))
    after = _renamed(document, table["table_name"], name)
    values = values_of(after)
    values[table["table_name"]] = values.pop("other_table")
    values[table["table_name"]][name] = values[table["table_name"]].pop("other_column")

    assert values == values_of(document)


@examples(40)
@given(datasets(), st.data())
def test_a_columns_own_options_change_only_that_column(document: Document, data: st.DataObject) -> None:
    """And what is computed from it: look-ups."""
    after = edited(document)
    spots = [(table, column) for table in after["tables"] for column in table["columns"] if "_v" in column["name"]]
    assume(spots)
    table, column = data.draw(st.sampled_from(spots))
    column.update({"type": "int", "rule": {"type": "range", "min": 10**6, "max": 2 * 10**6}})
    for option in ("scale", "precision", "null_rate"):
        column.pop(option, None)
    readers = [c["name"] for t in after["tables"] for c in t["columns"] if _reads(c, column["name"])]
    values = values_of(after)

    assert without(values, column["name"], *readers) == without(values_of(document), column["name"], *readers)
    assert all(10**6 <= value <= 2 * 10**6 for value in values[table["table_name"]][column["name"]])


def _column(table: Document, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(column for column in table["columns"] if column["name"] == name)
    return found


def _reads(column: dict[str, Any], name: str) -> bool:
    rule = column.get("rule")
    return isinstance(rule, dict) and rule.get("column") == name


def _renamed(document: Document, table: str, column: str) -> Document:
    """The document with another name for a table and for one of its columns, wherever they are named."""
    after = edited(document)
    for other in after["tables"]:
        for entry in other["foreign_keys"]:
            entry.setdefault("id", ",".join(entry.get("child_columns", [entry.get("child_column")])))
            for end in (entry, *entry.get("parents", ())):
                _rename_end(end, table, column)
            if other["table_name"] == table:
                _rename_in(entry, "child_columns", column)
        for found in other["columns"]:
            rule = found.get("rule")
            if isinstance(rule, dict) and rule.get("table") == table:
                rule["table"] = "other_table"
            if isinstance(rule, dict) and rule.get("column") == column:
                rule["column"] = "other_column"
        if other["table_name"] == table:
            other.update({"id": table, "table_name": "other_table"})
            _rename_in(other, "primary_key", column)
            _rename_promises(other, column)
            other["constraints"] = [
                re.sub(rf"\b{column}\b", "other_column", one) if isinstance(one, str) else one
                for one in other.get("constraints", ())
            ]
            _column(other, column).update({"id": column, "name": "other_column"})
    return after


def _rename_promises(table: Document, column: str) -> None:
    """In unique sets, conditional keys and alternatives."""
    table["unique"] = [
        ["other_column" if name == column else name for name in key] if isinstance(key, list) else key
        for key in table["unique"]
    ]
    for said in (*table["unique"], *table["constraints"]):
        for key in {"columns", *WAYS} & set(said if isinstance(said, dict) else ()):
            _rename_in(said, key, column)


def _rename_end(end: dict[str, Any], table: str, column: str) -> None:
    for key in ("parent_table", "table"):
        if end.get(key) == table:
            end[key] = "other_table"
            end.setdefault("label", table.upper()) if key == "table" else None
            _rename_in(end, "parent_columns", column)
            if end.get("column") == column:
                end["column"] = "other_column"


def _rename_in(holder: dict[str, Any], key: str, column: str) -> None:
    if key in holder:
        holder[key] = ["other_column" if name == column else name for name in holder[key]]
