"""The columns of one table that constraints put in order.

A column is *drawn* when it can be redrawn inside bounds (a range that is no key), else *computed*. A drawn column
takes a floor from every earlier neighbour and a ceiling from every computed column after it, so its bounds never
cross: planning has proved that ranges leave room, and that computed columns keep their order by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, Ordering
from syndata_engine.generation.columns.columns import Bounds, Column
from syndata_engine.generation.kinds.registry import parse_rule
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.references.blame import rule_line
from syndata_engine.generation.tables.orderings import (
    Interval,
    Proof,
    ceiling_node,
    floor_node,
    least_at_or_after,
    merged_bound,
    way,
)

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder

Path = tuple[Ordering, ...]


@dataclass(eq=False)
class Ordered:
    """Bounds for the columns of one table, from its constraints."""

    builder: TableBuilder
    _columns: dict[str, Column] = field(default_factory=dict)
    """Every column in order, as it is before any ordering: what it can hold at most."""
    _reads: dict[str, frozenset[str]] = field(default_factory=dict)
    """The columns of the table that each is computed from, directly or not."""
    _intervals: dict[str, Interval] | None = None

    @property
    def constraints(self) -> tuple[Ordering, ...]:
        """The table's constraints."""
        return self.builder.schema.constraints

    def bounded(self, column: ColumnSchema, draft: Column) -> Column:
        """The column inside the bounds that its neighbours leave."""
        if self.builder.dataset.rehearsing is not None or not self.constraints:
            return draft
        interval = self._proved().get(column.name)
        if interval is None or draft.narrow is None:
            return draft
        name = column.name
        floors = [
            floor_node(self.builder.build(ordering.earlier, ordering.path), draft, strict=ordering.strict)
            for ordering in self.constraints
            if ordering.later == name and name not in self._reads[ordering.earlier]
        ]
        ceilings = [self._ceiling(path) for path in self._paths(name) if not self._follows(name, path)]
        bounds = Bounds(
            interval.low, interval.high, merged_bound(floors, floor=True), merged_bound(ceilings, floor=False)
        )
        return replace(draft.narrow(bounds), version=draft.version, null=draft.null)

    def _ceiling(self, path: Path) -> Node:
        """The highest code of a path's first column that the computed column at its end allows."""
        last = path[-1]
        column = self.builder.build(last.later, last.path)
        for ordering in reversed(path):
            earlier = self._columns[ordering.earlier]
            column = replace(earlier, code=ceiling_node(earlier, column, strict=ordering.strict), null=None)
        assert column.code is not None  # noqa: S101 -- just made
        return column.code

    def _proved(self) -> dict[str, Interval]:
        if self._intervals is None:
            names = {name for ordering in self.constraints for name in (ordering.later, ordering.earlier)}
            for name in sorted(names):
                self._columns[name], self._reads[name] = self.builder.dataset.rehearse(self.builder.schema.name, name)
                if not self._is_drawn(name):
                    self._columns[name] = replace(self._columns[name], narrow=None)
            lines = {name: self._line(name) for name in names}
            proof = Proof(self._columns, lines)
            proof.admit(self.constraints)
            self._check_circles()
            kept = tuple(o for o in self.constraints if not (self._follows(o.earlier, (o,)) or self._comes_before(o)))
            found = proof.run(kept)
            for name in sorted(names):
                self._check_paths(name)
            self._intervals = found
        return self._intervals

    def _is_drawn(self, name: str) -> bool:
        schema, relations = self.builder.column_schema(name), self.builder.context.relations
        refers = relations.covering(name) or relations.typed_by(name)
        if refers or schema.conditional_rules or self.builder.keys.holds(name):
            return False
        kind, options = parse_rule(self.builder.rule_of(schema))
        return kind.ascends(options)

    def _paths(self, name: str) -> Iterator[Path]:
        """Ways along the constraints from a column through drawn ones to the next computed one."""
        for ordering in self.constraints:
            if ordering.earlier != name:
                continue
            if self._columns[ordering.later].narrow is None:
                yield (ordering,)
            else:
                yield from ((ordering, *path) for path in self._paths(ordering.later))

    def _check_circles(self) -> None:
        """Refuse constraints that lead from a column back to itself."""
        above: dict[str, set[str]] = {}
        for ordering in self.constraints:
            above.setdefault(ordering.earlier, set()).add(ordering.later)
        for _ in above:
            for found in above.values():
                found |= {name for later in tuple(found) for name in above.get(later, ())}
        circle = {name for name, found in above.items() if name in found}
        lines = tuple(o.path for o in self.constraints if {o.earlier, o.later} <= circle)
        if circle:
            names = ", ".join(sorted(circle))
            raise Refused(
                Fault(lines[0], f"the orderings of {names} run in a circle", "drop one of them", related=lines[1:])
            )

    def _check_paths(self, name: str) -> None:
        """Refuse where the order of two columns would rest on two computations."""
        for path in self._paths(name):
            last = path[-1].later
            if self._columns[name].narrow is not None and name not in self._reads[last]:
                continue
            if not (self._lies_apart(path) or self._follows(name, path)):
                self._refuse_computed(name, path)
        for ordering in self.constraints:
            if ordering.earlier == name and ordering.later in self._reads[name] and not self._comes_before(ordering):
                self._refuse_computed(name, (ordering,))

    def _refuse_computed(self, name: str, path: Path) -> NoReturn:
        last = path[-1].later
        what = (
            f"{last} does not always come after {name}, and at least one of them is computed, so neither can be moved"
        )
        fix = f"keep all values of {name} below those of {last}, or make {last} an offset from {name}"
        related = (*(ordering.path for ordering in path[1:]), self._line(name), self._line(last))
        raise Refused(Fault(path[0].path, what, fix, related=tuple(dict.fromkeys(related))))

    def _line(self, name: str) -> str:
        return rule_line(self.builder.column_schema(name))

    def _lies_apart(self, path: Path) -> bool:
        """Whether even the first column's highest value comes before the last one's lowest."""
        bound = self._columns[path[0].earlier].high
        low = self._columns[path[-1].later].low
        assert bound is not None  # noqa: S101 -- admitted
        assert low is not None  # noqa: S101 -- admitted
        for ordering in path:
            scales = way(self._columns[ordering.earlier], self._columns[ordering.later])
            bound = least_at_or_after(bound, scales, strict=ordering.strict)
        return bound <= low

    def _follows(self, name: str, path: Path) -> bool:
        """Whether a path's end comes after `name` because it is an offset from it, or from one that does."""
        if self._keeps_itself(name, path):
            return True
        return any(
            ordering.later in self._reads[path[-1].later] and self._keeps_itself(ordering.later, path)
            for rest in self._all_paths(name)
            for ordering in rest
        )

    def _all_paths(self, name: str) -> Iterator[Path]:
        """Every constraint that can be reached from a column, each as a path of its own."""
        for ordering in self.constraints:
            if ordering.earlier == name:
                yield (ordering,)
                yield from self._all_paths(ordering.later)

    def _keeps_itself(self, name: str, path: Path) -> bool:
        """Whether a path's end is `name` plus a distance that keeps the path's order."""
        last = self._columns[path[-1].later]
        between = [self._columns[ordering.later].type for ordering in path[:-1]]
        if last.offset_from != name or last.apart is None or any(kind != last.type for kind in between):
            return False
        return last.apart[0] >= sum(ordering.strict for ordering in path) * last.type.step

    def _comes_before(self, ordering: Ordering) -> bool:
        """Whether the earlier column is the later one less a distance."""
        earlier = self._columns[ordering.earlier]
        if earlier.offset_from != ordering.later or earlier.apart is None:
            return False
        return earlier.apart[1] <= -ordering.strict * earlier.type.step
