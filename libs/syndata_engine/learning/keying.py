"""Which columns tell the rows of a table apart, and which of them is its key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.generation.columns.context import name_words
from syndata_engine.learning.columns import Learnt
from syndata_engine.learning.meanings import Meaning
from syndata_engine.learning.observing import Observed, ObservedTable
from syndata_engine.learning.ordering import round_below
from syndata_engine.learning.patterns import shapes_of
from syndata_engine.learning.shapes import Threshold
from syndata_engine.reading.guesses import singular

ENDINGS: Final = frozenset(
    ["id", "key", "code", "no", "nr", "number", "num", "ref", "fk", "pk", "uuid", "guid", "sku", "isbn"]
)
"""Words that a column's name ends with when its values name rows."""
_TYPES: Final = frozenset({"int", "uuid", "str"})
_LONGEST_KEY: Final = 64
UNIQUE_KINDS: Final = frozenset(
    ["uuid", "email", "username", "national_id", "iban", "credit_card", "ipv4", "ipv6", "mac", "hash"]
)
"""Kinds of meanings that can be unique."""
_ANY_CODE: Final = "^^^^-####"
MOST_FULL: Final = 2
"""A pattern makes keys where it has so many times as many values as there are rows."""


def singular_words(name: str) -> list[str]:
    """The words of a name without their plurals."""
    return [singular(word) for word in name_words(name)]


def unique_columns(table: ObservedTable) -> list[Observed]:
    """Columns whose values are there in every row, and all different as far as was seen."""
    return [column for column in table.columns if _is_unique(column, table)]


def _is_unique(column: Observed, table: ObservedTable) -> bool:
    profile = column.profile
    longest = profile.lengths.maximum if profile.lengths else 0
    if not profile.candidate_key or profile.type not in _TYPES or longest > _LONGEST_KEY:
        return False
    if profile.candidate_key_exact or not table.whole:
        return True
    return len(pc.unique(column.texts)) == table.rows


def primary_key(table: ObservedTable, keys: list[Observed], referred: set[str]) -> str | None:
    """The column that is the table's key; None where no unique one is named or placed like one, or `referred` to."""
    ranked = sorted(
        (
            3 - (column.profile.name in referred) if (rank := _rank(column, table)) == 3 else rank,
            place,
            column.profile.name,
        )
        for place, column in enumerate(table.columns)
        if column in keys
    )
    return ranked[0][2] if ranked and ranked[0][0] < 3 else None


def paired_key(table: ObservedTable, referring: Sequence[str]) -> tuple[str, ...]:
    """Two references that tell the rows apart together, of a table whose every row was seen; nothing where none do."""
    columns = [column for column in table.columns if column.profile.name in referring and not column.profile.nulls]
    if not table.whole or table.rows < 2:
        return ()
    for one, other in combinations(columns, 2):
        pairs = (
            pa.table({"one": one.texts, "other": other.texts})
            .group_by(["one", "other"], use_threads=False)
            .aggregate([])
        )
        if pairs.num_rows == table.rows:
            return one.profile.name, other.profile.name
    return ()


def _rank(column: Observed, table: ObservedTable) -> int:
    words, owner = singular_words(column.profile.name), singular_words(table.name)
    joined, own = "".join(words), "".join(owner)
    if (
        joined == "id"
        or (words[-1:] and words[-1] in ENDINGS and words[:-1] in (owner, owner[-1:]))
        or joined == own + "id"
    ):
        return 0
    if (words and words[-1] in ENDINGS) or column.profile.type == "uuid" or joined.endswith("id"):
        return 1
    return 2 if table.columns[0] is column and _counts(column, table.rows) else 3


def _counts(column: Observed, rows: int) -> bool:
    """Whether whole numbers lie so close together that they number the rows."""
    found = column.profile.range
    return column.profile.type == "int" and found is not None and int(found.maximum) - int(found.minimum) < 2 * rows


