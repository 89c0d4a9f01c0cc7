"""The kinds that come with the engine, one file per family."""

from __future__ import annotations

from syndata_engine.generation.kinds import (
    categories,
    combinations,
    companies,
    counted,
    custom,
    distributions,
    fakers,
    files,
    formulas,
    ibans,
    identifiers,
    moments,
    national_ids,
    nesting,
    network,
    numbers,
    offsets,
    patterns,
    people,
    places,
    relations,
    signals,
    tabled,
    templates,
    timelines,
    tokens,
    words,
    world,
)
from syndata_engine.generation.registry import announce

_FAMILIES = (
    numbers,
    categories,
    combinations,
    moments,
    offsets,
    patterns,
    people,
    places,
    companies,
    words,
    identifiers,
    ibans,
    national_ids,
    templates,
    tokens,
    network,
    files,
    fakers,
    world,
    formulas,
    relations,
    nesting,
    signals,
    timelines,
    tabled,
    counted,
    custom,
    distributions,
)


def announce_all() -> None:
    """Announce every family."""
    for family in _FAMILIES:
        announce(*family.KINDS)
