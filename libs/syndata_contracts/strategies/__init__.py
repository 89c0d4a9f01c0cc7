"""Strategies: named ways to describe a dataset by a few parameters, known by name on every side."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, Final

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.strategies.graphs import GRAPH
from syndata_contracts.strategies.parameters import Parameter, Strategy
from syndata_contracts.strategies.series import TIME_SERIES
from syndata_contracts.strategies.streams import EVENT_STREAM
from syndata_contracts.strategies.tabular import CUSTOMER_DATA, TABULAR_RANDOM

__all__ = ["STRATEGIES", "Parameter", "Strategy", "strategy", "strategy_named"]

STRATEGIES: Final = (TABULAR_RANDOM, CUSTOMER_DATA, TIME_SERIES, EVENT_STREAM, GRAPH)


def strategy_named(name: str) -> Strategy:
    """The strategy of this name; Refused, with what may have been meant, when there is none."""
    names = [one.name for one in STRATEGIES]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        fix = f"did you mean {near[0]}?" if near else f"strategies are {', '.join(names)}"
        raise Refused(Fault("strategy", f"there is no strategy {name!r}", fix))
    return STRATEGIES[names.index(name)]


def strategy(name: str, parameters: Mapping[str, Any] | None = None, /, **more: Any) -> dict[str, Any]:
    """The configuration that a strategy makes of parameters, to generate as it is or to go on from.

    Parameters are given as a mapping or by name; what is left out has its default. Refused with every parameter
    that is unknown, of another type, out of bounds or impossible beside others.
    """
    return strategy_named(name).configuration({**(parameters or {}), **more})
