"""The references of one table: which families they form, and the columns that read across them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema, TableSchema
from syndata_engine.generation import polymorphic
from syndata_engine.generation.bijection import Bijection
from syndata_engine.generation.bits import derive_key
from syndata_engine.generation.codes import ValueType
from syndata_engine.generation.columns import Column
from syndata_engine.generation.context import ColumnContext, TableContext
from syndata_engine.generation.fan_out import FanOutMap
from syndata_engine.generation.frame import TILE, Node
from syndata_engine.generation.kinds.numbers import probability_threshold
from syndata_engine.generation.links import (
    FamilyMap,
    LevelParent,
    Link,
    MappedParent,
    Missing,
    PickedChild,
    Position,
    Via,
    level_starts,
    via_text,
)
from syndata_engine.generation.nodes import Chance, Mapped, Uniform, any_of
from syndata_engine.generation.pairs import Pairing, paired_parent, pairings

if TYPE_CHECKING:
    from syndata_engine.generation.tables import DatasetBuilder


@dataclass(eq=False)
class References:
    """One table's foreign keys, resolved on demand."""

    dataset: DatasetBuilder
    context: TableContext
    _links: dict[str, Link] = field(default_factory=dict)
    _families: dict[str, FamilyMap] = field(default_factory=dict)
    _pairings: list[Pairing] | None = None
    whole_costs: dict[tuple[str, str], int] = field(default_factory=dict)
    """By reference and column: cells for each row of a column along a family, where whole families are computed."""

    @property
    def table(self) -> TableSchema:
        """The table these references belong to."""
        return self.context.schema

    def covering(self, column: str) -> ForeignKeySchema | None:
        """The first reference that a column is a child column of."""
        return next((fk for fk in self.table.foreign_keys if column in fk.child_columns), None)

    def typed_by(self, column: str) -> ForeignKeySchema | None:
        """The polymorphic reference whose type column this is."""
        return next((fk for fk in self.table.foreign_keys if fk.type_column == column), None)

    def find(self, via: str | None, path: str, parent: str | None = None) -> ForeignKeySchema:
        """The reference that `via` names by id or child column, or the only one (to `parent`)."""
        found = [fk for fk in self.table.foreign_keys if via is None or via == fk.id or via in fk.child_columns]
        found = [fk for fk in found if not fk.parents and parent in {None, fk.parent_table}]
        if len(found) == 1:
            return found[0]
        ids = [fk.id for fk in self.table.foreign_keys]
        to = f" to {parent}" if parent else ""
        named = f" {via!r}" if via else ""
        what = f"{self.table.name} has {'several references' if found else 'no reference'}{named}{to}"
        raise Refused(
            Fault(
                path,
                what,
                f"give via as one of: {', '.join(ids)}" if ids else f"add a foreign_keys entry to {self.table.name}",
            )
        )

    # -- families ----------------------------------------------------------------------------------------------

    def families(self, fk: ForeignKeySchema, path: str) -> FamilyMap:
        """How the children of this reference are numbered; Refused where counts are not exact."""
        known = self._families.get(fk.id)
        if known is not None:
            return known
        if fk.choice == "independent" or fk.parents or self.within(fk) or fk.parent_table == self.table.name:
            why = "picks each parent independently" if fk.choice == "independent" else "has no family order"
            raise Refused(
                Fault(
                    path,
                    f"the reference {fk.id} {why}, so its children cannot be counted",
                    "use a plain reference with choice: exact",
                )
            )
        paired = self.pairing_of(fk)
        if paired is not None:
            what = f"the rows of the reference {fk.id} are chosen beside {paired.base.id}, so its children cannot be counted"
            raise Refused(
                Fault(path, what, f"read across {paired.base.id}, or let {fk.id} not be unique together with it")
            )
        shuffle = (
            None
            if self.owns(fk)
            else Bijection(max(self.rows, 1), derive_key(self.context.seed, "family", self.table.id, fk.id))
        )
        families = FamilyMap(self.fan_out(fk), shuffle)
        self._families[fk.id] = families
        return families

    def pairings(self) -> list[Pairing]:
        """The keys that consist of references."""
        if self._pairings is None:
            self._pairings = pairings(self)
        return self._pairings

    def pairing_of(self, fk: ForeignKeySchema) -> Pairing | None:
        """The key in which another reference decides which rows this one may choose."""
        return next((pairing for pairing in self.pairings() if fk in pairing.others), None)

    @property
    def rows(self) -> int:
        """Rows of this table."""
        return self.dataset.rows(self.table.name)

    def owns(self, fk: ForeignKeySchema) -> bool:
        """Whether children of one parent are consecutive rows: the reference that says so, else the first with a fan-out."""
        if fk.owning is not None:
            return fk.owning
        if any(other.owning for other in self.table.foreign_keys) or fk.null_rate:
            return False
        # By id, not by place: moving a reference in the document moves no row.
        with_fan_out = [other.id for other in self.table.foreign_keys if other.fan_out is not None]
        return bool(with_fan_out) and min(with_fan_out) == fk.id

    def children(self, fk: ForeignKeySchema, rows: int) -> int:
        """Rows that have a parent: all but exactly round(null_rate * rows)."""
        return rows - int((fk.null_rate * rows).to_integral_value())

    def fan_out(self, fk: ForeignKeySchema) -> FanOutMap:
        """Counts per parent, even where the user states none."""
        parents = self.dataset.rows(fk.parent_table or "")
        children = self.children(fk, self.rows)
        key = derive_key(self.context.seed, "fan-out", self.table.id, fk.id)
        if fk.fan_out is not None:
            return FanOutMap(parents, fk.fan_out.min, fk.fan_out.max, key, children, fk.fan_out.distribution)
        share = children // parents if parents else 0
        return FanOutMap(
            parents, share, share + (1 if parents and children % parents else 0), key, children if parents else 0
        )

    def largest_family(self, fk: ForeignKeySchema) -> int:
        """Most children that one parent has."""
        return self.fan_out(fk).most

    def family_cells(self, fk: ForeignKeySchema) -> int:
        """Children computed for each row that reads a family, its own or its parent's.

        The mean, where all rows are read in turn. Rows in any order may meet the larger families more often, but those
        that are computed together read each family once: never more than all children.
        """
        most, parents = self.largest_family(fk), self.dataset.rows(fk.parent_table or "")
        mean = -(-self.children(fk, self.rows) // max(parents, 1))
        return max(1, mean, min(most, self.rows // TILE + 1))

    def cost_in_families(self, fk: ForeignKeySchema, name: str, column: Column) -> int:
        """Cells for each child where whole families are computed: what reads its siblings finds them there."""
        return self.whole_costs.get((fk.id, name), column.cost)

    # -- links -------------------------------------------------------------------------------------------------

    def within(self, fk: ForeignKeySchema) -> ForeignKeySchema | None:
        """The earlier reference that shares a child column with this one."""
        for other in self.table.foreign_keys:
            if other is fk:
                return None
            if set(other.child_columns) & set(fk.child_columns):
                return other
        return None

    def link(self, fk: ForeignKeySchema) -> Link:
        """The way to the parent's row."""
        if fk.id not in self._links:
            row = self._parent_row(fk)
            parent = self.dataset.context(fk.parent_table or "")
            nullable = bool(fk.null_rate) or fk.parent_table == self.table.name or self._may_miss(fk)
            self._links[fk.id] = Link(parent.key, row, nullable)
        return self._links[fk.id]

    def word(self, fk: ForeignKeySchema, *part: str) -> Node:
        """The word of a reference, or of a part of it."""
        return self.context.word("reference", fk.id, *part)

    def _parent_row(self, fk: ForeignKeySchema) -> Node:
        parents = self.dataset.rows(fk.parent_table or "")
        if fk.parent_table == self.table.name:
            return self._level_parent(fk)
        base = self.within(fk)
        if base is not None:
            return self._or_null(fk, self._shared_row(fk, base))
        if fk.choice == "independent":
            return self._or_null(fk, Uniform(self.word(fk), 0, max(parents, 1)))
        paired = self.pairing_of(fk)
        if paired is not None:
            return paired_parent(self, paired, fk)
        return MappedParent(self.families(fk, fk.path))

    def _or_null(self, fk: ForeignKeySchema, row: Node) -> Node:
        if not fk.null_rate:
            return row
        chance = Chance(self.word(fk, "null"), probability_threshold(fk.null_rate), 1)
        return Mapped(lambda rows, null: rows * (1 - null) - null, (row, chance))

    def _level_parent(self, fk: ForeignKeySchema) -> Node:
        if fk.null_rate or fk.fan_out is not None or fk.owning is not None or fk.choice == "independent":
            what = f"{fk.id} refers to its own table, where depth and roots decide who has which parent"
            raise Refused(Fault(fk.path, what, "drop null_rate, fan_out, owning and choice; state depth and roots"))
        depth = fk.depth or min(4, max(self.rows, 1))
        roots = fk.roots or 1
        if roots + depth - 1 > self.rows > 0:
            raise Refused(
                Fault(
                    fk.path,
                    f"{self.rows} rows cannot hold {roots} roots and {depth} levels",
                    "lower roots or depth, or raise rows",
                )
            )
        if depth == 1 and fk.roots not in {None, self.rows}:
            raise Refused(
                Fault(
                    fk.path,
                    f"with depth 1 all {self.rows:,} rows are roots, not {roots:,}",
                    "raise depth, or drop roots",
                )
            )
        starts = level_starts(self.rows, depth, roots)
        return LevelParent(starts, derive_key(self.context.seed, "levels", self.table.id, fk.id))

    def _shared_row(self, fk: ForeignKeySchema, base: ForeignKeySchema) -> Node:
        """Pick inside the range of the parent that both references share."""
        shared = [column for column in fk.child_columns if column in base.child_columns]
        theirs = self.dataset.references(fk.parent_table or "")
        inner = self._leading(theirs, [fk.parent_columns[fk.child_columns.index(column)] for column in shared], fk)
        above = [base.parent_columns[base.child_columns.index(column)] for column in shared]
        grand = inner.parent_table
        if base.parent_table == grand and tuple(above) == inner.parent_columns:
            row = self.link(base).parent_row
        else:
            bases = self.dataset.references(base.parent_table or "")
            outer = self._leading(bases, above, fk)
            if outer.parent_table != grand:
                raise Refused(Fault(fk.path, f"{fk.id} and {base.id} share {', '.join(shared)}, but it leads to {grand} in one "
                                    f"and to {outer.parent_table} in the other", "share a column that leads to one table"))  # fmt: skip
            row = Via(self.link(base), bases.link(outer).parent_row)
        families = theirs.families(inner, fk.path)
        if families.fan_out.low == 0 and not fk.null_rate and not self._nullable(fk):
            raise Refused(Fault(fk.path, f"some rows of {grand} have no {fk.parent_table}, so {fk.id} could find nothing inside the shared "
                                f"{', '.join(shared)}", f"give {fk.parent_table} a fan_out with min 1 to {grand}, or make {fk.id} nullable"))  # fmt: skip
        return PickedChild(self.word(fk), row, families)

    def _nullable(self, fk: ForeignKeySchema) -> bool:
        shared = set(self.within(fk).child_columns) if self.within(fk) else set()  # type: ignore[union-attr] # tested
        return all(column.nullable for column in self.table.columns if column.name in set(fk.child_columns) - shared)

    def _may_miss(self, fk: ForeignKeySchema) -> bool:
        base = self.within(fk)
        if base is None:
            return False
        row = self._parent_row(fk)
        return isinstance(row, PickedChild) and (row.families.fan_out.low == 0 or self.link(base).nullable)

    @staticmethod
    def _leading(refs: References, columns: list[str], fk: ForeignKeySchema) -> ForeignKeySchema:
        for candidate in refs.table.foreign_keys:
            if list(candidate.child_columns) == columns and not candidate.parents:
                return candidate
        raise Refused(Fault(fk.path, f"{fk.id} shares a column with another reference, but {refs.table.name}.{', '.join(columns)} is no reference itself",
                            f"declare the reference of {refs.table.name} over {', '.join(columns)} to the table both share"))  # fmt: skip

    # -- columns -----------------------------------------------------------------------------------------------

    def child_column(self, fk: ForeignKeySchema, name: str) -> Column:
        """A child column: the parent's key column, read at the parent's row."""
        if fk.parents:
            return polymorphic.child_column(self, fk, name)
        parent, key = fk.parent_table or "", fk.parent_columns[fk.child_columns.index(name)]
        return replace(self.read(self.link(fk), self.dataset.column(parent, key, fk.path)), reads=(f"{parent}.{key}",))

    def type_column(self, fk: ForeignKeySchema) -> Column:
        """Which parent table a polymorphic reference points to."""
        return polymorphic.type_column(self, fk)

    def read(self, link: Link, column: Column) -> Column:
        """A parent's column as seen from the child."""
        nulls = [Missing(link.parent_row)] if link.nullable else []
        if column.null is not None:
            nulls.append(Via(link, column.null))  # type: ignore[arg-type] # list of nodes
        return replace(
            column,
            code=None if column.code is None else Via(link, column.code),
            text=None if column.text is None else via_text(link, column.text),
            null=any_of(*nulls) if nulls else None,
            cost=column.cost + 1,
            narrow=None,
            offset_from=None,
            unique=False,
        )

    def lookup(self, ctx: ColumnContext, column: str, via: str | None) -> Column:
        """A column of the parent that `column` (`column` or `table.column`) names."""
        table, _, name = column.rpartition(".")
        fk = self.find(via, f"{ctx.path}.via" if via else ctx.path, table or None)
        if fk.parent_table == self.table.name:
            ctx.refuse(
                "a lookup through a self-reference would run up the whole tree",
                "look up through a reference to another table",
                "via",
            )
        parent = self.dataset.context(fk.parent_table or "").schema
        names = [c.name for c in parent.columns]
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            ctx.refuse(
                f"{parent.name} has no column {name!r}",
                f"did you mean {near[0]}?" if near else f"it has: {', '.join(names)}",
                "column",
            )
        found = self.read(self.link(fk), self.dataset.column(parent.name, name, f"{ctx.path}.column"))
        return replace(found, reads=(f"{parent.name}.{name}",))

    def position(self, ctx: ColumnContext, via: str | None, start: int) -> Column:
        """Place among siblings."""
        fk = self.find(via, f"{ctx.path}.via" if via else ctx.path)
        families = self.families(fk, ctx.path)
        node: Node = Position(families)
        if start:
            node = Mapped(lambda place: place + start, (node,))
        return Column(ValueType("int"), node, low=start, high=start + max(self.largest_family(fk), 1) - 1)
