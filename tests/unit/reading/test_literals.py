"""Reading knows by itself which kinds list their values."""

from __future__ import annotations

from syndata_engine.generation.kinds.registry import kind_named
from syndata_engine.reading.literals import LISTING_KINDS


def test_every_spelling_of_choice_and_constant_lists_values() -> None:
    kinds = [kind for name in ("choice", "constant") if (kind := kind_named(name))]

    assert {name for kind in kinds for name in (kind.name, *kind.aliases)} == LISTING_KINDS
