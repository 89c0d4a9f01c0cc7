"""The references of one table: which families they form, and the columns that read across them."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import Difference, ForeignKeySchema, TableSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext, TableContext
from syndata_engine.generation.families.fan_out import FanOutMap
from syndata_engine.generation.families.links import (
    FamilyMap,
    InsertedParent,
    Link,
    MappedParent,
    Missing,
    Position,
    Shuffle,
    Via,
    via_text,
)
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import TILE, Node
from syndata_engine.generation.nodes.nodes import Chance, Mapped, Uniform, any_of, probability_threshold
from syndata_engine.generation.references.alternatives import Alternative, check_reference, reference_alternative
from syndata_engine.generation.references.apart import apart_pairs, other_row
from syndata_engine.generation.references.sharing import Shared, check_shared, deciding, is_remade, shared_row
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import derive_key

if TYPE_CHECKING:
    from syndata_engine.generation.families.tiers import Tiers
    from syndata_engine.generation.references.graphs import Edge
    from syndata_engine.generation.references.pairs import Pairing
    from syndata_engine.generation.tables.tables import DatasetBuilder


RowCounts = Callable[[str], int]
"""How many rows a table of this name has."""


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
        """The reference that decides a column."""
        return next((fk for fk in self.order if column in fk.child_columns), None)

    def typed_by(self, column: str) -> ForeignKeySchema | None:
        """The polymorphic reference whose type column this is."""
        return next((fk for fk in self.table.foreign_keys if fk.type_column == column), None)

    def find(self, via: str | None, path: str, parent: str | None = None) -> ForeignKeySchema:
        """The reference that `via` names by id or child column, or the only one (to `parent`)."""
        found = [fk for fk in self.plain if via is None or via == fk.id or via in fk.child_columns]
        found = [fk for fk in found if parent in {None, fk.parent_table}]
        # A column that several references have names the one that is called so.
        found = [fk for fk in found if via == fk.id] or found
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
                f"add the option `via: {ids[0]}`; via is one of: {', '.join(ids)}"
                if ids
                else f"add a foreign_keys entry to {self.table.name}",
            )
        )

    @property
    def order(self) -> tuple[ForeignKeySchema, ...]:
        """The references in the order in which they decide columns."""
        return self.table.foreign_keys

    @property
    def plain(self) -> list[ForeignKeySchema]:
        """The references to one table each."""
        return [fk for fk in self.table.foreign_keys if not fk.parents]

    @cached_property
    def apart(self) -> list[tuple[ForeignKeySchema, ForeignKeySchema, Difference]]:
        """References that never name the same parent: the one that chooses later, and the one it avoids."""
        return apart_pairs(self)

    def apart_from(self, fk: ForeignKeySchema) -> tuple[ForeignKeySchema, ForeignKeySchema, Difference] | None:
        """The reference that this one avoids, where its own choice must see to that."""
        if any(fk is pairing.base or fk in pairing.others for pairing in self.pairings()):
            return None
        return next((one for one in self.apart if one[0] is fk), None)

    # -- families ----------------------------------------------------------------------------------------------

    def families(self, fk: ForeignKeySchema, path: str) -> FamilyMap:
        """How the children of this reference are numbered; Refused where counts are not exact."""
        self.dataset.note_count(self.table.name, "families")
        known = self._families.get(fk.id)
        if known is not None:
            return known
        self._check_counted(fk, path)
        paired = self.pairing_of(fk)
        if paired is not None:
            what = f"the rows of the reference {fk.id} are chosen beside {paired.base.id}, so its children cannot be counted"
            raise Refused(
                Fault(path, what, f"read across {paired.base.id}, or let {fk.id} not be unique together with it")
            )
        families = FamilyMap(self.fan_out(fk), self._shuffle(fk))
        self._families[fk.id] = families
        return families

    def _shuffle(self, fk: ForeignKeySchema) -> Shuffle | None:
        """Row numbers to child numbers; None where they are the same."""
        part = reference_alternative(self.context, fk)
        if part is not None:
            return part.shuffle(self.rows)
        if self.owns(fk):
            return None
        return Bijection(max(self.rows, 1), derive_key(self.context.seed, "family", self.table.id, fk.id))

    def _check_counted(self, fk: ForeignKeySchema, path: str) -> None:
        """Refuse references whose children have no order of their own."""
        why, fix = "has no family order", "use a plain reference with choice: exact"
        base = None if fk.parents or fk.parent_table == self.table.name else self.within(fk)
        if fk.choice == "independent":
            why = "picks each parent independently"
        elif fk.edge is not None:
            why, fix = "is the other end of an edge", f"read across {fk.edge.start}, where edges begin"
        elif self.apart_from(fk) is not None:
            why, fix = "avoids the parent that another one names", "read across the other one"
        elif base is not None:
            why = f"finds its parents among those that {base.id} leaves it"
            fix = f"let {fk.id} stand before {base.id}, or give it a fan_out or owning: true"
        elif not fk.parents and fk.parent_table != self.table.name:
            return
        raise Refused(Fault(path, f"the reference {fk.id} {why}, so its children cannot be counted", fix))

    def pairings(self) -> list[Pairing]:
        """The keys that consist of references."""
        if self._pairings is None:
            for fk in self.plain:
                check_shared(self, fk)
            self._pairings = []
            if len(self.order) > 1 or self.table.differences:
                from syndata_engine.generation.references.pairs import pairings

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
        if self.table.alternatives and reference_alternative(self.context, fk) is not None:
            return False
        # By id, not by place: moving a reference in the document moves no row.
        # Children of weighed parents would stand tier by tier.
        with_fan_out = [other.id for other in self.table.foreign_keys if self.gives_rows(other) and not other.weights]
        return bool(with_fan_out) and min(with_fan_out) == fk.id

    def gives_rows(self, fk: ForeignKeySchema) -> bool:
        """Whether a fan-out can say how many rows the table has: not that of one of several alternatives."""
        return fk.fan_out is not None and reference_alternative(self.context, fk) is None

    def children(self, fk: ForeignKeySchema, rows: int) -> int:
        """Rows that have a parent: all but exactly round(null_rate * rows), or the share of one of several alternatives."""
        part = reference_alternative(self.context, fk)
        if part is not None:
            return part.counts(rows)[part.place]
        return rows - int((fk.null_rate * rows).to_integral_value())

    def fan_out(self, fk: ForeignKeySchema) -> FanOutMap | Tiers:
        """Counts per parent, even where the user states none."""
        parents = self.dataset.rows(fk.parent_table or "")
        children = self.children(fk, self.rows)
        if fk.weights is not None:
            from syndata_engine.generation.references.weighed import tiers_of

            return tiers_of(self, fk, children)
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
        """The reference that decides columns which this one has too."""
        return deciding(self.order, fk)

    def link(self, fk: ForeignKeySchema) -> Link:
        """The way to the parent's row."""
        if fk.id not in self._links:
            self.dataset.linking += 1
            try:
                row, nullable = self._parent_row(fk)
                if isinstance(row, MappedParent) and self.table.changes is not None:
                    row = self._beyond(fk, row)
            finally:
                self.dataset.linking -= 1
            parent = self.dataset.context(fk.parent_table or "")
            self._links[fk.id] = Link(parent.key, row, nullable or bool(fk.null_rate))
        return self._links[fk.id]

    def word(self, fk: ForeignKeySchema, *part: str) -> Node:
        """The word of a reference, or of a part of it."""
        return self.context.word("reference", fk.id, *part)

    def _parent_row(self, fk: ForeignKeySchema) -> tuple[Node, bool]:
        """Row of the parent, and whether it may be missing though no null rate says so."""
        parents = self.dataset.rows(fk.parent_table or "")
        if fk.weights is not None:
            from syndata_engine.generation.references.weighed import check_weighed

            check_weighed(self, fk)
        if fk.edge is not None:
            return self.edge(fk).end(), False
        part = reference_alternative(self.context, fk)
        if part is not None or fk.parent_table == self.table.name:
            return (self._forest_parent(fk) if part is None else self._alternative_parent(fk, part)), True
        paired = self.pairing_of(fk)
        if paired is not None:
            from syndata_engine.generation.references.pairs import paired_parent

            return paired_parent(self, paired, fk), False
        base, apart = self.within(fk), self.apart_from(fk)
        taken = None if apart is None else self.link(apart[1]).parent_row
        if base is not None:
            row, nullable = shared_row(self, Shared(fk, base, self.word(fk), taken))
            return self._or_null(fk, row), nullable
        if apart is not None and taken is not None:
            row = other_row(self, fk, apart[2], taken)
        elif fk.choice == "independent":
            row = Uniform(self.word(fk), 0, max(parents, 1))
        else:
            return MappedParent(self.families(fk, fk.path)), False
        return self._or_null(fk, row), False

    def edge(self, fk: ForeignKeySchema) -> Edge:
        """What a reference says of the edges whose other end it is."""
        from syndata_engine.generation.references.graphs import Edge

        return Edge.of(self, fk)

    def _forest_parent(self, fk: ForeignKeySchema) -> Node:
        from syndata_engine.generation.references.forests import forest_parent

        return forest_parent(self, fk)

    def _beyond(self, fk: ForeignKeySchema, row: MappedParent) -> Node:
        """Parents of the rows that changes insert: as often as they have children already."""
        null = Chance(self.word(fk, "null"), probability_threshold(fk.null_rate), 1) if fk.null_rate else None
        return InsertedParent(row, self.rows, self.word(fk, "inserted"), null)

    def _alternative_parent(self, fk: ForeignKeySchema, part: Alternative) -> Node:
        tied = self.within(fk) is not None or self.apart_from(fk) is not None
        check_reference(self.table, fk, part, tied=tied)
        return MappedParent(self.families(fk, fk.path))

    def _or_null(self, fk: ForeignKeySchema, row: Node) -> Node:
        if not fk.null_rate:
            return row
        chance = Chance(self.word(fk, "null"), probability_threshold(fk.null_rate), 1)
        return Mapped(lambda rows, null: rows * (1 - null) - null, (row, chance))

    # -- columns -----------------------------------------------------------------------------------------------

    def child_column(self, fk: ForeignKeySchema, name: str) -> Column:
        """A child column: the parent's key column, read at the parent's row."""
        if fk.parents:
            from syndata_engine.generation.references import polymorphic

            found = polymorphic.child_column(self, fk, name)
        else:
            parent, key = fk.parent_table or "", fk.parent_columns[fk.child_columns.index(name)]
            found = self.read(self.link(fk), self.dataset.column(parent, key, fk.path))
            found = replace(found, reads=(f"{parent}.{key}",))
        if fk.edge is not None:
            found = replace(found, cost=found.cost + self.edge(fk).cost)
        return replace(found, version=found.version + 1) if is_remade(self, fk) else found

    def type_column(self, fk: ForeignKeySchema) -> Column:
        """Which parent table a polymorphic reference points to."""
        from syndata_engine.generation.references import polymorphic

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
            parts=tuple((name, self.read(link, part)) for name, part in column.parts),
            length=None if column.length is None else Via(link, column.length),
            null=any_of(*nulls) if nulls else None,
            cost=column.cost + 1,
            narrow=None,
            offset_from=None,
            unique=False,
        )

    def lookup(self, ctx: ColumnContext, column: str, via: str | None, option: str = "column") -> Column:
        """A column of the parent that the option, `column` or `table.column`, names."""
        table, _, name = column.rpartition(".")
        fk = self.find(via, f"{ctx.path}.{'via' if via else option}", table or None)
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
                option,
            )
        found = self.read(self.link(fk), self.dataset.column(parent.name, name, f"{ctx.path}.{option}"))
        return replace(found, reads=(f"{parent.name}.{name}",))

    def position(self, ctx: ColumnContext, via: str | None, start: int) -> Column:
        """Place among siblings."""
        fk = self.find(via, f"{ctx.path}.via" if via else ctx.path)
        families = self.families(fk, ctx.path)
        node: Node = Position(families)
        if start:
            node = Mapped(lambda place: place + start, (node,))
        return Column(ValueType("int"), node, low=start, high=start + max(self.largest_family(fk), 1) - 1)
