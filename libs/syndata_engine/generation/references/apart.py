"""References to one table that never name the same parent in a row: `buyer != seller`.

The one that comes later in the order of references chooses among the parents that the other has left: it skips that
one's place, so nothing is drawn twice and every other parent is as likely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import Difference, ForeignKeySchema
from syndata_engine.generation.families.links import FamilyMap, begins
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.references.key_sets import key_sets
from syndata_engine.generation.words.bits import Codes, Words

if TYPE_CHECKING:
    from syndata_engine.generation.references.references import References


@dataclass(frozen=True, eq=False, slots=True)
class OtherRow(Node):
    """Any row of a table but one, each as likely; any at all where that one is -1."""

    word: Node
    taken: Node
    rows: int

    def compute(self, frame: Frame, out: Codes) -> None:
        _pick_other(frame.words(self.word), frame.get(self.taken), np.full(len(out), self.rows), out)


@dataclass(frozen=True, eq=False, slots=True)
class OtherChild(Node):
    """One of the children of a shared parent, but not the one that is taken; -1 if there is no other."""

    word: Node
    shared_row: Node
    """Row of the shared parent."""
    taken: Node
    families: FamilyMap

    def compute(self, frame: Frame, out: Codes) -> None:
        shared, taken = frame.get(self.shared_row), frame.get(self.taken)
        first, last = self.families.fan_out.children_of(np.maximum(shared, 0))
        count = last - first
        place = np.where(taken < 0, -1, self.families.numbers(np.maximum(taken, 0)) - first)
        # Where the other reference is NULL nothing is taken, or it may lie in another family.
        place = np.where((place < 0) | (place >= count), -1, place)
        _pick_other(frame.words(self.word), place, count, out)
        found = (shared >= 0) & (out >= 0)
        out[:] = np.where(found, self.families.rows(np.where(found, first + out, 0)), -1)


def _pick_other(words: Words, taken: Codes, count: Codes, out: Codes) -> None:
    """Out int64[n]: a number below count that is not `taken`, each as likely; -1 where there is none."""
    free = count - (taken >= 0)
    # A modulus is unbiased to free / 2**64.
    out[:] = (words % np.maximum(free, 1).view(np.uint64)).view(np.int64)
    out += (taken >= 0) & (out >= taken)
    out[free < 1] = -1


def apart_pairs(refs: References) -> list[tuple[ForeignKeySchema, ForeignKeySchema, Difference]]:
    """The references that are kept apart: the one that chooses later, the one that it avoids; Refused where it cannot be."""
    found: list[tuple[ForeignKeySchema, ForeignKeySchema, Difference]] = []
    for difference in refs.table.differences:
        pair = [refs.covering(name) for name in (difference.left, difference.right)]
        if _is_tree(refs, difference, pair):
            continue
        left, right = pair
        if left is not None and right is not None and (begins(left, right) or begins(right, left)):
            continue  # no edge leads to where it begins
        if left is None or right is None or left.parents or right.parents or left is right:
            raise _refused(difference, "are not references to one table each")
        meant = _meant(refs, left, right, difference.left)
        if meant is None or meant != _meant(refs, right, left, difference.right):
            raise _refused(difference, f"do not hold the same key of {left.parent_table}")
        if refs.table.name in {left.parent_table, right.parent_table}:
            raise _refused(difference, "are trees of the table's own rows")
        later, earlier = (right, left) if refs.order.index(left) < refs.order.index(right) else (left, right)
        again = [other for other, _, _ in found if other is later]
        if again:
            what = f"{later.id} would have to differ from two references"
            raise Refused(Fault(difference.path, what, "keep one of the two", related=(later.path,)))
        found.append((later, earlier, difference))
    return found


def _refused(difference: Difference, why: str) -> Refused:
    what = f"{difference.left} and {difference.right} {why}, so they cannot be kept apart"
    return Refused(Fault(difference.path, what, "compare two columns that refer to the same column of one table"))


def _is_tree(refs: References, difference: Difference, pair: list[ForeignKeySchema | None]) -> bool:
    """Whether a row is compared with its parent in the same table, which is always another row."""
    for fk, name, own in zip(pair, (difference.left, difference.right), (difference.right, difference.left), strict=True):  # fmt: skip
        if fk is not None and fk.parent_table == refs.table.name and not fk.parents:
            return fk.parent_columns[fk.child_columns.index(name)] == own and _tells_apart(refs, fk, own)
    return False


def _meant(refs: References, fk: ForeignKeySchema, other: ForeignKeySchema, name: str) -> tuple[str | None, str] | None:
    """The table and the column that tells its rows apart, by which a column refers; None where there is none such."""
    parent = fk.parent_table or ""
    pairs = dict(zip(fk.child_columns, fk.parent_columns, strict=True))
    theirs = dict(zip(other.child_columns, other.parent_columns, strict=True))
    rest = {there for here, there in pairs.items() if theirs.get(here) != there}
    return (parent, pairs[name]) if rest == {pairs[name]} and _tells_apart(refs, fk, pairs[name]) else None


def _tells_apart(refs: References, fk: ForeignKeySchema, column: str) -> bool:
    """Whether rows of the parent that agree on all other columns of a reference differ in this one."""
    keys = key_sets(refs.dataset.context(fk.parent_table or "").schema)
    return any(column in key.columns and set(key.columns) <= set(fk.parent_columns) for key in keys)


def other_row(refs: References, fk: ForeignKeySchema, difference: Difference, taken: Node) -> Node:
    """The row of a reference that shares no column with another, and keeps apart from one."""
    if fk.fan_out is not None or fk.owning:
        said = "fan_out" if fk.fan_out is not None else "owning"
        what = f"{fk.id} avoids what another reference names, so its {said} cannot be kept"
        raise Refused(Fault(fk.path, what, f"drop the {said}", related=(difference.path,)))
    rows = refs.dataset.rows(fk.parent_table or "")
    if rows < 2 and refs.rows:
        what = f"{fk.parent_table} has {rows} rows, so {difference.left} and {difference.right} cannot differ"
        raise Refused(Fault(difference.path, what, f"give {fk.parent_table} at least 2 rows", related=(fk.path,)))
    return OtherRow(refs.word(fk), taken, rows)
