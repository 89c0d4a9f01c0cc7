"""A table's dirt as a whole: which rules hit which cells, and the columns as they leave."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.plan import PlannedDirt
from syndata_contracts.schema import DirtRule
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.dirt.effects import effect, with_effects
from syndata_engine.generation.dirt.hits import Hits, rounded_share
from syndata_engine.generation.dirt.targets import Effect, Target
from syndata_engine.generation.expressions.conditions import condition_node
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Chance, Constant, Mapped
from syndata_engine.generation.words.bits import Codes, derive_key

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder

VERSION: Final = 1
"""Rises when the same rules hit other cells, or leave other values in them: bytes are promised per version."""
MOST_COUNTED: Final = 2**30
"""Cells read to count what is eligible; beyond, the rule is refused."""


@dataclass(eq=False)
class Group:
    """Rules that hit the same columns under the same condition, and so never the same cell."""

    columns: tuple[str, ...]
    base: tuple[Node, ...]
    """All of them hold where a cell is eligible."""
    cost: int
    """Cells read for that, in each row."""
    hits: Hits
    rules: list[int] = field(default_factory=list)
    effects: list[tuple[Effect, ...]] = field(default_factory=list)
    """Of each rule, on each of the columns."""
    reads: tuple[str, ...] = ()
    eligible: int = 0
    """Rows that the rates are shares of."""
    is_plain: bool = True
    """Whether nothing but a null rate decides what is eligible."""

    @property
    def truths(self) -> int:
        """Cells that are hit."""
        return self.hits.total * len(self.columns)


class TableDirt:
    """What becomes of a table's columns."""

    def __init__(self, builder: TableBuilder, planned: Sequence[PlannedDirt] = ()) -> None:
        """Refused with every rule that its columns cannot hold; what has to be counted is counted when it is asked for."""
        self._builder = builder
        self._planned = planned
        self._columns: dict[str, Column] = {}
        self._made: dict[tuple[object, ...], Group] = {}
        faults: list[Fault] = []
        for place, rule in enumerate(builder.schema.dirt):
            try:
                self._join(place, rule)
            except Refused as refused:
                faults += refused.faults
        if faults:
            raise Refused(faults)

    # -- what is where ------------------------------------------------------------------------------------------

    def _clean(self, name: str, path: str) -> Column:
        return self._builder.build(name, path)

    def _join(self, place: int, rule: DirtRule) -> None:
        faults: list[Fault] = []
        subjects = [rule.columns] if rule.kind == "swap" else [(name,) for name in rule.columns]
        for subject in subjects:
            try:
                self._join_subject(place, rule, subject)
            except Refused as refused:
                faults += refused.faults
        if faults:
            raise Refused(faults)

    def _join_subject(self, place: int, rule: DirtRule, subject: tuple[str, ...]) -> None:
        columns = [self._clean(name, f"{rule.path}.columns") for name in subject]
        effects = tuple(
            effect(
                Target(
                    self._builder.context,
                    rule,
                    self._builder.column_schema(name),
                    column,
                    tuple(other for other in columns if other is not column),
                )
            )
            for name, column in zip(subject, columns, strict=True)
        )
        said = "" if rule.where is None else json.dumps(rule.where.model_dump(mode="json"), sort_keys=True)
        ables = tuple(one.able for one in effects if one.able is not None)
        name: tuple[object, ...] = (subject, said, *((rule.kind, place) if ables else ()))
        if name not in self._made:
            self._made[name] = self._new_group(rule, subject, columns, (said, ables[:1]))
        self._made[name].rules.append(place)
        self._made[name].effects.append(effects)

    def _new_group(
        self, rule: DirtRule, subject: tuple[str, ...], columns: list[Column], extra: tuple[str, tuple[Node, ...]]
    ) -> Group:
        said, ables = extra
        base = [_not(column.null) for column in columns if column.null is not None] + list(ables)
        cost = 1 + (sum(column.cost for column in columns) if base else 0)
        reads: list[str] = []
        if rule.where is not None:
            first = self._builder.column_schema(subject[0])
            ctx = ColumnContext(self._builder.context, first, None, rule.where.path or rule.path, reads=reads)
            base.append(condition_node(ctx, rule.where))
            cost += sum(self._clean(name, rule.path).cost for name in dict.fromkeys(reads))
        earlier = [group.hits for group in self._made.values() if set(group.columns) & set(subject)]
        context = self._builder.context
        ids = (self._builder.column_schema(name).id for name in subject)
        # Rules that look at values are told apart by kind, and those of one kind by their order.
        twins = sum(name[:3] == (subject, said, rule.kind) for name in self._made)
        key = derive_key(context.seed, "dirt", context.schema.id, *ids, said, rule.kind if ables else "", str(twins))
        left = [*base, *(_not(hits.node) for hits in earlier)]
        hits = Hits(context.key, context.relations.rows, key, _all(left))
        plain = rule.where is None and not ables and all(isinstance(one.null, Chance | None) for one in columns)
        made = Group(subject, tuple(base), cost + len(earlier), hits, reads=tuple(dict.fromkeys(reads)))
        made.is_plain = plain
        return made

    # -- how many -----------------------------------------------------------------------------------------------

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All groups with their hits; Refused where rates do not fit, or counting would take too long."""
        groups = tuple(self._made.values())
        if self._planned:
            for group, planned in zip(groups, self._planned, strict=True):
                group.eligible, group.hits.left, group.hits.hits = planned.eligible, planned.left, planned.hits
            return groups
        faults: list[Fault] = []
        for group in groups:
            try:
                self._count(group)
            except Refused as refused:
                faults += refused.faults
        if faults:
            raise Refused(faults)
        return groups

    def _count(self, group: Group) -> None:
        hits = group.hits
        left = group.eligible = hits.rows
        if hits.eligible is not None:
            self._check_open(group)
            self._check_work(group)
            hits.left, group.eligible = hits.count(_all(group.base))
            left = sum(hits.left)
        rules = [self._builder.schema.dirt[place] for place in group.rules]
        rates = [Fraction(rule.rate) for rule in rules]
        wanted = tuple(rounded_share(rate.as_integer_ratio(), group.eligible) for rate in rates)
        if self._builder.dataset.is_scaled or sum(rates) * group.eligible <= left:
            # Only rounding asks for more than there are.
            wanted = _within(wanted, left)
        if sum(wanted) > left:
            lines = [f"{rule.path}.rate" for rule in rules]
            rivals = self._rivals(group) if left < group.eligible else []
            names = " and ".join(group.columns)
            what = f"{sum(wanted):,} cells of {names} are to be hit, but only {left:,} of {group.eligible:,} are left"
            raise Refused(Fault(lines[-1], what, "lower a rate", related=tuple(dict.fromkeys([*lines[:-1], *rivals]))))
        hits.hits = wanted

    def _check_open(self, group: Group) -> None:
        """Refuse to count what a secret decides: planning does not know it, and the plan must not tell."""
        tables = self._builder.dataset.schema.tables
        sensitive = any(column.sensitivity for table in tables for column in table.columns)
        if self._builder.context.secret and sensitive and not group.is_plain:
            rule = self._builder.schema.dirt[group.rules[0]]
            what = f"which cells of {' and '.join(group.columns)} are eligible may follow from the secret, which planning does not know"
            fix = "drop the condition (or the kind that needs to look at values), or the document's secret_id"
            raise Refused(Fault(rule.path, what, fix))

    def _check_work(self, group: Group) -> None:
        cells = group.hits.rows * group.cost
        if cells > MOST_COUNTED:
            rule = self._builder.schema.dirt[group.rules[0]]
            what = (
                f"to hit an exact share of {' and '.join(group.columns)}, {cells:,} cells would be read while planning"
            )
            fix = f"ask for fewer rows (up to {MOST_COUNTED // group.cost:,}), or drop the condition from a column that is never NULL"
            raise Refused(Fault(rule.path, what, fix))

    def _rivals(self, group: Group) -> list[str]:
        """The rates of rules that come first on these columns."""
        found = []
        for other in self._made.values():
            if other is group:
                break
            if set(other.columns) & set(group.columns):
                found += [f"{self._builder.schema.dirt[place].path}.rate" for place in other.rules]
        return found

    @property
    def planned(self) -> tuple[PlannedDirt, ...]:
        """What the plan keeps."""
        return tuple(
            PlannedDirt(
                columns=group.columns,
                rules=tuple(group.rules),
                eligible=group.eligible,
                hits=group.hits.hits,
                left=group.hits.left,
            )
            for group in self.groups
        )

    def clean(self, name: str) -> Column:
        """A column as it is without dirt."""
        return self._clean(name, "")

    def kind_of(self, place: int) -> str:
        """The kind of a rule."""
        return self._builder.schema.dirt[place].kind

    @property
    def total(self) -> int:
        """Cells that are damaged: the rows of a table of truth."""
        return sum(group.truths for group in self.groups)

    # -- columns ------------------------------------------------------------------------------------------------

    @property
    def touched(self) -> tuple[str, ...]:
        """Names of the columns that have dirt, in the table's order."""
        names = {name for group in self._made.values() for name in group.columns}
        return tuple(column.name for column in self._builder.schema.columns if column.name in names)

    def column(self, name: str) -> Column:
        """The column as it leaves; as it is clean, where no rule names it."""
        if name not in self._columns:
            self._columns[name] = self._dirty(name)
        return self._columns[name]

    def _dirty(self, name: str) -> Column:
        clean = self._clean(name, "")
        mine = [group for group in self.groups if name in group.columns]
        if not mine:
            return clean
        effects: list[Effect] = []
        starts: list[int] = []
        for group in mine:
            starts.append(len(effects))
            place = group.columns.index(name)
            effects += [one[place] for one in group.effects]
        index = Mapped(_merged(starts), tuple(group.hits.node for group in mine))
        reads = (*clean.reads, *(read for group in mine for read in (*group.reads, *group.columns) if read != name))
        found = with_effects(clean, index, effects)
        cost = clean.cost + sum(group.cost for group in mine)
        return replace(found, reads=tuple(dict.fromkeys(reads)), cost=cost, version=clean.version + VERSION - 1)


def _within(wanted: tuple[int, ...], left: int) -> tuple[int, ...]:
    """The same numbers, the last ones lower where all together are more than are left."""
    before = [min(left, sum(wanted[:place])) for place in range(len(wanted) + 1)]
    return tuple(after - one for one, after in pairwise(before))


def _not(node: Node | None) -> Node:
    if node is None:
        return Constant(1)
    return Mapped(lambda codes: (codes == 0).astype(np.int64), (node,))


def _all(nodes: Sequence[Node]) -> Node | None:
    """1 where all hold; None for none."""
    if not nodes:
        return None
    return Mapped(lambda *codes: np.logical_and.reduce([one != 0 for one in codes]).astype(np.int64), tuple(nodes))


def _merged(starts: list[int]):  # type: ignore[no-untyped-def] # noqa: ANN202
    """One number for the rule that hits a row, of groups that never hit the same row."""

    def merge(*found: Codes) -> Codes:
        return np.asarray(
            sum(np.where(one > 0, one + start, 0) for one, start in zip(found, starts, strict=True)), np.int64
        )

    return merge
