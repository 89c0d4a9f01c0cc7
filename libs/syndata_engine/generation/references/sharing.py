"""References of one table that share columns: which of them decides, and how the others keep to what it decided.

The reference that stands first decides the columns it has (reading puts them into that order); one that shares some of them chooses its
parent among the rows that agree there, and one that has no column of its own follows from the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema
from syndata_engine.generation.families.links import FamilyMap, Link, PickedChild, Via
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped
from syndata_engine.generation.references.apart import OtherChild

if TYPE_CHECKING:
    from syndata_engine.generation.references.references import References


@dataclass(frozen=True)
class Shared:
    """A reference, and the one that decides columns of it."""

    fk: ForeignKeySchema
    base: ForeignKeySchema
    word: Node
    """What it chooses by."""
    taken: Node | None = None
    """Row that it must not choose."""

    @property
    def names(self) -> list[str]:
        """The columns that both have."""
        return [name for name in self.fk.child_columns if name in self.base.child_columns]

    @property
    def own(self) -> list[str]:
        """The columns that the reference has alone."""
        return [name for name in self.fk.child_columns if name not in self.base.child_columns]

    @property
    def above(self) -> list[str]:
        """What the columns they share refer to in the parent of `base`."""
        return [self.base.parent_columns[self.base.child_columns.index(name)] for name in self.names]

    @property
    def theirs(self) -> list[str]:
        """What they refer to in the parent of the reference itself."""
        return [self.fk.parent_columns[self.fk.child_columns.index(name)] for name in self.names]

    def refuse(self, what: str, fix: str) -> Refused:
        """What is wrong with the two of them."""
        return Refused(Fault(self.fk.path, what, fix, related=(self.base.path,)))


def deciding(order: tuple[ForeignKeySchema, ...], fk: ForeignKeySchema) -> ForeignKeySchema | None:
    """The reference that decides the columns of this one which others have too; None where it decides all itself."""
    before = order[: order.index(fk)]
    shared = set(fk.child_columns) & {name for other in before for name in other.child_columns}
    if not shared:
        return None
    for other in before:
        if shared <= set(other.child_columns):
            return other
    others = [other for other in before if set(other.child_columns) & shared]
    what = f"{fk.id} shares {', '.join(sorted(shared))} with {' and '.join(other.id for other in others)}, and none of these has all of them"
    fix = "let one reference have all columns that are shared, and stand before the others"
    raise Refused(Fault(fk.path, what, fix, related=tuple(other.path for other in others)))


def is_remade(refs: References, fk: ForeignKeySchema) -> bool:
    """Whether columns of a reference differ from what the first version made of them, which could dangle."""
    base = refs.within(fk)
    if base is None:
        return False
    if fk.parents or fk.parent_table == refs.table.name:
        return True
    return base.parent_table not in {None, refs.table.name} and refs.link(base).nullable


def check_shared(refs: References, fk: ForeignKeySchema) -> None:
    """Refuse what a reference cannot keep when another one decides its columns."""
    base = refs.within(fk)
    if base is None or fk.parent_table == refs.table.name:
        return
    shared = Shared(fk, base, refs.word(fk))
    said = "fan_out" if fk.fan_out is not None else "owning" if fk.owning else None
    if said is not None:
        what = f"{fk.id} finds its parents among those that {base.id} leaves it, so its {said} cannot be kept"
        raise shared.refuse(what, f"drop the {said} of {fk.id} or of {base.id}")
    if fk.null_rate and not shared.own:
        what = f"every column of {fk.id} belongs to {base.id} too, so it cannot be NULL by itself"
        raise shared.refuse(what, f"drop its null rate, or give one to {base.id}")


def shared_row(refs: References, shared: Shared) -> tuple[Node, bool]:
    """The parent row of a reference inside what another one has decided, and whether there may be none."""
    fk = shared.fk
    if shared.base.parents:
        what = (
            f"{fk.id} shares {', '.join(shared.names)} with {shared.base.id}, which has several parents to choose from"
        )
        raise shared.refuse(what, f"let {fk.id} stand before {shared.base.id}")
    if not shared.own:
        return _implied_row(refs, shared)
    inner, row, nullable = shared_parent(refs, shared)
    families = refs.dataset.references(fk.parent_table or "").families(inner, fk.path)
    needed = 1 if shared.taken is None else 2
    may_be_empty = families.fan_out.low < needed
    if may_be_empty and not fk.null_rate and not _nullable(refs, shared):
        few = "no" if needed == 1 else "less than two"
        raise Refused(Fault(fk.path, f"some rows of {inner.parent_table} have {few} {fk.parent_table}, so {fk.id} could find nothing inside the shared "
                            f"{', '.join(shared.names)}", f"give {fk.parent_table} a fan_out with min {needed} to {inner.parent_table}, or make {fk.id} nullable"))  # fmt: skip
    if shared.taken is not None:
        return OtherChild(shared.word, row, shared.taken, families), nullable or may_be_empty
    return PickedChild(shared.word, row, families), nullable or may_be_empty


def shared_parent(refs: References, shared: Shared) -> tuple[ForeignKeySchema, Node, bool]:
    """The reference of the parent table that leads to what both share, the row of that, and whether it may be missing."""
    fk, base = shared.fk, shared.base
    inner = leading(refs.dataset.references(fk.parent_table or ""), shared.theirs, fk)
    grand, link = inner.parent_table, refs.link(base)
    if base.parent_table == grand and tuple(shared.above) == inner.parent_columns:
        return inner, link.parent_row, link.nullable
    bases = refs.dataset.references(base.parent_table or "")
    outer = leading(bases, shared.above, fk)
    if outer.parent_table != grand:
        raise Refused(Fault(fk.path, f"{fk.id} and {base.id} share {', '.join(shared.names)}, but it leads to {grand} in one "
                            f"and to {outer.parent_table} in the other", "share a column that leads to one table"))  # fmt: skip
    return inner, _upper(link, bases.link(outer)), link.nullable or bases.link(outer).nullable


def _implied_row(refs: References, shared: Shared) -> tuple[Node, bool]:
    """The parent of a reference whose columns another one has all: that one's parent, or a parent of it."""
    fk, base, above = shared.fk, shared.base, shared.above
    link = refs.link(base)
    if base.parent_table == fk.parent_table and tuple(above) == fk.parent_columns:
        return link.parent_row, link.nullable
    bases = refs.dataset.references(base.parent_table or "")
    for outer in bases.plain:
        pairs = dict(zip(outer.child_columns, outer.parent_columns, strict=True))
        if outer.parent_table == fk.parent_table and [pairs.get(name) for name in above] == list(fk.parent_columns):
            return _upper(link, bases.link(outer)), link.nullable or bases.link(outer).nullable
    what = f"every column of {fk.id} belongs to {base.id} too, and {base.parent_table}.{', '.join(above)} does not refer to {fk.parent_table}"
    raise shared.refuse(what, f"declare that reference in {base.parent_table}, or let {fk.id} have a column of its own")


