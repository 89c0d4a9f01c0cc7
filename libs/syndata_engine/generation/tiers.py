"""Parents of some kinds have more children than others: how often each is referred to follows from one of its columns.

The column meets its shares to the row, so the parents of each value are a stretch of the shuffled parent table, and
the children of each value's parents a stretch of the children: both ways are closed form, as for any fan-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema
from syndata_engine.generation.alternatives import Alternative
from syndata_engine.generation.bijection import Bijection
from syndata_engine.generation.bits import Codes, derive_key
from syndata_engine.generation.exact import apportioned, table_key
from syndata_engine.generation.fan_out import FanOutMap
from syndata_engine.generation.keys import key_sets
from syndata_engine.generation.kinds.categories import whole_weights
from syndata_engine.generation.registry import parse_rule

if TYPE_CHECKING:
    from syndata_engine.generation.references import References


@dataclass(frozen=True)
class Tiers:
    """Children of parents in tiers; inside a tier, counts differ by at most one."""

    bijection: Bijection
    """Parent row to its place among the parents tier by tier."""
    maps: tuple[FanOutMap, ...]
    """One for each tier, in the order of the listed values."""
    key: int

    @property
    def parents(self) -> int:
        """Parents in all."""
        return sum(one.parents for one in self.maps)

    @property
    def children(self) -> int:
        """Children in all."""
        return sum(one.children for one in self.maps)

    @property
    def low(self) -> int:
        """Fewest children that a parent has."""
        return min((one.low for one in self.maps if one.parents), default=0)

    @property
    def most(self) -> int:
        """Most children that a parent has."""
        return max((one.most for one in self.maps if one.parents), default=0)

    def parents_of(self, children: Codes) -> tuple[Codes, Codes]:
        """Parent of each child number, and the child's position among its siblings, from 0."""
        ends = np.array(list(accumulate(one.children for one in self.maps)), np.int64)
        tiers = np.searchsorted(ends, children, side="right")
        place, position = np.zeros_like(children), np.zeros_like(children)
        before = 0
        for number, one in enumerate(self.maps):
            here = np.flatnonzero(tiers == number)
            if len(here):
                found, position[here] = one.parents_of(children[here] - (ends[number] - one.children))
                place[here] = before + found
            before += one.parents
        return self.bijection.inverse(place), position

    def children_of(self, parents: Codes) -> tuple[Codes, Codes]:
        """First child number of each parent, and one past its last."""
        first, last = np.zeros_like(parents), np.zeros_like(parents)
        if self.parents == 0:
            return first, last
        place = self.bijection.forward(parents)
        ends = np.array(list(accumulate(one.parents for one in self.maps)), np.int64)
        tiers = np.searchsorted(ends, place, side="right")
        before = 0
        for number, one in enumerate(self.maps):
            here = np.flatnonzero(tiers == number)
            if len(here):
                low, high = one.children_of(place[here] - (ends[number] - one.parents))
                first[here], last[here] = before + low, before + high
            before += one.children
        return first, last


def tiers_of(refs: References, fk: ForeignKeySchema, children: int) -> Tiers:
    """The children of a reference whose parents have weights; Refused where these cannot be met."""
    assert fk.weights is not None  # noqa: S101 -- asked for those only
    check_weighed(refs, fk)
    labels, shares, key = _values(refs, fk)
    given = dict(fk.weights.values)
    for label in given:
        if label not in labels:
            _refuse(fk, f"{fk.weights.column} never is {label!r}", f"it is one of: {', '.join(labels[:12])}")
    missing = [label for label in labels if label not in given]
    if missing:
        _refuse(fk, f"no weight is given for {', '.join(missing[:12])}", "give each value of the column a weight")
    parents = refs.dataset.rows(fk.parent_table or "")
    counts = apportioned(parents, shares)
    exact = [Fraction(given[label]) for label in labels]
    unit = lcm(*(weight.denominator for weight in exact))
    wanted = tuple(count * int(weight * unit) for count, weight in zip(counts, exact, strict=True))
    if parents and children and not any(wanted):
        _refuse(fk, f"every row of {fk.parent_table} has the weight 0", "give one that occurs a weight above 0")
    shared = apportioned(children, wanted) if any(wanted) else (0,) * len(wanted)
    own = derive_key(refs.context.seed, "fan-out", refs.table.id, fk.id)
    return Tiers(Bijection(max(parents, 1), key), tuple(map(_even, counts, shared, range(own, own + len(counts)))), own)


def _even(parents: int, children: int, key: int) -> FanOutMap:
    share, rest = divmod(children, parents) if parents else (0, 0)
    return FanOutMap(parents, share, share + bool(rest), key % 2**64, children)


def _values(refs: References, fk: ForeignKeySchema) -> tuple[list[str], tuple[int, ...], int]:
    """The values of the parent's column as text, their shares of its rows, and the key that scatters them."""
    assert fk.weights is not None  # noqa: S101
    name, parent = fk.weights.column, refs.dataset.tables[fk.parent_table or ""]
    schema = parent.column_schema(name)
    kind, options = parse_rule(parent.rule_of(schema))
    elsewhere = schema.conditional_rules or schema.null_rate or schema.null_when or Alternative.of(parent.context, name)
    if kind.name not in {"choice", "boolean"} or not options.exact or elsewhere:
        what = f"{parent.schema.name}.{name} does not meet shares of the table to the row"
        _refuse(fk, what, f"give {name} the rule choice or boolean with exact: true, no conditions and no null rate")
    parent.build(name, fk.path)
    ctx = parent.column_context(schema)
    if kind.name == "boolean":
        numerator, denominator = Decimal(options.probability).as_integer_ratio()
        return ["true", "false"], (numerator, denominator - numerator), table_key(ctx)
    labels = [
        "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        for value in options.value
    ]
    if len(set(labels)) < len(labels):
        _refuse(fk, f"a value of {name} stands twice", "list each value once, with its whole weight")
    size = len(labels)
    return labels, (1,) * size if options.weights is None else whole_weights(ctx, size, options.weights), table_key(ctx)


def check_weighed(refs: References, fk: ForeignKeySchema) -> None:
    """Refuse a reference whose parents are chosen by something else."""
    why = ""
    if fk.parent_table == refs.table.name:
        why = "refers to its own table"
    elif refs.within(fk) is not None or refs.apart_from(fk) is not None:
        why = "is tied to another reference"
    elif any(set(fk.child_columns) & set(key.columns) for key in key_sets(refs.table)):
        why = "is part of a key"
    if why:
        _refuse(fk, f"the reference {fk.id} {why}, so its parents have no weights", "drop one of the two")


def _refuse(fk: ForeignKeySchema, what: str, fix: str) -> NoReturn:
    raise Refused(Fault(fk.weights.path if fk.weights else fk.path, what, fix))
