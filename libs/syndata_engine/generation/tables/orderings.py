"""Orderings between columns of a row, compiled into the bounds that columns are drawn in: nothing is rejected."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import Ordering
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import INT64_MAX, MICROS_PER_DAY, ValueType, shown
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped
from syndata_engine.generation.words.bits import Codes


@dataclass
class Interval:
    """What is known of a column's codes, and which lines say so."""

    low: int
    high: int
    low_lines: tuple[str, ...]
    high_lines: tuple[str, ...]


def ratio(source: ValueType, target: ValueType) -> tuple[int, int] | None:
    """(multiply, divide) that turns the source's codes into the target's; None where they do not compare."""
    if source.numeric and target.numeric:
        gap = target.scale - source.scale
        return (10**gap, 1) if gap >= 0 else (1, 10**-gap)
    if source.name == target.name and source.name in {"time", "duration"}:
        return 1, 1
    units = {"date": MICROS_PER_DAY, "datetime": 1}
    if source.name in units and target.name in units:
        return (units[source.name], 1) if target.name == "datetime" else (1, MICROS_PER_DAY // units[source.name])
    return None


def least_at_or_after(code: int, way: tuple[int, int], *, strict: bool) -> int:
    """The smallest target code that is not before (or, strictly, after) a source code."""
    multiply, divide = way
    return code * multiply // divide + 1 if strict else -(-code * multiply // divide)


def most_at_or_before(code: int, way: tuple[int, int], *, strict: bool) -> int:
    """The largest target code that is not after (or, strictly, before) a source code."""
    multiply, divide = way
    return -(-code * multiply // divide) - 1 if strict else code * multiply // divide


def floor_node(earlier: Column, later: Column, *, strict: bool) -> Node:
    """The lowest code of `later` that the row's `earlier` allows."""
    multiply, divide = way(earlier, later)
    room = (INT64_MAX - 1) // multiply

    def lowest(codes: Codes) -> Codes:
        scaled = np.clip(codes, -room, room) * multiply
        return scaled // divide + 1 if strict else -((-scaled) // divide)

    return _where_not_null(Mapped(lowest, (_code(earlier),)), earlier, later.low)


def ceiling_node(earlier: Column, later: Column, *, strict: bool) -> Node:
    """The highest code of `earlier` that the row's `later` allows."""
    multiply, divide = way(later, earlier)
    room = (INT64_MAX - 1) // multiply

    def highest(codes: Codes) -> Codes:
        scaled = np.clip(codes, -room, room) * multiply
        return -((-scaled) // divide) - 1 if strict else scaled // divide

    return _where_not_null(Mapped(highest, (_code(later),)), later, earlier.high)


def _where_not_null(bound: Node, neighbour: Column, otherwise: int | None) -> Node:
    """A neighbour that is NULL in a row bounds nothing there."""
    if neighbour.null is None or otherwise is None:
        return bound
    return Mapped(lambda codes, null: np.where(null != 0, otherwise, codes), (bound, neighbour.null))


def merged_bound(nodes: list[Node], *, floor: bool) -> Node | None:
    """The tightest of several bounds."""
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    pick = np.maximum if floor else np.minimum
    return Mapped(lambda *codes: pick.reduce(codes), tuple(nodes))


def _code(column: Column) -> Node:
    assert column.code is not None  # noqa: S101 -- `prove` has refused columns without codes
    return column.code


def way(source: Column, target: Column) -> tuple[int, int]:
    """(multiply, divide) that turns the codes of one admitted column into those of another."""
    found = ratio(source.type, target.type)
    assert found is not None  # noqa: S101 -- `prove` has refused types that do not compare
    return found


def _apart(codes: int, kind: ValueType) -> str:
    """A distance between two values, as one says it."""
    if kind.name == "date":
        return f"{codes} day{'s' if codes != 1 else ''}"
    return shown(codes, kind) if kind.numeric else f"{Decimal(codes).scaleb(-6).normalize():f} s"


@dataclass
class Proof:
    """Static intervals of every column that takes part in an ordering."""

    columns: dict[str, Column]
    lines: dict[str, str]
    """Path of each column."""
    intervals: dict[str, Interval] = field(default_factory=dict)

    def admit(self, constraints: tuple[Ordering, ...]) -> None:
        """Refuse columns that have no order, or not the same."""
        for constraint in constraints:
            self._admit(constraint)

    def run(self, constraints: tuple[Ordering, ...]) -> dict[str, Interval]:
        """Tighten until nothing changes; Refused with the lines in conflict when an interval is empty."""
        for _ in range(len(self.intervals) + 1):
            changes = [self._tighten(constraint) for constraint in constraints]
            if not any(changes):
                return self.intervals
        names = ", ".join(sorted(self.intervals))
        raise Refused(Fault(constraints[0].path, f"the orderings of {names} run in a circle that no values satisfy",
                            "drop one of them", related=tuple(c.path for c in constraints)))  # fmt: skip

    def _admit(self, constraint: Ordering) -> None:
        for name in (constraint.earlier, constraint.later):
            column = self.columns[name]
            if column.code is None or not column.type.ordered or column.low is None or column.high is None:
                raise Refused(Fault(constraint.path, f"{name} has no order that can be bounded",
                                    "order numbers, dates and times that have a range"))  # fmt: skip
            line = (self.lines[name],)
            self.intervals.setdefault(name, Interval(column.low, column.high, line, line))
        if ratio(self.columns[constraint.earlier].type, self.columns[constraint.later].type) is None:
            raise Refused(Fault(constraint.path, f"{constraint.later} and {constraint.earlier} have types that do not compare",
                                "order numbers with numbers, and dates with dates or times"))  # fmt: skip

    def _tighten(self, constraint: Ordering) -> bool:
        earlier, later = self.intervals[constraint.earlier], self.intervals[constraint.later]
        first, last = self.columns[constraint.earlier], self.columns[constraint.later]
        changed = False
        low = least_at_or_after(earlier.low, way(first, last), strict=constraint.strict)
        if low > later.low:
            later.low, later.low_lines, changed = low, (*earlier.low_lines, constraint.path), True
        high = most_at_or_before(later.high, way(last, first), strict=constraint.strict)
        if high < earlier.high:
            earlier.high, earlier.high_lines, changed = high, (*later.high_lines, constraint.path), True
        for name, interval in ((constraint.earlier, earlier), (constraint.later, later)):
            self._check(name, interval, constraint)
        return changed

    def _check(self, name: str, interval: Interval, constraint: Ordering) -> None:
        if interval.low > interval.high:
            lines = tuple(dict.fromkeys((*interval.low_lines, *interval.high_lines)))
            low, high, kind = interval.low, interval.high, self.columns[name].type
            what = f"no value of {name} can satisfy {constraint.later} {'>' if constraint.strict else '>='} {constraint.earlier}: "
            what += f"the ranges leave nothing, since it would be at least {shown(low, kind)} and at most {shown(high, kind)}"
            fix = f"widen one of the ranges by {_apart(low - high, kind)}, or drop the ordering"
            raise Refused(Fault(constraint.path, what, fix, related=lines))
        column = self.columns[name]
        assert column.low is not None  # noqa: S101 -- admitted
        assert column.high is not None  # noqa: S101
        tightened = interval.low > column.low or interval.high < column.high
        if tightened and column.narrow is None:
            raise Refused(Fault(constraint.path, f"{name} is computed, so its values cannot be kept in order with "
                                f"{constraint.later if name == constraint.earlier else constraint.earlier}",
                                f"widen the range of {constraint.later if name == constraint.earlier else constraint.earlier} to hold all values of {name}", related=(self.lines[name],)))  # fmt: skip