def _upper(link: Link, above: Link) -> Node:
    """The row two references up, -1 where either is NULL."""
    row = Via(link, above.parent_row)
    if not link.nullable:
        return row
    return Mapped(lambda rows, upper: np.where(rows < 0, -1, upper), (link.parent_row, row))


def _nullable(refs: References, shared: Shared) -> bool:
    return all(column.nullable for column in refs.table.columns if column.name in shared.own)


def leading(refs: References, columns: list[str], fk: ForeignKeySchema) -> ForeignKeySchema:
    """The reference of a table over these columns; Refused where there is none."""
    for candidate in refs.plain:
        if list(candidate.child_columns) == columns:
            return candidate
    raise Refused(Fault(fk.path, f"{fk.id} shares a column with another reference, but {refs.table.name}.{', '.join(columns)} is no reference itself",
                        f"declare the reference of {refs.table.name} over {', '.join(columns)} to the table both share"))  # fmt: skip


def siblings_of(refs: References, fk: ForeignKeySchema, base: ForeignKeySchema) -> FamilyMap:
    """The rows that a reference of a table to itself may choose from: those with the same parent by `base`."""
    for name in fk.child_columns:
        if name in base.child_columns and fk.parent_columns[fk.child_columns.index(name)] != name:
            what = f"{fk.id} shares {name} with {base.id}, but refers to another column by it"
            raise Refused(Fault(fk.path, what, f"let {name} refer to {refs.table.name}.{name}", related=(base.path,)))
    return refs.families(base, fk.path)
