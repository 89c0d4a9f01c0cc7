"""A smaller database of the same shape: fewer rows in every table, and every reference still closes.

Row counts are first rounded, each by itself, and then raised, never lowered, until every fan-out, family and
forest has the room that it needs. The whole database has that room, and a demand never asks for more than the
whole has, so raising ends, at the whole at the latest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from syndata_contracts.changes import Amount, Changes
from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import DatasetSchema, ForeignKeySchema, TableSchema
from syndata_engine.generation.references.weighed import weighed_parents
from syndata_engine.generation.tables.tables import DatasetBuilder, TableBuilder
from syndata_engine.planning.rows import RowCounter

if TYPE_CHECKING:
    from syndata_engine.generation.references.pairs import Pairing

DEEPEST = 4
"""Levels of a forest that states none."""
LEAST_SCALE = Decimal(1).scaleb(-18)


def parse_scale(value: str | float | Decimal) -> Decimal:
    """A scale as the exact number that was written; Refused outside 0 < scale <= 1."""
    try:
        scale = Decimal(str(value).strip())
    except InvalidOperation:
        scale = Decimal("NaN")
    if not scale.is_finite() or not LEAST_SCALE <= scale <= 1:
        what = f"{str(value)[:40]!r} is no scale"
        raise Refused(Fault("scale", what, "write a number above 0 and at most 1, such as 0.001"))
    return scale


def scaled(schema: DatasetSchema, builder: DatasetBuilder, whole: Mapping[str, int], scale: Decimal) -> DatasetSchema:
    """The schema with rows stated for every table: its share of the whole's, and at least 1 where there were any."""
    rows = _Scaling(builder, whole, Fraction(scale)).run()
    tables = []
    for table in schema.tables:
        if table.truth_of:
            tables.append(table)
            continue
        # Of a table without rows all changes are of rows that it gets by them.
        ratio = Fraction(rows[table.name], whole[table.name]) if whole[table.name] else Fraction(scale)
        tables.append(
            table.model_copy(update={"rows": rows[table.name], "changes": _shrunk(table, ratio, rows[table.name])})
        )
    return schema.model_copy(update={"tables": tuple(tables)})


def _shrunk(table: TableSchema, ratio: Fraction, rows: int) -> Changes | None:
    """The table's changes, as many for each row as in the whole; shares are so anyway. Fewer where few rows have no room."""
    if table.changes is None:
        return None
    amounts = {"inserts": table.changes.inserts, "updates": table.changes.updates, "deletes": table.changes.deletes}
    shrunk = {name: one.model_copy(update={"count": _rounded(one.count * ratio)}) for name, one in amounts.items()}
    return _with_room(table.changes.model_copy(update=shrunk), rows)


def _with_room(changes: Changes, rows: int) -> Changes:
    # Imported with the tables that change.
    from syndata_engine.generation.changes.lives import Counts, Lives

    asked = Counts(rows, changes.inserts.of(rows), changes.updates.of(rows), changes.deletes.of(rows))
    fewer: dict[str, Amount] = {}
    if asked.deletes > asked.deletable:
        asked = replace(asked, deletes=asked.deletable)
        fewer["deletes"] = Amount(count=asked.deletes)
    if asked.updates and not Lives(asked, 0).can_update:
        fewer["updates"] = Amount()
    return changes.model_copy(update=fewer)


