"""JSON and JSON Lines: escapes, layout and commas, read back by readers that are not ours."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndata_contracts.errors import Refused
from tests.unit.formats.cells import cells, table_of_cells, texts
from tests.unit.kinds.making import by, dataset_of, file_of, table_of

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
CONTROLS = "".join(map(chr, range(0x20))) + '\x7f\u2028\u2029\ufeff"\\/👋🏽'
SHORT = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", '"': '"', "\\": "\\"}


def by_hand(text: str) -> str:
    """A text as the page says, in other words than the code's."""
    return '"' + "".join(_char(char) for char in text) + '"'


def _char(char: str) -> str:
    if char in SHORT:
        return "\\" + SHORT[char]
    return f"\\u00{ord(char):02x}" if char < " " else char


@given(st.lists(st.none() | ANY_TEXT, min_size=1, max_size=10))
@example([CONTROLS, *CONTROLS])
def test_any_text_is_read_back(values: list[str | None]) -> None:
    table = table_of_cells({"x": texts(values)}, len(values))
    lines = file_of(table, "jsonl").decode()
    wanted = [{"x": value} for value in values]

    assert lines == "".join(f'{{"x":{"null" if value is None else by_hand(value)}}}\n' for value in values)
    # Split at LF only: splitlines() also breaks at U+2028, which stands unescaped.
    assert [orjson.loads(line) for line in lines.split("\n")[:-1]] == wanted
    assert json.loads(file_of(table, "json")) == wanted


@pytest.mark.parametrize("pattern", ['[a"\\\\\n\t\x01]{3}', "\\x7f👋{2}"])
def test_composed_text_is_escaped(pattern: str) -> None:
    table = table_of({"x": by("regex", regex=pattern)}, 200)
    values = table.batch(0, 200).column(0).to_pylist()

    assert file_of(table, "jsonl").decode() == "".join(f'{{"x":{by_hand(value)}}}\n' for value in values)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).map(str.strip).filter(bool))
@example('k"\\q')
def test_names_are_written_as_text(name: str) -> None:
    table = table_of_cells({name: cells("int", [1])}, 1)

    assert file_of(table, "jsonl").decode() == f"{{{by_hand(name)}:1}}\n"


@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_layout_of_an_array(rows: int) -> None:
    """A comma belongs to the row after it."""
    table = table_of_cells({"a": cells("int", range(rows)), "b": cells("int", [None] * rows)}, rows)
    objects = [f'{{"a":{row},"b":null}}' for row in range(rows)]

    assert file_of(table, "json").decode() == ("[\n" + ",\n".join(objects) + "\n]\n" if rows else "[]\n")
    assert file_of(table, "jsonl").decode() == "".join(line + "\n" for line in objects)


def test_every_object_holds_every_column_in_order() -> None:
    table = table_of({"b": {"type": "int", "null_rate": 0.5}, "a": {"type": "str", "rule": "null"}}, 100)
    rows = [json.loads(line) for line in file_of(table, "jsonl").splitlines()]

    assert all(list(row) == ["b", "a"] for row in rows)
    assert rows == table.batch(0, 100).to_pylist()


def test_digits_beyond_what_doubles_hold_are_written() -> None:
    table = table_of_cells({"x": cells("int", [2**53 + 1, 2**63 - 1, 1 - 2**63])}, 3)
    lines = file_of(table, "jsonl").splitlines()

    assert [json.loads(line)["x"] for line in lines] == [2**53 + 1, 2**63 - 1, 1 - 2**63]
    assert float(json.loads(lines[0])["x"]) != json.loads(lines[0])["x"]


def test_half_a_character_is_refused() -> None:
    """UTF-8 cannot hold a lone surrogate, so no value and no name has one."""
    for columns in (
        {"x": {"rule": {"choice": ["\ud800"]}}},
        {"x": {"rule": {"constant": "\udfff"}}},
        {"\ud800": "int"},
    ):
        document: Any = {"tables": {"t": {"rows": 1, "columns": columns}}}
        with pytest.raises(Refused):
            file_of(dataset_of(document).tables["t"], "json")
