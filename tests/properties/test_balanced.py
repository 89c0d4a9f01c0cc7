"""Double-entry books: the lines of an entry cancel out to the last digit, and every line says something."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.families import Row
from tests.properties.made import bound, slice_of
from tests.properties.profiles import examples
from tests.unit.kinds.making import by, faults_of

COLUMNS: dict[str, Any] = {
    "amount": {"type": "decimal(12,2)", **by("balanced_share", column="total")},
    "points": {"type": "int", **by("posting", column="entries.points", via="entry")},
    "debit": {"type": "decimal(12,2)", **by("formula", formula="max(amount, 0)")},
    "credit": {"type": "decimal(12,2)", **by("formula", formula="max(-amount, 0)")},
    "balance": {"type": "decimal(18,2)", **by("running_sum", column="amount")},
}


def books(fan_out: Any, entries: int = 40, least: str = "1.00", **reference: Any) -> Row:
    """Entries and their lines."""
    refers = {"table": "entries", "column": "id", "id": "entry", "fan_out": fan_out, **reference}
    return {
        "tables": {
            "entries": {
                "rows": entries,
                "columns": {
                    "id": {"type": "int", "primary_key": True, "rule": "sequence"},
                    "total": {"type": "decimal(12,2)", "null_rate": 0.1, **by("range", min=least, max="99999.99")},
                    "points": {"type": "int", **by("range", min=64, max=900_000_000_000_000_000)},
                    "debits": {"type": "decimal(12,2)", **by("sum", table="lines", column="debit")},
                    "credits": {"type": "decimal(12,2)", **by("sum", table="lines", column="credit")},
                },
            },
            "lines": {"columns": {"of": {"references": refers}, **COLUMNS}},
        }
    }


@examples(40)
@given(st.data())
def test_lines_cancel_out_in_every_entry_and_any_slice(data: st.DataObject) -> None:
    low = data.draw(st.integers(2, 5))
    fan_out = {"min": low, "max": low + data.draw(st.integers(0, 60))}
    document = books(fan_out, data.draw(st.integers(1, 40)), owning=data.draw(st.booleans()))
    document["seed"] = data.draw(st.integers(0, 2**64 - 1))
    dataset = bound(document)
    table = dataset.tables["lines"]
    lines = table.batch(0, table.planned.rows).to_pylist()
    entries = slice_of(dataset.tables["entries"], 0, dataset.tables["entries"].planned.rows)
    families: dict[int, list[Row]] = {key: [] for key in entries["id"]}
    for line in lines:
        families[line["of"]].append(line)

    for number, (key, family) in enumerate(families.items()):
        total = entries["total"][number]
        positive = [line["points"] for line in family if line["points"] > 0]
        negative = [line["points"] for line in family if line["points"] < 0]
        assert sum(positive) == entries["points"][number] == -sum(negative)
        assert len(positive) + len(negative) == len(family)
        if total is None:
            assert {line["amount"] for line in family} == {None}, key
            continue
        assert all(line["amount"] != 0 and min(line["debit"], line["credit"]) == 0 for line in family)
        assert sum(line["amount"] for line in family) == 0
        assert entries["debits"][number] == entries["credits"][number] == total
        assert family[-1]["balance"] == 0 or not document["tables"]["lines"]["columns"]["of"]["references"]["owning"]
    first = data.draw(st.integers(0, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    assert table.batch(first, last).to_pylist() == lines[first:last]


def test_the_least_total_gives_every_line_its_cent() -> None:
    """0.05 among up to six lines: no more than five of them on one side."""
    document = books(6, 500, "0.05")
    document["tables"]["entries"]["columns"]["total"] |= by("range", min="0.05", max="0.05")
    found = bound(document).tables["lines"]
    amounts = [value for value in slice_of(found, 0, found.planned.rows)["amount"] if value is not None]

    assert 0 not in amounts
    assert {Decimal("0.05"), Decimal("-0.05"), Decimal("0.01"), Decimal("-0.01")} <= set(amounts)
    assert sum(amounts) == 0


REFUSED: list[tuple[str, Row, str]] = [
    ("one line", books("1..5"), "can have fewer than two lines, which cannot balance"),
    ("no line", books("0..5"), "can have fewer than two lines, which cannot balance"),
    ("too little to go round", books("2..9", least="0.07"), "can be 0.07, too little for up to 8 lines to have a part of it each"),
    ("less than nothing", books("2..9", least="-5.00"), "can be -5.00, too little"),
    ("too many lines", books({"min": 2, "max": 70_000}, least="90000.00"), "too little for up to 69,999 lines"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "word"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_cannot_balance_is_refused(document: Row, word: str) -> None:
    faults = faults_of(document)

    assert any(word in fault.what and fault.path.startswith("tables.lines.columns") for fault in faults), faults


@pytest.mark.parametrize(
    ("column", "place", "word"),
    [
        ({"type": "int", **by("balanced_share", column="total")}, "rule", "decimal with 2 digits"),
        (by("balanced_share", column="name"), "rule.column", "not a whole or decimal number"),
        (by("balanced_share", column="ttal"), "rule.column", "no column 'ttal'"),
        (by("balanced_share", column="total", via="no"), "rule.via", "no reference"),
    ],
)
def test_a_faulty_column_is_refused_where_it_is_faulty(column: Row, place: str, word: str) -> None:
    document = books("2..5")
    document["tables"]["entries"]["columns"]["name"] = "word"
    document["tables"]["lines"]["columns"]["x"] = column
    faults = faults_of(document)

    assert [(fault.path, word in fault.what) for fault in faults] == [(f"tables.lines.columns.x.{place}", True)]
