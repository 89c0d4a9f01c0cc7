"""A column of any kind changes, or is told not to be able to."""

from __future__ import annotations

import pytest

import syndata
from syndata_contracts.errors import Refused
from syndata_engine.generation.kinds.registry import all_kinds
from tests.unit.changes.shop import KEY
from tests.unit.kinds.examples import BESIDE, OF_OTHERS, OF_RELATIONS, example

KINDS = [kind.name for kind in all_kinds() if kind.name not in OF_RELATIONS | OF_OTHERS]
STILL = {"anomaly", "bucket", "constant", "formula", "is_late", "null", "row_locale", "sequence", "series", "template", "timeline"}  # fmt: skip
"""Kinds that draw nothing for a row: they follow from other columns, from its number, or from the table's locales."""
ONE_VALUE = {"country", "country_code"}
"""Kinds that draw one value in one locale."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_changes_and_nothing_else(kind: str) -> None:
    table = {"rows": 40, "columns": {"id": KEY, **BESIDE, "x": example(kind)}}
    changes = {"to": "+30d", "updates": 200, "columns": ["x"]}
    document = {"tables": {"t": {**table, "changes": changes}}}
    if kind in STILL:
        with pytest.raises(Refused, match=r"x cannot change: (it is computed from|nothing of it is drawn)"):
            syndata.plan(document)
        return
    made = syndata.generate(document)

    assert made["t"].equals(syndata.generate({"tables": {"t": table}})["t"])
    pairs = [(change["before"], change["after"]) for change in made["t_log"].to_pylist()]
    differing = {name for one, other in pairs for name in one if one[name] != other[name]}
    assert differing == (set() if kind in ONE_VALUE else {"x"})
