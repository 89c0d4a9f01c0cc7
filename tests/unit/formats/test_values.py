"""Every row of the table of values in docs/formats.md, in every format."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import MAX_DAY, MICROS_PER_DAY, MIN_DAY, ValueType, span, to_code
from tests.running import REPOSITORY
from tests.unit.formats.cells import cells, codes, table_of_cells, texts
from tests.unit.kinds.making import by, column_of, file_of, refusal_of

PAGE = (REPOSITORY / "docs" / "formats.md").read_text()
_ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
EXAMPLES = [match.groups() for match in _ROW.finditer(PAGE) if match[1] not in {"type", "any"}]


def shown(cell: str) -> str:
    """What stands between the backticks of a cell."""
    return {"nothing": "", "empty": ""}.get(cell, cell.removeprefix("`").removesuffix("`"))


def declared(name: str) -> ValueType:
    """`decimal(6,2)` or `float, scale 3` as a type."""
    match = re.fullmatch(r"([a-z]+)(\d*)(?:\((\d+),(\d+)\)|, scale (\d+)| in (\S+))?", name)
    assert match
    width = match[1] + match[2] if match[2] else ""
    plain = match[1].removeprefix("u") if width else match[1]
    return ValueType(plain, int(match[3]) if match[3] else None, int(match[4] or match[5] or 0), width, match[6] or "")


def column(kind: ValueType, value: str) -> Column:
    """One cell of a type."""
    if kind.textual:
        return replace(texts([shown(value)]), type=kind)
    given: object = {"true": True, "false": False}.get(value, value)
    return Column(kind, codes([to_code(given, kind, datetime(2026, 1, 1, tzinfo=UTC))]))


def body(table: Any, output_format: str) -> str:
    """The only row, without what surrounds it."""
    text = file_of(table, output_format).decode()
    return text.removeprefix("x\n").removesuffix("\n") if output_format == "csv" else text[5:-2]


def test_the_page_has_examples_of_every_type() -> None:
    assert {declared(name).name for name, *_ in EXAMPLES} == {
        "int", "float", "decimal", "str", "bool", "date", "datetime", "uuid", "time", "duration", "binary", "json",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "value", "csv", "json", "arrow"), EXAMPLES)
def test_a_value_is_written_as_the_page_says(name: str, value: str, csv: str, json: str, arrow: str) -> None:
    table = table_of_cells({"x": column(declared(name), value)}, 1)

    assert body(table, "csv") == shown(csv)
    assert body(table, "jsonl") == shown(json)
    assert file_of(table, "json").decode() == f'[\n{{"x":{shown(json)}}}\n]\n'
    assert str(table.batch(0, 1).schema.field("x").type) == arrow
    assert pq.read_table(io.BytesIO(file_of(table, "parquet"))).column("x").to_pylist() == plain(declared(name), value)


def plain(kind: ValueType, value: str) -> list[Any]:
    """The value as Arrow hands it out."""
    readers: dict[str, Any] = {
        "int": int,
        "float": float,
        "decimal": lambda text: Decimal(text).quantize(Decimal(1).scaleb(-kind.scale)),
        "bool": lambda text: text == "true",
        "date": lambda text: datetime.fromisoformat(text).date(),
        "datetime": lambda text: datetime.fromisoformat(text).replace(tzinfo=None if kind.zone == "none" else UTC),
        "time": time.fromisoformat,
        "duration": span,
        "binary": bytes.fromhex,
    }
    return [readers.get(kind.name, shown)(value)]


@pytest.mark.parametrize("name", ["int", "float", "decimal", "bool", "date", "datetime", "time", "duration", "str"])
def test_null_is_nothing_in_csv_null_in_json_and_a_null_in_arrow(name: str) -> None:
    column = texts([None]) if name == "str" else cells(name, [None], precision=9 if name == "decimal" else None)
    table = table_of_cells({"x": column}, 1)

    assert file_of(table, "csv") == b"x\n\n"
    assert file_of(table, "jsonl") == b'{"x":null}\n'
    assert table.batch(0, 1).column(0).to_pylist() == [None]
    assert pq.read_table(io.BytesIO(file_of(table, "parquet"))).column("x").to_pylist() == [None]


@given(st.integers(0, 15), st.lists(st.integers(-(10**15) + 1, 10**15 - 1), min_size=1, max_size=20))
def test_a_float_reads_back_as_the_double_that_arrow_holds(scale: int, values: list[int]) -> None:
    """At most 15 significant digits, trailing zeros gone but one."""
    table = table_of_cells({"x": cells("float", values, scale)}, len(values))
    lines = file_of(table, "csv").decode().splitlines()[1:]

    assert [float(line) for line in lines] == table.batch(0, len(values)).column(0).to_pylist()
    for line, value in zip(lines, values, strict=True):
        assert Decimal(line) == Decimal(value).scaleb(-scale)
        assert re.fullmatch(r"-?(0|[1-9]\d*)\.(\d|\d*[1-9])", line)
        assert line != "-0.0"


@given(st.integers(0, 18), st.lists(st.integers(-(10**18) + 1, 10**18 - 1), min_size=1, max_size=20))
def test_a_decimal_shows_the_digits_of_its_scale(scale: int, values: list[int]) -> None:
    table = table_of_cells({"x": cells("decimal", values, scale, 18)}, len(values))
    exact = [Decimal(value).scaleb(-scale) for value in values]

    assert file_of(table, "csv").decode().splitlines()[1:] == [f"{value:.{scale}f}" for value in exact]
    assert table.batch(0, len(values)).column(0).to_pylist() == exact


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20))
def test_an_int_has_all_of_its_digits(values: list[int]) -> None:
    table = table_of_cells({"x": cells("int", values)}, len(values))

    assert file_of(table, "csv").decode().splitlines()[1:] == [str(value) for value in values]
    assert table.batch(0, len(values)).column(0).to_pylist() == values


@given(st.lists(st.integers(MIN_DAY, MAX_DAY), min_size=1, max_size=20), st.sampled_from([0, 3, 6]), st.data())
def test_dates_and_times_are_those_of_iso_8601(days: list[int], scale: int, data: st.DataObject) -> None:
    step = 10 ** (6 - scale)
    moments = [day * MICROS_PER_DAY + data.draw(st.integers(0, MICROS_PER_DAY // step - 1)) * step for day in days]
    table = table_of_cells({"d": cells("date", days), "t": cells("datetime", moments, scale)}, len(days))
    batch = table.batch(0, len(days))
    lines = file_of(table, "csv").decode().splitlines()[1:]
    instants = batch.column("t").cast(pa.timestamp("us")).to_pylist()
    shape = {0: "seconds", 3: "milliseconds", 6: "microseconds"}[scale]

    assert lines == [
        f"{day.isoformat()},{moment.isoformat(timespec=shape)}Z"
        for day, moment in zip(batch.column("d").to_pylist(), instants, strict=True)
    ]


def test_uuids_are_36_lower_case_characters_of_version_4() -> None:
    for text in column_of({"rule": "uuid"}, 500):
        assert str(UUID(text)) == text
        assert UUID(text).version == 4
        assert UUID(text).variant == "specified in RFC 4122"


def test_a_uuid_column_with_another_rule_holds_its_text() -> None:
    assert set(column_of({"type": "uuid", **by("choice", value=["A", "b-1"])}, 50)) == {"A", "b-1"}


def test_times_have_whole_seconds_or_the_digits_that_are_declared() -> None:
    bounds = {"rule": {"range": {"min": "2024-01-01T00:00:00.5Z", "max": "2024-01-01T00:00:03.9Z"}}}

    assert {moment.microsecond for moment in column_of({"type": "datetime", **bounds})} == {0}
    finer = {moment.microsecond for moment in column_of({"type": "datetime", "scale": 3, **bounds})}
    assert len(finer) > 500
    assert all(fraction % 1_000 == 0 for fraction in finer)
    assert "no digits after the point" in refusal_of({"x": {"type": "date", "scale": 3}}).what


@pytest.mark.parametrize(
    "column",
    [
        {"type": "float", "rule": {"range": {"min": 0, "max": ".nan"}}},
        {"type": "float", "rule": {"constant": {"value": "inf"}}},
        {"type": "float", "rule": {"choice": ["nan"]}},
        {"type": "float", "scale": 6, "rule": {"range": {"min": 0, "max": 10_000_000_000}}},
        {"type": "float", "rule": {"constant": {"value": "1234567890.123456789"}}},
        {"type": "float", "rule": {"choice": [1, "1234567890.123456789"]}},
        {"type": "float", "rule": {"sequence": {"start": 2**53}}},
    ],
)
def test_what_no_double_holds_exactly_is_refused(column: dict[str, Any]) -> None:
    """NaN, infinity and more than 15 significant digits."""
    assert refusal_of({"x": column}).path.startswith("tables.t.columns.x")


def test_minus_zero_does_not_occur() -> None:
    values = column_of({"type": "float", "scale": 1, "rule": {"range": {"min": -0.1, "max": 0.1}}})

    assert {str(value) for value in values} == {"-0.1", "0.0", "0.1"}