@dataclass
class _Scaling:
    builder: DatasetBuilder
    whole: Mapping[str, int]
    """Rows of every table, unscaled."""
    scale: Fraction
    rows: dict[str, int] = field(default_factory=dict)

    def run(self) -> dict[str, int]:
        self.rows = {name: min(rows, max(1, _rounded(rows * self.scale))) for name, rows in self.whole.items()}
        before: dict[str, int] = {}
        while before != self.rows:
            before = dict(self.rows)
            for table in self.builder.tables.values():
                self._make_room(table)
        return self.rows

    def _make_room(self, table: TableBuilder) -> None:
        refs, name = table.context.relations, table.schema.name
        for fk in table.schema.foreign_keys:
            self._hold_reference(table, fk)
        for later, _, _ in refs.apart:
            # Whoever is to differ from one needs another to choose.
            self._raise(later.parent_table or "", 2 if self.rows[name] else 0)
        for _, fk, capacity in table.family_limits:
            self._thin(name, fk, capacity)
        for pairing in refs.pairings():
            if not any(fk.edge for fk in pairing.others):
                self._hold_pairs(name, pairing)
        for fk in table.schema.foreign_keys:
            if fk.edge is not None:
                self._hold_edges(name, fk)

    def _hold_reference(self, table: TableBuilder, fk: ForeignKeySchema) -> None:
        refs, name = table.context.relations, table.schema.name
        if fk.parent_table == name:
            self._hold_forest(name, fk)
        elif fk.parent_table is not None:
            free = fk.choice == "independent" or refs.within(fk) or refs.pairing_of(fk)
            self._hold_families(name, fk, *self._each(name, fk, stated_only=bool(free)))
        if fk.weights is not None:
            self._hold_weights(name, fk)

    def _raise(self, name: str, least: int) -> None:
        self.rows[name] = max(self.rows[name], min(least, self.whole[name]))

    def _hold_forest(self, name: str, fk: ForeignKeySchema) -> None:
        if self.rows[name]:
            self._raise(name, _forest(fk, min(DEEPEST, self.rows[name])))

    def _each(self, name: str, fk: ForeignKeySchema, *, stated_only: bool) -> tuple[int, int | None]:
        """Fewest and most children of one parent: as stated, else so that none has more than in the whole.

        Where each parent of the whole has children, each keeps one, or as many as the forests inside families need;
        not as many as there, or a short list of parents, of which one row is left, would keep all its children.
        """
        if fk.fan_out is not None:
            return fk.fan_out.min, fk.fan_out.max
        parents = self.whole[fk.parent_table or ""]
        children = self._children(name, fk, self.whole[name])
        if stated_only or not parents:
            return 0, None
        forests = (one for one in self.builder.tables[name].schema.foreign_keys if one.parent_table == name)
        needed = max((_forest(one, DEEPEST) for one in forests), default=1)
        return min(children // parents, needed), -(-children // parents)

    def _hold_families(self, name: str, fk: ForeignKeySchema, low: int, high: int | None) -> None:
        parent = fk.parent_table or ""
        needed = low * self.rows[parent]
        if self._children(name, fk, self.rows[name]) < needed:
            # Children grow with rows, and the whole has enough of them.
            rows = range(self.rows[name], self.whole[name])
            self._raise(name, rows.start + bisect_left(rows, needed, key=lambda some: self._children(name, fk, some)))
        if high:
            self._raise(parent, -(-self._children(name, fk, self.rows[name]) // high))

    def _hold_weights(self, name: str, fk: ForeignKeySchema) -> None:
        """More parents, until as many have a weight above 0 as the children need."""
        parent, refs = fk.parent_table or "", self.builder.references(name)
        children = self._children(name, fk, self.rows[name])
        needed = min(children, 1) if fk.fan_out is None else -(-children // max(fk.fan_out.max, 1))
        while weighed_parents(refs, fk, self.rows[parent]) < needed and self.rows[parent] < self.whole[parent]:
            self._raise(parent, 2 * self.rows[parent])

    def _thin(self, name: str, fk: ForeignKeySchema, capacity: int) -> None:
        """More parents, until no family has more members than can be told apart."""
        parent = fk.parent_table or ""
        while self._most(name, fk) > capacity and self.rows[parent] < self.whole[parent]:
            self._raise(parent, 2 * self.rows[parent])

    def _hold_pairs(self, name: str, pairing: Pairing) -> None:
        """As many rows to pair with as the largest family has members."""
        others = [fk.parent_table or "" for fk in pairing.others]
        for other in others:
            rest = prod(self.rows[one] for one in others) // max(self.rows[other], 1) * pairing.spare
            self._raise(other, -(-self._most(name, pairing.base) // max(rest, 1)))
        self._thin(name, pairing.base, prod(self.rows[one] for one in others) * pairing.spare)

    def _hold_edges(self, name: str, fk: ForeignKeySchema) -> None:
        """More nodes and communities, until each edge of a node can lead elsewhere."""
        refs = self.builder.references(name)
        edge = refs.edge(fk)
        tables = [one.parent_table or "" for one in (fk, edge.within) if one is not None]
        wanted = 1 if refs.pairing_of(fk) is None else self._most(name, edge.start)
        while self.rows[name] and edge.least(self.rows.__getitem__) < wanted and self._can_grow(tables):
            for table in tables:
                self._raise(table, 2 * self.rows[table])
            wanted = min(wanted, self._most(name, edge.start))

    def _can_grow(self, tables: list[str]) -> bool:
        return any(self.rows[table] < self.whole[table] for table in tables)

    def _children(self, name: str, fk: ForeignKeySchema, rows: int) -> int:
        """Rows that have a parent."""
        return self.builder.references(name).children(fk, rows)

    def _most(self, name: str, fk: ForeignKeySchema) -> int:
        return RowCounter(self.builder, self.rows).most(name, fk, self.rows[name])


def _forest(fk: ForeignKeySchema, depth: int) -> int:
    """Fewest rows that hold the roots and levels of a reference to its own table."""
    return (fk.roots or 1) + (fk.depth or depth) - 1


def _rounded(value: Fraction) -> int:
    """To the nearest whole number, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
