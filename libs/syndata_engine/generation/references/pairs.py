"""References that are unique together: each family of one of them meets every row of the others at most once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isqrt, prod
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import Difference, ForeignKeySchema
from syndata_engine.generation.families.links import FamilyMap, begins
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.references.key_sets import KeySet, key_sets
from syndata_engine.generation.references.pairs_inside import check_inside, least_choices, paired_child
from syndata_engine.generation.words.bits import Codes, derive_key
from syndata_engine.generation.words.draws import column_words, inner_words, permute_each

if TYPE_CHECKING:
    from syndata_engine.generation.references.references import References

LARGEST = 2**62
"""Combinations that are told apart; a place in a family must fit beside them in 64 bits."""


@dataclass(frozen=True)
class Pairing:
    """A key that consists of references: families of `base`, and for each child another combination of the others."""

    key: KeySet
    base: ForeignKeySchema
    others: tuple[ForeignKeySchema, ...]
    """By id."""
    apart: frozenset[str] = frozenset()
    """Those of the others that never name the parent that `base` names."""
    free: tuple[tuple[str, int], ...] = ()
    """Columns of the key that belong to no reference, and how many values each takes."""

    least: Callable[[], int] | None = None
    """How many parents the other may choose from at least, where that is not all of them but one."""

    @property
    def spare(self) -> int:
        """Combinations of the columns that belong to no reference."""
        return prod(capacity for _, capacity in self.free)

    def choices(self, rows: Callable[[str], int]) -> list[int]:
        """How many parents each of the others may choose from, for every parent of the base."""
        if self.least is not None:
            return [self.least()]
        return [max(rows(fk.parent_table or "") - (fk.id in self.apart), 0) for fk in self.others]


@dataclass(frozen=True, eq=False, slots=True)
class PairedParent(Node):
    """Parent row of one of the other references.

    The children of one parent have different numbers of combinations: their positions from a start of this parent's
    own, under a bijection of its own. The start makes every combination as likely as any other.
    """

    families: FamilyMap
    """Of the base."""
    rows: tuple[int, ...]
    """Rows that each of the other references chooses from, then values that each further column of the key takes."""
    which: int
    key: int
    apart: bool = False
    """Whether the parent that the base names is left out."""

    def compute(self, frame: Frame, out: Codes) -> None:
        size = min(max(prod(self.rows), 1), LARGEST)
        parent, position = self.families.locate(frame.rows)
        words, keys = np.empty(len(parent), np.uint64), np.empty(len(parent), np.uint64)
        inner_words(parent, np.uint64(self.key), words)
        column_words(words, np.uint64(self.key), keys)
        # A modulus is unbiased to size / 2**64.
        place = ((words % np.uint64(size)).view(np.int64) + position) % size
        left = isqrt(size - 1) + 1
        permute_each(place, keys, np.uint64(size), np.uint64(left), np.uint64(-(-size // left)), out)
        out //= min(prod(self.rows[: self.which]), LARGEST)
        out %= max(self.rows[self.which], 1)
        if self.apart:
            out += out >= parent


def pairings(refs: References) -> list[Pairing]:
    """The keys of a table that have several references; Refused where one cannot be met."""
    sets, apart = key_sets(refs.table), refs.apart
    found: list[Pairing] = []
    for key in sets:
        if any(set(other.columns) < set(key.columns) for other in sets):
            continue
        covering = {fk.id: fk for name in key.columns if (fk := refs.covering(name)) is not None}
        if len(covering) < 2 or not {name for fk in covering.values() for name in fk.child_columns} <= set(key.columns):
            continue
        members = [covering[name] for name in sorted(covering)]
        free = refs.dataset.tables[refs.table.name].keys.free_beside(key, members)
        if free is None:
            continue
        pairing = replace(_pairing(refs, key, members), free=free)
        found.append(_inside(refs, replace(pairing, apart=_beside(pairing, apart))))
    taken = [other.id for pairing in found for other in pairing.others]
    for pairing in found:
        for other in pairing.others:
            if taken.count(other.id) > 1:
                _refuse(pairing, f"the reference {other.id} stands in two unique sets", "drop one of them")
    return found


def _inside(refs: References, pairing: Pairing) -> Pairing:
    """The pairing, which knows its choices where its references share columns, or are the ends of an edge."""
    end = next((fk for fk in pairing.others if fk.edge is not None), None)
    if end is not None:
        return replace(pairing, least=lambda: refs.edge(end).least())
    if not any(refs.within(fk) for fk in (pairing.base, *pairing.others)):
        return pairing
    check_inside(refs, pairing)
    return replace(pairing, least=lambda: least_choices(refs, pairing))


def _beside(pairing: Pairing, apart: list[tuple[ForeignKeySchema, ForeignKeySchema, Difference]]) -> frozenset[str]:
    """Those of the others that are kept apart from the base."""
    found = set()
    members = {pairing.base.id, *(other.id for other in pairing.others)}
    for later, earlier, difference in apart:
        both = {later.id, earlier.id}
        if both <= members and pairing.base.id in both:
            found |= both - {pairing.base.id}
        elif both <= members or later.id in members:
            what = f"{later.id} is chosen beside {pairing.base.id}, and cannot keep apart from {earlier.id} too"
            fix = f"compare {later.id} with {pairing.base.id}, or drop the unique set"
            raise Refused(Fault(difference.path, what, fix, related=(pairing.key.path,)))
    return frozenset(found)


def _refuse(pairing: Pairing, what: str, fix: str) -> NoReturn:
    raise Refused(Fault(pairing.key.path, what, fix, related=tuple(fk.path for fk in pairing.others)))


def _pairing(refs: References, key: KeySet, members: list[ForeignKeySchema]) -> Pairing:
    counted = [fk for fk in members if fk.fan_out is not None]
    begun = [fk for fk in members if any(begins(fk, other) for other in members)]
    base = next(iter(counted or begun or [fk for fk in members if fk.owning] or members))
    pairing = Pairing(key, base, tuple(fk for fk in members if fk is not base))
    for fk in members:
        if fk.parents or fk.choice == "independent" or fk.parent_table == refs.table.name:
            _refuse(
                pairing,
                f"the reference {fk.id} cannot be part of a unique set",
                "use a plain reference with choice: exact",
            )
        if fk.null_rate:
            _refuse(pairing, f"the reference {fk.id} can be NULL, and is part of a unique set", "drop its null rate")
    for other in pairing.others:
        if other.fan_out is not None or other.owning:
            said = "fan_out" if other.fan_out is not None else "owning"
            what = f"{base.id} and {other.id} are unique together, and both say how many rows belong to one parent"
            if said == "owning":
                what = f"{base.id} and {other.id} are unique together, and rows stand in the order of {base.id}"
            _refuse(pairing, what, f"drop the {said} of {other.id}: its rows are chosen evenly")
    return pairing


def paired_parent(refs: References, pairing: Pairing, fk: ForeignKeySchema) -> Node:
    """The parent rows of a reference that is not the base."""
    if pairing.least is not None:
        return paired_child(refs, pairing)
    return _paired(refs, pairing, pairing.others.index(fk), apart=fk.id in pairing.apart)


def paired_digit(refs: References, pairing: Pairing, name: str) -> PairedParent:
    """The number of the value of a column that belongs to no reference."""
    return _paired(refs, pairing, len(pairing.others) + [free for free, _ in pairing.free].index(name))


def _paired(refs: References, pairing: Pairing, which: int, *, apart: bool = False) -> PairedParent:
    rows = (*pairing.choices(refs.dataset.rows), *(capacity for _, capacity in pairing.free))
    key = derive_key(
        refs.context.seed, "pairs", refs.table.id, pairing.base.id, *(other.id for other in pairing.others)
    )
    families = refs.families(pairing.base, pairing.key.path)
    return PairedParent(families, rows, which, key, apart)
