"""From whatever form of configuration to a plan."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Unpack

from syndata.binding import load_kinds, packed_vocabularies
from syndata.configuration import Config, read_config, table_names
from syndata_contracts import moments

if TYPE_CHECKING:
    from syndata import Given
    from syndata_engine.planning import Overrides, Prepared


def prepare(config: Config, overrides: Overrides | None = None) -> Prepared:
    """Read, put the overrides on top and plan; Refused with every fault, each with its place."""
    from syndata_engine.planning import Overrides, plan_reading

    load_kinds()
    return plan_reading(read_config(config), overrides or Overrides(), packed_vocabularies())


def overrides(**given: Unpack[Given]) -> Overrides:
    """What a caller says over the configuration's own words, as planning takes it; Refused where it is no such thing."""
    from syndata_engine.planning import Overrides, parse_scale

    as_of, scale = given.get("as_of"), given.get("scale")
    return Overrides(
        given.get("rows"),
        given.get("seed"),
        None if as_of is None else parse_as_of(as_of),
        given.get("strict", False),
        Decimal(1) if scale is None else parse_scale(scale),
        table_names(given.get("tables")),
    )


def parse_as_of(text: str | date) -> datetime:
    """An ISO 8601 moment or date, or `now`; without an offset it is UTC. Refused when it is none of these."""
    return moments.parse_as_of(text, datetime.now(UTC))
