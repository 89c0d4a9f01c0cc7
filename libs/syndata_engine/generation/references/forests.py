"""A table that refers to itself: every row's parent stands one level above it, so that no circle can be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema
from syndata_engine.generation.families.links import FamilyMap, LevelParent, level_starts
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.references.sharing import siblings_of
from syndata_engine.generation.words.bits import Codes, derive_key

if TYPE_CHECKING:
    from syndata_engine.generation.references.references import References

DEFAULT_DEPTH = 4


def forest_parent(refs: References, fk: ForeignKeySchema) -> Node:
    """The parent row of a reference of a table to itself; -1 for roots."""
    if fk.null_rate or fk.fan_out is not None or fk.owning is not None or fk.choice == "independent":
        what = f"{fk.id} refers to its own table, where depth and roots decide who has which parent"
        raise Refused(Fault(fk.path, what, "drop null_rate, fan_out, owning and choice; state depth and roots"))
    base = refs.within(fk)
    if base is None:
        starts = level_starts(refs.rows, *_levels(refs, fk))
        return LevelParent(starts, derive_key(refs.context.seed, "levels", refs.table.id, fk.id))
    families = siblings_of(refs, fk, base)
    least = max(families.fan_out.low, 1)
    depth, roots = fk.depth or 1, fk.roots or 1
    if roots + depth - 1 > least:
        what = f"a {base.parent_table} can have as few as {least:,} {refs.table.name}, which cannot hold {roots} roots and {depth} levels"
        fix = f"give {base.id} a fan_out with min {roots + depth - 1}, or lower depth or roots"
        raise Refused(Fault(fk.path, what, fix, related=(base.path,)))
    if fk.depth == 1 and fk.roots is not None:
        raise Refused(Fault(fk.path, "with depth 1 all rows are roots", "raise depth, or drop roots"))
    return FamilyForest(families, refs.word(fk), fk.depth or DEFAULT_DEPTH, roots)


def _levels(refs: References, fk: ForeignKeySchema) -> tuple[int, int]:
    """Depth and roots, as far as the table's rows hold them."""
    rows = refs.rows
    depth, roots = fk.depth or min(DEFAULT_DEPTH, max(rows, 1)), fk.roots or 1
    if roots + depth - 1 > rows > 0:
        raise Refused(
            Fault(
                fk.path,
                f"{rows} rows cannot hold {roots} roots and {depth} levels",
                f"raise rows to {roots + depth - 1:,}, or lower roots or depth by {roots + depth - 1 - rows:,}",
                related=(*_lines_of(fk), f"{refs.table.path}.rows"),
            )
        )
    if depth == 1 and fk.roots not in {None, rows}:
        raise Refused(
            Fault(
                fk.path,
                f"with depth 1 all {rows:,} rows are roots, not {roots:,}",
                "raise depth, or drop roots",
                related=_lines_of(fk),
            )
        )
    return depth, roots


@dataclass(frozen=True, eq=False, slots=True)
class FamilyForest(Node):
    """Parent row in a self-reference inside families: each family is a forest of its own, of rows in its order.

    Rows stand in levels by their position in the family, and pick their parent in the level above.
    """

    families: FamilyMap
    word: Node
    depth: int
    """Levels; fewer in families that have not the rows for them."""
    roots: int

    def compute(self, frame: Frame, out: Codes) -> None:
        owner, position = self.families.locate(frame.rows)
        first, last = self.families.fan_out.children_of(np.maximum(owner, 0))
        sizes, which = np.unique(last - first, return_inverse=True)
        starts = np.array([_starts(int(size), self.depth, self.roots) for size in sizes], np.int64)[which]
        level = (starts[:, 1:-1] <= position[:, np.newaxis]).sum(axis=1)
        lower = (owner >= 0) & (level > 0)
        rows = np.arange(len(level))
        begin = starts[rows, np.maximum(level - 1, 0)]
        above = np.maximum(starts[rows, level] - begin, 1)
        # A modulus is unbiased to above / 2**64.
        pick = (frame.words(self.word) % above.view(np.uint64)).view(np.int64)
        out[:] = np.where(lower, self.families.rows(np.where(lower, first + begin + pick, 0)), -1)


@lru_cache(maxsize=4096)
def _starts(size: int, depth: int, roots: int) -> tuple[int, ...]:
    """First position of each level of a family, as many entries for every size; levels it cannot hold are empty."""
    held = max(min(depth, size - roots + 1), 1)
    starts = level_starts(size, held, min(roots, size))
    return (*starts, *[size] * (depth - held))


def _lines_of(fk: ForeignKeySchema) -> tuple[str, str]:
    return f"{fk.path}.roots", f"{fk.path}.depth"
