"""States that follow from the state before: Markov chains along a family."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.families.streams import Chain, ChainState
from syndata_engine.generation.kinds.categories import MAX_WEIGHT_DIGITS, values_column
from syndata_engine.generation.kinds.numbers import is_number
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.kinds.streams import SIBLINGS
from syndata_engine.generation.nodes.codes import EVERY_TYPE
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import any_of
from syndata_engine.generation.references import along
from syndata_engine.pools import alias_table

MOST_STATES: Final = 1_000


class MarkovOptions(Options):
    transitions: Any = Field(
        description="for each state, weights of the states that follow it; one that is not named never does. Or a matrix of weights, in the order of `states`"
    )
    states: list[Any] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_STATES,
        description="the values; those that `transitions` names, by name",
    )
    start: Any = Field(
        default=None,
        description="the first state of a family, or weights of such; each that is not absorbing, all alike",
    )
    absorbing: list[Any] = Field(default_factory=list, description="states that are never left")
    within: str | None = Field(
        default=None,
        description="a column of the row, such as a session: siblings begin anew where it is another than in the one before",
    )
    via: str | None = Field(default=None, description=SIBLINGS)


@dataclass(frozen=True, slots=True)
class _States:
    """The names of the states, and what is written of them."""

    ctx: ColumnContext
    values: list[Any]
    names: list[str]

    def place(self, name: Any, option: str) -> int:
        """Which state is meant; Refused where none is."""
        said = _name(name)
        if said not in self.names:
            near = difflib.get_close_matches(said, self.names, 1)
            fix = f"did you mean {near[0]!r}?" if near else f"states are {', '.join(self.names[:12])}"
            self.ctx.refuse(f"there is no state {said!r}", fix, option)
        return self.names.index(said)

    def weights(self, row: Any, option: str) -> list[tuple[int, int]]:
        """States that may be next with their whole weights, none of them 0; Refused where there are none."""
        if not isinstance(row, Mapping):
            self.ctx.refuse(f"{row!r} is not a mapping of states to weights", "write {browse: 8, cart: 2}", option)
        found = [(self.place(name, f"{option}.{name}"), self._whole(one, f"{option}.{name}")) for name, one in row.items()]  # fmt: skip
        kept = sorted((place, weight) for place, weight in found if weight)
        if not kept:
            self.ctx.refuse("no state has a weight above 0", "weigh one of them, or list the state under absorbing", option)  # fmt: skip
        return kept

    def _whole(self, weight: Any, option: str) -> int:
        number = Decimal(str(weight)) if not isinstance(weight, bool) and is_number(weight) else None
        if number is None or not number.is_finite() or number < 0:
            self.ctx.refuse(f"{weight!r} is not a weight", "write a number of 0 or more", option)
        if number.adjusted() >= MAX_WEIGHT_DIGITS or number != round(number, MAX_WEIGHT_DIGITS):
            self.ctx.refuse("a weight has too many digits", "use weights between 0.000000001 and 999999999", option)
        return int(number.scaleb(MAX_WEIGHT_DIGITS))


class Markov(Kind):
    name = "markov"
    aliases = ("markov_chain", "state_machine", "next_state")
    summary = (
        "A state that is drawn by the state of the sibling before, by position; the first by its own weights; NULL where "
        "there is no parent."
    )
    types = EVERY_TYPE
    options = MarkovOptions

    def build(self, ctx: ColumnContext, options: MarkovOptions) -> Column:
        refs = ctx.table.relations
        fk, families = along.family_of(refs, ctx, options.via)
        states = _states(ctx, options)
        rows = _rows(states, options)
        _warn_of_unreached(states, rows)
        part, null, read = self._part(ctx, options)
        node = ChainState(families, refs.context.key, ctx.word(), _chain(rows), part)
        column = values_column(ctx, states.values, node, "states")
        orphan = along.without_parent(refs, fk)
        nulls = [one for one in (orphan, null) if one is not None]
        each = 2 if read is None else 1 + refs.cost_in_families(fk, *read)
        cost = along.priced(refs, ctx, fk, each)
        return Column(
            column.type, column.code, null=any_of(*nulls) if nulls else None, low=column.low, high=column.high,
            labels=column.labels, cost=cost,
        )  # fmt: skip

    def _part(
        self, ctx: ColumnContext, options: MarkovOptions
    ) -> tuple[Node | None, Node | None, tuple[str, Column] | None]:
        if options.within is None:
            return None, None, None
        column = ctx.other(options.within, "within")
        if column.code is None:
            ctx.refuse(f"{options.within} has no values that can be told apart here", "name a session, a number or a choice", "within")  # fmt: skip
        return column.code, column.null, (options.within, column)


def _name(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _states(ctx: ColumnContext, options: MarkovOptions) -> _States:
    """The states as they are listed, or all that are named."""
    values = options.states
    if values is None:
        if not isinstance(options.transitions, Mapping):
            ctx.refuse("the states of a matrix have no names", "add `states: [browse, cart, buy]`", "states")
        named = {_name(one) for one in options.absorbing} | options.transitions.keys()
        rows = [row for row in options.transitions.values() if isinstance(row, Mapping)]
        values = sorted(named.union(*rows))
    if any(value is None for value in values):
        ctx.refuse("NULL is no state", "leave it out; null_rate makes values NULL", "states")
    names = [_name(value) for value in values]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        ctx.refuse(f"the state {twice!r} stands twice", "list it once", "states")
    if len(values) > MOST_STATES:
        ctx.refuse(f"there are {len(values):,} states", f"use at most {MOST_STATES:,}", "transitions")
    return _States(ctx, values, names)


def _rows(states: _States, options: MarkovOptions) -> list[list[tuple[int, int]]]:
    """Weights of the first state, then of what follows each."""
    ctx, given = states.ctx, options.transitions
    if isinstance(given, list):
        square = all(isinstance(row, list) and len(row) == len(states.names) for row in given)
        if not square or len(given) != len(states.names):
            size = len(states.names)
            ctx.refuse(f"the matrix is not {size} by {size}", "write a row for each state, with a weight for each", "transitions")  # fmt: skip
        ends = {states.place(one, "absorbing") for one in options.absorbing}
        given = {
            name: dict(zip(states.names, row, strict=True))
            for place, (name, row) in enumerate(zip(states.names, given, strict=True))
            if place not in ends
        }
    if not isinstance(given, Mapping):
        ctx.refuse(f"{given!r} is no mapping of states", "write {browse: {browse: 8, cart: 2}, cart: {browse: 1}}", "transitions")  # fmt: skip
    found = {states.place(name, f"transitions.{name}"): states.weights(row, f"transitions.{name}") for name, row in given.items()}  # fmt: skip
    for number, one in enumerate(options.absorbing):
        place = states.place(one, f"absorbing.{number}")
        if place in found:
            ctx.refuse(f"{_name(one)!r} is never left, and has transitions", "drop one of them", f"absorbing.{number}")
        found[place] = [(place, 1)]
    for place, name in enumerate(states.names):
        if place not in found:
            ctx.refuse(f"nothing is said of what follows {name!r}", f"add transitions of {name}, or list it under absorbing", "transitions")  # fmt: skip
    return [_first(states, options), *(found[place] for place in range(len(states.names)))]


def _first(states: _States, options: MarkovOptions) -> list[tuple[int, int]]:
    if options.start is None:
        ends = {_name(one) for one in options.absorbing}
        alike = [(place, 1) for place, name in enumerate(states.names) if name not in ends]
        return alike or [(place, 1) for place in range(len(states.names))]
    if isinstance(options.start, list):
        names = dict.fromkeys((_name(one) for one in options.start), 1)
        return states.weights(names, "start")
    if isinstance(options.start, Mapping):
        return states.weights(options.start, "start")
    return [(states.place(options.start, "start"), 1)]


def _chain(rows: list[list[tuple[int, int]]]) -> Chain:
    starts = np.cumsum([0, *(len(row) for row in rows)])
    targets = np.array([place for row in rows for place, _ in row], np.int64)
    alias = np.concatenate([alias_table(tuple(weight for _, weight in row)) for row in rows])
    return Chain(np.asarray(starts, np.int64), targets, alias)


def _warn_of_unreached(states: _States, rows: list[list[tuple[int, int]]]) -> None:
    reached: set[int] = set()
    ahead = [place for place, _ in rows[0]]
    while ahead:
        place = ahead.pop()
        if place not in reached:
            reached.add(place)
            ahead += [after for after, _ in rows[place + 1]]
    for place, name in enumerate(states.names):
        if place not in reached:
            fix = "give it a weight in start, or in the transitions of a state that is reached"
            states.ctx.table.relations.dataset.warn(states.ctx.path, f"no row is ever {name!r}", fix)


KINDS = (Markov(),)