def key_column(column: Observed, rows: int, threshold: Threshold, meaning: Meaning | None) -> Learnt:
    """A column of different values in every row; its numbers and codes are ours."""
    if meaning is None or not meaning.personal:
        return _of_codes(column, rows, threshold)
    if column.profile.type == "str":
        learnt = _of_people(column, rows, threshold, meaning)
    else:
        learnt = _of_codes(column, rows, threshold)
    learnt.meaning = meaning
    learnt.body["sensitivity"] = "PII"
    return learnt


def _of_people(column: Observed, rows: int, threshold: Threshold, meaning: Meaning) -> Learnt:
    """Values that tell of somebody: our kind where it can be unique, else codes in which no letter or digit is the source's."""
    kind = {"business_email": "email"}.get(meaning.kind, meaning.kind)
    if kind in UNIQUE_KINDS:
        return Learnt(column, "key", {"type": "str", "rule": {"type": kind}}, ["a key: made up, none is the source's"])
    found = [shape.masked() for shape in shapes_of(column.texts, threshold)]
    pattern = next((shape.pattern() for shape in found if shape.capacity >= MOST_FULL * rows), _ANY_CODE)
    body = {"type": "str", "rule": {"type": "pattern", "pattern": pattern}}
    return Learnt(column, "key", body, [f"a key: letters and digits at random, since no {kind} is unique"])


def _of_codes(column: Observed, rows: int, threshold: Threshold) -> Learnt:
    if column.profile.type == "uuid":
        return Learnt(column, "key", {"type": "uuid", "rule": {"type": "uuid"}}, ["a key: made up"])
    if column.profile.type == "int" and column.profile.range is not None:
        return _of_numbers(column, rows)
    shapes = shapes_of(column.texts, threshold)
    numbered = (
        shapes
        and shapes[0].rows == len(column.texts)
        and re.fullmatch(r"([^#]*?[^0-9#])([0-9#]{1,18})", shapes[0].pattern())
    )
    if numbered and 10 ** len(numbered[2]) > rows and not set(numbered[1]) & set("%?^\\"):
        body = {"type": "sequence", "prefix": numbered[1], "width": len(numbered[2])}
        return Learnt(column, "key", {"type": "str", "rule": body}, ["a key: numbered on"])
    if shapes and shapes[0].rows >= 0.5 * len(column.texts) and shapes[0].capacity >= MOST_FULL * rows:
        rule: dict[str, Any] = {"type": "pattern", "pattern": shapes[0].pattern()}
        return Learnt(
            column, "key", {"type": "str", "rule": rule}, ["a key: codes of the source's shape, all different"]
        )
    return Learnt(
        column,
        "key",
        {"type": "str", "rule": {"type": "pattern", "pattern": _ANY_CODE}},
        ["a key: codes, all different"],
    )


def _of_numbers(column: Observed, rows: int) -> Learnt:
    found = column.profile.range
    low, high = (int(found.minimum), int(found.maximum)) if found else (1, rows)
    if low >= 0 and high - low < 2 * rows:
        start = low if low < 2 else round_below(low)
        rule: dict[str, Any] = {"type": "sequence"} if start == 1 else {"type": "sequence", "start": start}
        return Learnt(column, "key", {"type": "int", "rule": rule}, ["a key: numbered on from a round number"])
    bound = 10 ** len(str(max(abs(low), abs(high))))
    bound = min(max(bound, 10 * rows), 10**18)
    unit = 10 ** max(0, len(str(abs(high))) - 2)
    above = -(-high // unit) * unit
    wide = low >= 0 and above < 10**18 and above - round_below(low) >= MOST_FULL * rows
    ends = (max(1, round_below(low)), above) if wide else (1 if low >= 0 else -bound, bound)
    rule = {"type": "range", "min": ends[0], "max": ends[1]}
    return Learnt(column, "key", {"type": "int", "rule": rule}, ["a key: different numbers of that magnitude"])
