"""Types beyond the common ones: widths of numbers, times of day, lengths of time, zones, bytes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from syndata_engine.generation.nodes.codes import micros
from syndata_engine.generation.texts.clocks import ZONE_NAMES, offsets
from tests.unit.kinds.making import batch_of, by, column_of, dataset_of, faults_of, file_of, refusal_of, table_of

INTEGERS = {
    "int8": (-128, 127), "int16": (-32_768, 32_767), "int32": (-(2**31), 2**31 - 1), "int64": (-(2**62), 2**62),
    "uint8": (0, 255), "uint16": (0, 65_535), "uint32": (0, 2**32 - 1), "uint64": (0, 2**62),
}  # fmt: skip
EVERYTHING: dict[str, Any] = {
    "clock": {"type": "time", "null_rate": 0.1},
    "length": {"type": "duration", "scale": 3},
    "local": {"type": "datetime", "zone": "Europe/Rome"},
    "naive": {"type": "datetime", "zone": "none", "scale": 6},
    "body": {"type": "binary", "null_rate": 0.1, **by("bytes", min=0, max=20)},
    "mark": {"type": "binary", "rule": ["00ff", "a0"]},
    "small": {"type": "int8"},
    "real": {"type": "float32"},
}


@pytest.mark.parametrize(("name", "bounds"), INTEGERS.items())
def test_an_int_of_a_width_reaches_both_ends_and_is_stored_so(name: str, bounds: tuple[int, int]) -> None:
    ends = column_of({"type": name, "rule": list(bounds)}, 200)
    array = batch_of({"x": {"type": name}}, 500).column("x")

    assert set(ends) == set(bounds)
    assert array.type == pa.type_for_alias(name)
    array.validate(full=True)


@pytest.mark.parametrize("name", ["int8", "int16", "int32", "uint8", "uint16", "uint32"])
def test_an_int_that_may_not_fit_is_refused(name: str) -> None:
    low, high = INTEGERS[name]

    for rule in (by("range", min=low - 1, max=0), by("range", min=0, max=high + 1), {"rule": [0, high + 1]}):
        assert f"{name} holds {low:,} to {high:,}" in refusal_of({"x": {"type": name, **rule}}).what


def test_a_sequence_counts_as_far_as_its_width() -> None:
    assert column_of({"type": "uint8", **by("sequence")}, 255)[-1] == 255
    assert "leaves uint8" in refusal_of({"x": {"type": "uint8", **by("sequence")}}, 256).what
    assert "leaves int8" in refusal_of({"x": {"type": "int8", **by("sequence", start=-127, step=-1)}}, 3).what
    assert "leaves uint16" in refusal_of({"x": {"type": "uint16", **by("sequence", start=-1)}}, 3).what


def test_a_unique_column_of_eight_bits_holds_each_of_its_values_once() -> None:
    values = column_of({"type": "int8", "unique": True, **by("range", min=-128, max=127)}, 256)

    assert sorted(values) == list(range(-128, 128))


def test_a_float_of_32_bits_reads_back_as_its_text_says() -> None:
    table = table_of({"x": {"type": "float32"}, "y": {"type": "float32", **by("range", min=-5000, max=5000)}}, 500)
    lines = file_of(table, "csv").decode().splitlines()[1:]
    batch = table.batch(0, 500)

    assert batch.column("x").type == pa.float32()
    for number, name in enumerate("xy"):
        texts = [line.split(",")[number] for line in lines]
        assert [np.float32(text) for text in texts] == batch.column(name).to_pylist()
        assert all(len(text.replace(".", "").lstrip("-0")) <= 6 for text in texts)


def test_a_float_of_32_bits_has_six_digits() -> None:
    assert (
        "more than 6 digits" in refusal_of({"x": {"type": "float32", "scale": 4, **by("range", min=0, max=999)}}).what
    )


def test_times_and_lengths_lie_in_their_range() -> None:
    clocks = column_of({"type": "time", **by("range", min="08:30", max="17:00")})
    lengths = column_of({"type": "duration", **by("range", min="-90min", max="PT7200S")})

    assert min(clocks) >= time(8, 30)
    assert max(clocks) <= time(17)
    assert min(lengths) >= timedelta(minutes=-90)
    assert timedelta(hours=1) < max(lengths) <= timedelta(hours=2)


@pytest.mark.parametrize(
    ("column", "what"),
    [
        ({"type": "time", **by("range", min="8:30")}, "'8:30' is not a time of day"),
        ({"type": "time", **by("range", max="24:00")}, "'24:00' is not a time of day"),
        ({"type": "time", **by("range", min=830)}, "830 is not a time of day"),
        ({"type": "time", **by("range", min="08:00:00.5")}, "finer than the column's 0 digits"),
        ({"type": "time", **by("range", min="18:00", max="08:00")}, "the range is empty"),
        ({"type": "duration", **by("range", max=3)}, "3 is not a length of time"),
        ({"type": "duration", **by("range", max="3mo")}, "'3mo' has no fixed length, as 90d has"),
        ({"type": "duration", **by("range", max="PT1H")}, "'PT1H' is not a length of time"),
        ({"type": "binary", "rule": ["abc"]}, "'abc' is not bytes in hex"),
        ({"type": "binary", **by("constant", value=12)}, "12 is not bytes in hex"),
        ({"type": "binary", "rule": "email"}, "cannot make x, which is binary"),
        ({"type": "time", "rule": "uuid"}, "cannot make x, which is time"),
        (by("bytes", min=5, max=2), "the range is empty"),
        (by("bytes", length=5, max=2), "length says the same"),
        ({"type": "datetime", "scale": 2}, "2 digits of a second's fraction"),
        ({"type": "time", "scale": 9}, "9 digits of a second's fraction"),
        ({"type": "int", "zone": "UTC"}, "a column of type int has no zone"),
        ({"type": "datetime", "zone": "Europe/Roma"}, "the zone 'Europe/Roma' is not known"),
        ({"type": "datetime", "zone": "+15:00"}, "the zone '+15:00' is not known"),
        ({"type": "datetime", "zone": "+01:00", **by("range", min="2020-01-01", max="9999-12-31")}, "the years 1 to 9999"),
    ],
)  # fmt: skip
def test_what_is_no_value_of_the_type_is_refused(column: dict[str, Any], what: str) -> None:
    fault = refusal_of({"x": column})

    assert what in fault.what
    assert fault.path.startswith("tables.t.columns.x")


def test_a_zone_that_is_misspelt_is_told_the_right_one() -> None:
    assert "Europe/Rome" in refusal_of({"x": {"type": "datetime", "zone": "Europe/Roma"}}).fix


@pytest.mark.parametrize("name", ZONE_NAMES)
def test_a_zone_shows_the_clock_that_the_world_agrees_on(name: str) -> None:
    """Every half hour of the Saturdays to Mondays in the months that clocks are turned in, and every day of 2025."""
    halves = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * number) for number in range(2 * 24 * 365)]
    turning = {(month, day) for month in (3, 4, 9, 10, 11) for day in (5, 6, 0)}
    instants = [at for at in halves if (at.month, at.weekday()) in turning or (at.hour, at.minute) == (12, 0)]
    known = [moment.astimezone(ZoneInfo(name)).utcoffset() or timedelta() for moment in instants]

    found = offsets(name)(np.array([micros(moment) for moment in instants], np.int64))

    assert [timedelta(microseconds=int(offset)) for offset in found] == known


def test_a_zone_changes_the_text_and_never_the_instant() -> None:
    columns = {"x": {"type": "datetime", "zone": "Australia/Sydney", "scale": 3}}
    table = table_of(columns, 300)
    plain = table_of({"x": {"type": "datetime", "scale": 3}}, 300)
    texts = file_of(table, "csv").decode().splitlines()[1:]

    assert {text[-6:] for text in texts} == {"+10:00", "+11:00"}
    assert [datetime.fromisoformat(text) for text in texts] == plain.batch(0, 300).column("x").to_pylist()
    assert texts[0] == datetime.fromisoformat(texts[0]).astimezone(ZoneInfo("Australia/Sydney")).isoformat(
        timespec="milliseconds"
    )


def test_bytes_have_the_lengths_asked_for() -> None:
    values = column_of({"type": "binary", **by("bytes", min=0, max=3)}, 2_000)
    table = table_of({"x": {"type": "binary", **by("bytes", length=40)}}, 10)

    assert {len(value) for value in values} == {0, 1, 2, 3}
    assert len({value for value in values if len(value) == 1}) > 200
    assert [bytes.fromhex(line) for line in file_of(table, "csv").decode().split()[1:]] == table.batch(0, 10)[
        "x"
    ].to_pylist()


def test_conditions_and_orderings_read_times_and_lengths() -> None:
    columns = {
        "opens": {"type": "time"},
        "closes": {"type": "time"},
        "shift": by("choice", value=["day", "night"]),
        "length": {
            "type": "duration",
            "rule": {"range": {"min": "0s", "max": "1h"}},
            "conditional_rules": [{"when": "opens >= '12:00'", "rule": {"range": {"min": "2h", "max": "3h"}}}],
        },
    }
    table = dataset_of(
        {"tables": {"t": {"rows": 400, "columns": columns, "constraints": ["closes > opens"]}}}
    ).tables["t"]  # fmt: skip

    for row in table.batch(0, 400).to_pylist():
        assert row["closes"] > row["opens"]
        assert (row["length"] >= timedelta(hours=2)) == (row["opens"] >= time(12))


def test_parents_hand_their_types_down() -> None:
    document = {
        "tables": {
            "p": {"rows": 30, "columns": {"id": {"type": "uint16", "primary_key": True, **by("sequence")}, **EVERYTHING}},
            "c": {"rows": 90, "columns": {"p": {"references": "p.id"}, **{
                name: by("lookup", column=name, via="p") for name in EVERYTHING
            }}},
        }
    }  # fmt: skip
    tables = dataset_of(document).tables
    parents = {row["id"]: row for row in tables["p"].batch(0, 30).to_pylist()}
    children = tables["c"].batch(0, 90)

    assert children.schema.field("p").type == pa.uint16()
    for name in EVERYTHING:
        assert children.schema.field(name).type == tables["p"].batch(0, 1).schema.field(name).type
    for row in children.to_pylist():
        assert {name: row[name] for name in EVERYTHING} == {name: parents[row["p"]][name] for name in EVERYTHING}


@pytest.mark.parametrize("start", [0, 1, 137, 299])
def test_any_row_alone_is_the_row_of_the_whole(start: int) -> None:
    table = table_of(EVERYTHING, 300)

    assert table.batch(start, start + 1).to_pylist() == table.batch(0, 300).slice(start, 1).to_pylist()


def test_all_that_is_wrong_is_told_at_once() -> None:
    columns = {
        "a": {"type": "int8", **by("range", min=0, max=999)},
        "b": {"type": "time", **by("range", min="noon")},
        "c": {"type": "binary", "rule": ["xyz"]},
    }

    assert {fault.path for fault in faults_of({"tables": {"t": {"columns": columns}}})} == {
        "tables.t.columns.a.rule", "tables.t.columns.b.rule.min", "tables.t.columns.c.rule.value",
    }  # fmt: skip
