"""Which columns refer to keys of tables that were given together: by names, and by values that the key has.

Values are compared by their hashes. Of a column with many different values the least hashes were kept, the same ones of every column, so what is
seen of child and parent are the same values: shares and numbers of children are those of a sample of parents, each with all its children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.generation.columns.context import name_words
from syndata_engine.learning.keying import ENDINGS, singular_words, unique_columns
from syndata_engine.learning.observing import Observed, ObservedTable, Sketch
from syndata_engine.learning.result import Reference
from syndata_engine.learning.values import ordered_of
from syndata_engine.profiling.arrays import numbers_in
from syndata_engine.profiling.distinct import hashes_of

_CONTAINED: Final = 0.99
"""Share of a column's different values that a key must have for the column to refer to it."""
_UNNAMED_VALUES: Final = 10
"""Without a name that says so, so many different values must be the key's, and all."""
_NAMED, _LIKELY, _UNNAMED = 3, 2, 1
_UPWARDS: Final = frozenset(
    [
        "parent",
        "manager",
        "boss",
        "supervisor",
        "superior",
        "head",
        "reports",
        "reply",
        "predecessor",
        "previous",
        "mentor",
    ]
)
_MOST_LEVELS: Final = 64
_SEEN: Final = 20


@dataclass(frozen=True, slots=True)
class _Key:
    table: ObservedTable
    column: Observed


def find_references(tables: Sequence[ObservedTable]) -> list[Reference]:
    """The references between these tables, at most one for each column."""
    keys = [_Key(table, column) for table in tables for column in unique_columns(table)]
    names = {(key.table.name, key.column.profile.name) for key in keys}
    found = []
    for table in tables:
        for column in table.columns:
            is_key = (table.name, column.profile.name) in names
            best = _best(table, column, keys, is_key=is_key)
            if best is not None:
                found.append(best)
    return _without_rings_of_keys(found)


def _best(table: ObservedTable, column: Observed, keys: Sequence[_Key], *, is_key: bool) -> Reference | None:
    if column.profile.type not in {"int", "uuid", "str", "float"}:
        return None
    sketch: Sketch | None = None
    ranked: list[tuple[int, float, int, Reference]] = []
    for place, key in enumerate(keys):
        told = _evidence(table, column, key)
        if not told or (is_key and not _same_words(column, key)):
            continue  # a key of its own refers to another only if it is called like it
        sketch = sketch or _sketch(table, column)
        reference = None if sketch is None else _compared(table, column, sketch, key)
        if reference is None or not _enough(told, reference, sketch):
            continue
        ranked.append((-told, -reference.contained, key.table.rows * len(keys) + place, reference))
    return min(ranked, key=lambda one: one[:3])[3] if ranked else None


def _evidence(table: ObservedTable, column: Observed, key: _Key) -> int:
    """How much names say that the column refers to the key; 0 where it cannot."""
    itself = table is key.table
    if itself and column is key.column:
        return 0
    if (column.profile.type == "str") != (key.column.profile.type == "str") or column.profile.type == "bool":
        return 0
    words, owner = singular_words(column.profile.name), singular_words(key.table.name)
    own = singular_words(key.column.profile.name)
    bare = words[:-1] if words[-1:] and words[-1] in ENDINGS else words
    named = "".join(words) in {"".join(owner) + ending for ending in ("", *ENDINGS)}
    if not itself and (named or (words == own and (len(own) > 1 or len("".join(own)) > 4) and own != ["name"])):
        # A key that two tables share is the key of the one that it is called after.
        return _NAMED if named or set(owner) & set(own) or "".join(owner) in "".join(own) else _LIKELY
    if bare and bare != own and (bare[-len(owner) :] == owner or bare[-1:] == owner[-1:]):
        return _LIKELY
    if itself and (_UPWARDS & set(name_words(column.profile.name)) or words[-len(own) :] == own):
        return _LIKELY
    named_as_key = bare != words or "".join(words).endswith("id")
    is_code = column.profile.type in {"str", "uuid"} and key.column.profile.type == column.profile.type
    return _UNNAMED if (named_as_key or is_code) and not itself else 0


