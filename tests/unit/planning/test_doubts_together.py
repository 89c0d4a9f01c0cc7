"""One mistake is one fault, where other columns or other tables hang on what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

import syndata
from syndata_contracts.errors import Refused

ID = {"type": "int", "primary_key": True, "rule": "sequence"}


def document(**changes: Any) -> dict[str, Any]:
    """Firms and their offices; a change names a place and what stands there instead."""
    made: dict[str, Any] = {
        "tables": {
            "firms": {
                "rows": 20,
                "combinations": [{"columns": ["country", "currency"], "values": [["DE", "EUR"], ["CH", "CHF"]]}],
                "columns": {
                    "id": ID,
                    "country": "str",
                    "currency": "str",
                    "greeting": {
                        "rule": {"type": "map", "column": "country", "values": {"DE": "hallo", "CH": "grüezi"}}
                    },
                    "tier": {"rule": {"type": "choice", "value": ["a", "b"], "exact": True}},
                    "since": {"type": "date", "rule": {"type": "range", "min": "2024-01-01", "max": "2024-12-31"}},
                },
            },
            "offices": {
                "rows": 90,
                "constraints": [{"exactly_one": ["phone", "mail"]}],
                "columns": {
                    "firm": {"references": {"table": "firms", "column": "id", "weights": {"tier": {"a": 2, "b": 1}}}},
                    "opened": {"type": "date", "rule": {"type": "offset", "column": "firms.since", "max": "9d"}},
                    "phone": "phone",
                    "mail": "email",
                },
            },
        }
    }
    for place, value in changes.items():
        *path, last = place.split("__")
        at = made["tables"]
        for step in path:
            at = at[int(step)] if isinstance(at, list) else at[step]
        at[last] = value
    return made


def test_the_document_is_sound() -> None:
    assert syndata.plan(document()).table("offices").rows == 90


@pytest.mark.parametrize(
    ("place", "value", "where"),
    [
        ("firms__combinations__0__weights", [1], "firms.combinations[0].weights"),
        ("firms__combinations__0__values", [["DE"]], "firms.combinations[0].values[0]"),
        ("firms__columns__tier", {"rule": {"type": "choice", "value": ["a", "b"], "exakt": True}}, "firms.columns.tier.rule.exakt"),
        ("firms__columns__tier", {"rule": "chioce"}, "firms.columns.tier.rule"),
        ("firms__columns__since", {"type": "date", "rule": {"type": "ragne"}}, "firms.columns.since.rule"),
        ("offices__columns__firm", {"references": {"table": "firms", "column": "di"}}, "offices.columns.firm.references.column"),
        ("offices__columns__mail", {"rule": "emial"}, "offices.columns.mail.rule"),
        ("offices__constraints__0__weights", [0, 0], "offices.constraints[0].weights"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_fault(place: str, value: Any, where: str) -> None:
    with pytest.raises(Refused) as refusal:
        syndata.plan(document(**{place: value}))

    assert [fault.path for fault in refusal.value.faults] == [f"tables.{where}"], refusal.value.faults
