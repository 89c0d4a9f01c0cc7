"""What contradicts itself is refused with the smallest set of lines that do, what they amount to, and a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

import syndata
from syndata_contracts.errors import Fault, Refused
from tests.unit.planning.contradictions import CASES, Case


def refused(document: str) -> Fault:
    """The one fault of a document."""
    with pytest.raises(Refused) as refusal:
        syndata.plan(document)
    (fault,) = refusal.value.faults
    return fault


def lines(document: str, fault: Fault) -> frozenset[str]:
    """The lines that a fault names."""
    numbers = [fault.line, *(int(place.partition(":")[0]) for place in fault.places)]
    text = document.splitlines()
    return frozenset(text[number - 1].strip() for number in numbers if number)


def without(document: str, line: str) -> str:
    """The document with one line deleted, as a person would: with the item of a list, or the key of a mapping."""
    kept = [one for one in document.splitlines() if one.strip() != line]
    assert len(kept) == len(document.splitlines()) - 1
    return "\n".join(kept) + "\n"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_lines_in_conflict_are_named_each_with_its_place(case: Case) -> None:
    fault = refused(case.document)

    assert lines(case.document, fault) == case.named
    assert case.what in fault.what
    assert fault.fix == case.fix


@pytest.mark.parametrize(
    ("document", "line"),
    [(case.document, line) for case in CASES.values() for line in sorted(case.named)],
    ids=[f"{name}: {line}" for name, case in CASES.items() for line in sorted(case.named)],
)
def test_without_any_one_of_them_the_conflict_is_gone(document: str, line: str) -> None:
    refused(document)

    assert syndata.plan(without(document, line)).tables


def test_a_line_whose_absence_would_mean_the_same_is_not_named() -> None:
    """A thousand parents are a thousand without that line too, so it is no way out."""
    case = CASES["more rows than fan-outs give"]
    fault = refused(case.document.replace("rows: 1100", "rows: 1000"))

    assert fault.what == "orders: 1,000 customers x at most 3 = 3,000 < 5,000 rows"
    assert lines(case.document, fault) == case.named


def test_every_line_is_shown_with_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(CASES["more rows than fan-outs give"].document)

    with pytest.raises(Refused) as refusal:
        syndata.plan(path)

    assert str(refusal.value) == (
        f"{path}:7:5 tables.orders.rows: orders: 1,100 customers x at most 3 = 3,300 < 5,000 rows\n"
        f"    together with: {path}:14:11 tables.orders.columns.customer.references.fan_out\n"
        "    fix: state at most 3,300 rows for orders, or at least 1,667 for customers, or let the fan-out reach 5"
    )


def test_each_of_several_conflicts_has_its_own_lines() -> None:
    document = {
        "tables": {
            "a": {
                "rows": 20,
                "columns": {"id": {"type": "int", "unique": True, "rule": {"range": {"min": 1, "max": 9}}}},
            },
            "b": {"rows": 5, "columns": {"x": {"unique": True, "rule": ["p", "q"]}}},
        }
    }
    with pytest.raises(Refused) as refusal:
        syndata.plan(document)

    named = [{fault.path, *fault.related} for fault in refusal.value.faults]
    assert named == [
        {"tables.a.rows", "tables.a.columns.id.unique", "tables.a.columns.id.rule.range"},
        {"tables.b.rows", "tables.b.columns.x.unique", "tables.b.columns.x.rule"},
    ]


def test_a_document_too_large_to_search_names_every_line_that_may_take_part() -> None:
    many = {f"c{n}": {"type": "int", "rule": {"range": {"min": 0, "max": 9}}} for n in range(2_000)}
    conflict = {"rows": 20, "columns": {"id": {"type": "int", "unique": True, "rule": {"range": {"min": 1, "max": 9}}}}}

    with pytest.raises(Refused) as refusal:
        syndata.plan({"tables": {"a": conflict, "b": {"rows": 1, "columns": many}}})

    (fault,) = refusal.value.faults
    assert {fault.path, *fault.related} == {
        "tables.a.rows",
        "tables.a.columns.id.unique",
        "tables.a.columns.id.rule.range",
    }