def _same_words(column: Observed, key: _Key) -> bool:
    words = singular_words(column.profile.name)
    return words == singular_words(key.column.profile.name) or words[:-1] == singular_words(key.table.name)


def _enough(told: int, reference: Reference, sketch: Sketch | None) -> bool:
    if reference.contained < _CONTAINED or sketch is None:
        return False
    if told > _UNNAMED:
        return True
    return reference.orphan_values == 0 and len(sketch.hashes) >= _UNNAMED_VALUES


def _sketch(table: ObservedTable, column: Observed) -> Sketch | None:
    """The column's hashes; of whole numbers that are written as `12.0`, those of the numbers."""
    if column.profile.type != "float":
        return column.sketch
    ordered = ordered_of(column) if table.whole else None
    if ordered is None or ordered.type != "int":
        return None
    counted = pc.value_counts(pc.cast(pa.array(ordered.units), pa.string()))
    hashes = hashes_of(counted.field(0))
    order = np.argsort(hashes, kind="stable")
    return Sketch(hashes[order], numbers_in(counted.field(1))[order], exact=True)


def _compared(table: ObservedTable, column: Observed, child: Sketch, key: _Key) -> Reference | None:
    parent = key.column.sketch
    limit = min(
        int(child.hashes[-1]) if not child.exact and len(child.hashes) else 2**64 - 1,
        int(parent.hashes[-1]) if not parent.exact and len(parent.hashes) else 2**64 - 1,
    )
    seen = child.hashes <= np.uint64(limit)
    hashes, counts = child.hashes[seen], child.counts[seen]
    parents = parent.hashes[parent.hashes <= np.uint64(limit)]
    exact = child.exact and parent.exact
    if not len(hashes) or not len(parents) or (not exact and len(hashes) < _SEEN):
        return None
    places = np.minimum(np.searchsorted(parents, hashes), len(parents) - 1)
    known = parents[places] == hashes
    of_parents = np.zeros(len(parents), dtype=np.int64)
    of_parents[places[known]] = counts[known]
    numbers, having = np.unique(of_parents, return_counts=True)
    levels, roots = _levels(column, key) if table is key.table else (None, None)
    return Reference(
        table=table.name,
        column=column.profile.name,
        parent=key.table.name,
        key=key.column.profile.name,
        contained=int(known.sum()) / len(hashes),
        orphan_values=int((~known).sum()),
        orphan_rows=int(counts[~known].sum()),
        exact=exact,
        children=tuple(zip(numbers.tolist(), having.tolist(), strict=True)),
        depth=levels,
        roots=roots,
    )


def _levels(column: Observed, key: _Key) -> tuple[int | None, int | None]:
    """Of a table that refers to itself its levels, and rows without a parent; None where the sample does not show them."""
    if not key.table.whole:
        return None, None
    parents: Any = pc.fill_null(pc.index_in(_whole(column), key.column.texts), -1)
    above = numbers_in(pc.cast(parents, pa.int64()))
    above = np.where(above == np.arange(len(above)), -1, above)
    roots = int((above < 0).sum())
    if not roots:
        return None, None
    place = above.copy()
    for level in range(1, _MOST_LEVELS + 1):
        place = np.where(place >= 0, above[place], -1)
        if (place < 0).all():
            return level + 1, roots
    return None, roots


def _whole(column: Observed) -> pa.StringArray:
    return pc.replace_substring_regex(column.texts, r"\.0+$", "") if column.profile.type == "float" else column.texts


def _without_rings_of_keys(found: list[Reference]) -> list[Reference]:
    """Of two keys that refer to each other, one is the parent's: the first by name."""
    pairs = {(one.table, one.column, one.parent, one.key) for one in found}
    return [
        one
        for one in found
        if (one.parent, one.key, one.table, one.column) not in pairs or (one.table, one.column) > (one.parent, one.key)
    ]
