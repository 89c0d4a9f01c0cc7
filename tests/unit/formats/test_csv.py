"""CSV: names, quotes, NULL and line ends, read back by readers that are not ours."""

from __future__ import annotations

import csv
import io
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syndata_contracts.presets import load_preset
from tests.unit.formats.cells import cells, table_of_cells, texts
from tests.unit.kinds.making import by, dataset_of, file_of, table_of

AWKWARD = (
    "",
    " ",
    '"',
    '""',
    ",",
    "\n",
    "\r",
    "\r\n",
    'a"b',
    "a,b",
    "a\nb",
    "\t",
    "\0",
    "\x1f",
    "\x7f",
    "\ufeff",
    "é",
    "\u2028",
    "👋🏽",
    "NULL",
    "#",
)
ANY_TEXT = st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))


def quoted(text: str) -> bool:
    """Whether the field of a text must stand in quotes."""
    return text == "" or any(mark in text for mark in ',"\r\n')


def by_hand(value: str | None) -> str:
    """The field of a value by the rules of the page, in other words than the code's."""
    if value is None:
        return ""
    return '"' + value.replace('"', '""') + '"' if quoted(value) else value


def by_arrow(body: bytes) -> pa.Table:
    """A reader that tells empty text from NULL."""
    convert = pa.csv.ConvertOptions(
        strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""], include_missing_columns=True,
        column_types={"a": pa.string(), "b": pa.string()},
    )  # fmt: skip
    return pa.csv.read_csv(
        io.BytesIO(body), convert_options=convert, parse_options=pa.csv.ParseOptions(newlines_in_values=True)
    )


@given(st.lists(st.tuples(st.none() | ANY_TEXT, ANY_TEXT), min_size=1, max_size=12))
@example([(text, other) for text in (None, *AWKWARD) for other in AWKWARD])
def test_any_text_is_read_back(rows: list[tuple[str | None, str]]) -> None:
    """Bytes are exactly the page's; Python's reader gives the values, Arrow's also tells NULL from empty text."""
    table = table_of_cells({"a": texts([a for a, _ in rows]), "b": texts([b for _, b in rows])}, len(rows))
    body = file_of(table, "csv")
    read = list(csv.reader(io.StringIO(body.decode(), newline=""), strict=True))

    assert body.decode() == "a,b\n" + "".join(f"{by_hand(a)},{by_hand(b)}\n" for a, b in rows)
    assert read == [["a", "b"], *([a or "", b] for a, b in rows)]
    assert table.batch(0, len(rows)).to_pylist() == [{"a": a, "b": b} for a, b in rows]


@given(st.lists(st.tuples(st.none() | ANY_TEXT, ANY_TEXT), min_size=1, max_size=12))
def test_null_and_empty_text_are_told_apart(rows: list[tuple[str | None, str]]) -> None:
    # Arrow's reader takes a byte order mark away even where it is the first name's own; no name here begins with one.
    table = table_of_cells({"a": texts([a for a, _ in rows]), "b": texts([b for _, b in rows])}, len(rows))

    assert by_arrow(file_of(table, "csv")).to_pylist() == [{"a": a, "b": b} for a, b in rows]


@given(st.lists(ANY_TEXT, min_size=2, max_size=8, unique=True), st.integers(0, 2**64 - 1))
def test_choices_are_read_back_however_they_are_written(values: list[str], seed: int) -> None:
    """The same texts as a pool, as part of a composed text, and behind conditions."""
    columns: dict[str, dict[str, Any]] = {
        "a": {"rule": {"choice": values}},
        "b": {"rule": {"choice": values}, "null_rate": 0.5},
        "c": {
            "rule": "null",
            "conditional_rules": [{"when": {"column": "a", "value": values[0]}, "rule": {"choice": values}}],
        },
    }
    table = table_of({name: {"type": "str", **column} for name, column in columns.items()}, 40, seed=seed)
    rows = table.batch(0, 40).to_pylist()
    lines = "".join(",".join(by_hand(value) for value in row.values()) + "\n" for row in rows)

    assert file_of(table, "csv").decode() == "a,b,c\n" + lines
    assert {row["a"] for row in rows} <= set(values)


@pytest.mark.parametrize("pattern", [r"###", r'##"##', r"##,??", r"[a\n,\"]{0,3}", r'(a|b,|"|)', r"a?"])
def test_composed_text_is_quoted_value_by_value(pattern: str) -> None:
    """Where some values need quotes and others do not, only those that need them get them."""
    column = by("pattern", pattern=pattern) if "#" in pattern else by("regex", regex=pattern)
    table = table_of({"x": column, "y": by("constant", value="-")}, 300)
    values = table.batch(0, 300).column("x").to_pylist()

    assert file_of(table, "csv").decode() == "x,y\n" + "".join(f"{by_hand(value)},-\n" for value in values)


@pytest.mark.parametrize(
    ("name", "header"),
    [("plain", "plain"), ("two words", "two words"), ("a,b", '"a,b"'), ('k"q', '"k""q"'), ("größe", "größe")],
)
def test_names_are_written_as_fields(name: str, header: str) -> None:
    assert file_of(table_of({name: {"type": "int"}}, 0), "csv").decode() == f"{header}\n"


def test_lines_end_in_lf_and_there_is_no_byte_order_mark() -> None:
    body = file_of(table_of({"a": {"type": "int"}, "b": "first_name"}, 50), "csv")

    assert body.startswith(b"a,b\n")
    assert body.endswith(b"\n")
    assert body.count(b"\n") == 51
    assert b"\r" not in body


def test_a_null_in_a_table_of_one_column_is_an_empty_line() -> None:
    body = file_of(table_of_cells({"x": cells("int", [1, None, 2])}, 3), "csv")
    empty = file_of(table_of_cells({"x": texts(["a", None, ""])}, 3), "csv")

    assert body == b"x\n1\n\n2\n"
    assert empty == b'x\na\n\n""\n'


def test_pandas_reads_empty_lines_as_the_page_says() -> None:
    import pandas as pd

    body = file_of(table_of_cells({"x": cells("int", [1, None, 2])}, 3), "csv")

    assert len(pd.read_csv(io.BytesIO(body))) == 2
    assert pd.read_csv(io.BytesIO(body), skip_blank_lines=False)["x"].isna().tolist() == [False, True, False]


def test_duckdb_reads_the_presets(tmp_path: Any) -> None:
    """One more reader, with types that it finds by itself."""
    for name in ("user", "ecommerce", "company"):
        table = next(iter(dataset_of(load_preset(name), rows=200).tables.values()))
        path = tmp_path / f"{name}.csv"
        path.write_bytes(file_of(table, "csv"))
        # all_varchar: what is compared is fields and rows, not DuckDB's guesses at types.
        options = "header=true, all_varchar=true, nullstr='', allow_quoted_nulls=false"
        read = duckdb.connect().execute(f"select * from read_csv(?, {options})", [str(path)])  # noqa: S608 -- ours

        assert [column[0] for column in read.description or ()] == list(table.columns)
        assert len(read.fetchall()) == 200
