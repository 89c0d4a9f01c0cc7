"""Two references that are unique together and share columns: no team has a member twice, and both are of one workspace."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema
from syndata_engine.generation.families.links import FamilyMap
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.references.sharing import Shared, leading, shared_parent
from syndata_engine.generation.words.bits import Codes, derive_key
from syndata_engine.generation.words.draws import column_words, inner_words, permute_each

if TYPE_CHECKING:
    from syndata_engine.generation.references.pairs import Pairing
    from syndata_engine.generation.references.references import References


@dataclass(frozen=True, eq=False, slots=True)
class PairedChild(Node):
    """Parent row of the other reference: the children of one parent have different rows of the family they share.

    Their positions, from a start of this parent's own, go through a bijection of its own; planning has proved that no
    family is smaller than the largest number of children.
    """

    families: FamilyMap
    """Of the base."""
    shared_row: Node
    """Row of what both lead to."""
    inner: FamilyMap
    """Its children in the table that the other reference means."""
    key: int
    apart: bool
    """Whether the row that the base names is left out."""

    def compute(self, frame: Frame, out: Codes) -> None:
        parent, position = self.families.locate(frame.rows)
        first, last = self.inner.fan_out.children_of(np.maximum(frame.get(self.shared_row), 0))
        sizes = np.maximum(last - first - self.apart, 1)
        words, keys = np.empty(len(parent), np.uint64), np.empty(len(parent), np.uint64)
        inner_words(parent, np.uint64(self.key), words)
        column_words(words, np.uint64(self.key), keys)
        # A modulus is unbiased to size / 2**64.
        start = (words % sizes.view(np.uint64)).view(np.int64)
        places = (start + position) % sizes
        found = np.empty_like(places)
        for size in np.unique(sizes).tolist():
            at = np.flatnonzero(sizes == size)
            left = isqrt(size - 1) + 1
            part = np.empty(len(at), np.int64)
            permute_each(places[at], keys[at], np.uint64(size), np.uint64(left), np.uint64(-(-size // left)), part)
            found[at] = part
        if self.apart:
            found += found >= self.inner.numbers(np.maximum(parent, 0)) - first
        out[:] = self.inner.rows(np.minimum(first + found, max(self.inner.fan_out.children - 1, 0)))


def check_inside(refs: References, pairing: Pairing) -> None:
    """Refuse what two references that share columns and are unique together cannot keep."""
    (other,) = pairing.others if len(pairing.others) == 1 else (None,)
    if other is None or refs.within(other) is not pairing.base or pairing.free:
        ids = ", ".join(fk.id for fk in (pairing.base, *pairing.others))
        what = f"the references {ids} share columns and are unique together, but not as a pair of which one decides for the other"
        fix = "let the unique set be two references, the first of them with a fan_out"
        raise Refused(Fault(pairing.key.path, what, fix, related=tuple(fk.path for fk in pairing.others)))


def _shared(refs: References, pairing: Pairing) -> Shared:
    return Shared(pairing.others[0], pairing.base, refs.word(pairing.others[0]))


def least_choices(refs: References, pairing: Pairing) -> int:
    """Rows that the other reference may choose from, for every parent of the base, in the smallest family."""
    inner, theirs = _inner(refs, pairing)
    return max(theirs.fan_out(inner).low - len(pairing.apart), 0)


def _inner(refs: References, pairing: Pairing) -> tuple[ForeignKeySchema, References]:
    shared = _shared(refs, pairing)
    theirs = refs.dataset.references(shared.fk.parent_table or "")
    return leading(theirs, shared.theirs, shared.fk), theirs


def paired_child(refs: References, pairing: Pairing) -> PairedChild:
    """The parent rows of the reference that is not the base."""
    inner, theirs = _inner(refs, pairing)
    row = shared_parent(refs, _shared(refs, pairing))[1]
    key = derive_key(refs.context.seed, "pairs", refs.table.id, pairing.base.id, pairing.others[0].id)
    families = refs.families(pairing.base, pairing.key.path)
    return PairedChild(families, row, theirs.families(inner, pairing.key.path), key, bool(pairing.apart))
