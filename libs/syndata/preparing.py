"""From whatever form of configuration to a plan."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from syndata.binding import load_kinds, packed_vocabularies
from syndata.configuration import Config, read_config
from syndata_contracts import moments

if TYPE_CHECKING:
    from syndata_engine.planning import Overrides, Prepared


def prepare(config: Config, overrides: Overrides | None = None) -> Prepared:
    """Read, put the overrides on top and plan; Refused with every fault, each with its place."""
    from syndata_engine.planning import Overrides, plan_reading

    load_kinds()
    return plan_reading(read_config(config), overrides or Overrides(), packed_vocabularies())


def parse_as_of(text: str | date) -> datetime:
    """An ISO 8601 moment or date, or `now`; without an offset it is UTC. Refused when it is none of these."""
    return moments.parse_as_of(text, datetime.now(UTC))
