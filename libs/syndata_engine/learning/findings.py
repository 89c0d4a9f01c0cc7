"""What is wrong or odd with tables, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.learning.columns import Learnt
from syndata_engine.learning.keying import ENDINGS, singular_words
from syndata_engine.learning.result import LearntTable, LearntTables

_MOSTLY: Final = 0.5
_NEARLY_KEY: Final = 0.95
_NEARLY_NUMBERS: Final = 0.8
_FENCE: Final = 3
"""Interquartile ranges beyond the quartiles: Tukey's outer fences."""
_NUMBER: Final = r"^[+-]?[$€£]? ?[0-9]{1,3}([ ,.']?[0-9]{3})*([.,][0-9]+)?%?$|^[+-]?[0-9]+([.,][0-9]+)?$"

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that whoever keeps the data should know."""

    table: str
    column: str
    """Empty where it is of the table as a whole."""
    code: str
    severity: Severity
    what: str
    advice: str


def find_all(learnt: LearntTables) -> list[Finding]:
    """All findings, table by table, in the order of the columns."""
    found: list[Finding] = []
    for table in learnt.tables:
        found += _of_table(table)
        for column in table.columns:
            found += (
                Finding(table.name, column.name, *said)
                for said in (*_of_missing(column), *_of_values(column), *_of_numbers(column))
            )
        found += _of_references(table, learnt)
    return found


_Said = tuple[str, Severity, str, str]


def _of_table(table: LearntTable) -> Iterator[Finding]:
    if table.repeated_rows:
        seen = "" if table.observed.whole else " of the sample"
        what = f"{table.repeated_rows:,} rows{seen} stand there before, value for value"
        yield Finding(
            table.name, "", "repeated_rows", "warning", what, "remove them, or add a key that tells them apart"
        )
    if not table.primary_key and not table.keys:
        what = "no column tells the rows apart"
        yield Finding(table.name, "", "no_key", "note", what, "add a key if other tables shall refer to this one")
    for name in table.observed.left_out:
        what = "values that have parts or are bytes were not looked at"
        yield Finding(table.name, name, "not_read", "note", what, "unnest the column, or describe it by hand")


def _of_missing(column: Learnt) -> Iterator[_Said]:
    observed = column.observed
    rows = observed.profile.nulls + observed.values
    if not observed.values:
        yield "empty", "warning", "no row has a value", "drop the column, or find out why it is empty"
    elif observed.profile.nulls > _MOSTLY * rows:
        what = f"{observed.profile.nulls / rows:.1%} of the rows have no value"
        yield "mostly_missing", "warning", what, "find out whether missing means something; do not fill it by a mean"
    if observed.missing_words:
        words = ", ".join(f"{word!r} {count:,} times" for word, count in observed.missing_words.items())
        yield "missing_words", "note", f"a word stands for a missing value: {words}", "write nothing for nothing"
    if observed.trimmed:
        what = f"{observed.trimmed:,} values have blanks around them"
        yield "blanks", "note", what, "remove the blanks, or joins and comparisons will miss"


def _of_values(column: Learnt) -> Iterator[_Said]:
    profile, values = column.observed.profile, column.observed.values
    if values > 1 and profile.distinct == 1:
        yield "constant", "note", "every value is the same", "drop the column, unless other tables differ"
    words = singular_words(column.name)
    named = bool(words) and (words[-1] in ENDINGS or "".join(words).endswith("id"))
    if named and column.role != "reference" and column.meaning is None and not profile.candidate_key and values:
        nearly = profile.distinct >= _NEARLY_KEY * values
        if nearly and profile.distinct < values and profile.distinct_exact:
            what = f"{values - profile.distinct:,} values of what looks like a key occur again"
            yield "repeated_key", "error", what, "remove the repeated rows, or correct the key"
    if column.role in {"codes", "texts", "categories"} and profile.type == "str" and column.ordered is None:
        texts = pc.drop_null(column.observed.texts)
        share = (pc.sum(pc.cast(pc.match_substring_regex(texts, _NUMBER), pa.int64())).as_py() or 0) / max(
            1, len(texts)
        )
        if _NEARLY_NUMBERS <= share < 1.0:
            what = f"{share:.1%} of the values are numbers, and the others are not"
            yield "mixed_types", "warning", what, "correct the others, or keep them in a column of their own"
    if column.pooled and column.categories:
        what = f"{column.pooled:,} values are too rare to be told; generated data has none of them"
        yield "rare_values", "note", what, "give a smaller threshold if they matter and tell of nobody"


def _of_numbers(column: Learnt) -> Iterator[_Said]:
    ordered = column.ordered
    if ordered is None or ordered.type in {"date", "datetime"} or len(ordered.units) < 20 or column.role != "numbers":
        return
    if ordered.wild:
        what = f"{ordered.wild:,} of the numbers are more than a million times as great as all others"
        yield "wild_numbers", "warning", what, "correct them: no mean, sum or model survives them"
    values = np.sort(ordered.units.astype(np.float64), kind="stable")
    first, third = float(values[len(values) // 4]), float(values[len(values) * 3 // 4])
    fence = _FENCE * (third - first)
    outside = int((values < first - fence).sum() + (values > third + fence).sum())
    if fence and outside:
        share = outside / len(values)
        what = f"{share:.2%} of the values lie more than three interquartile ranges beyond the quartiles"
        yield "outliers", "note", what, "check that they are in the same unit as the others"


def _of_references(table: LearntTable, learnt: LearntTables) -> Iterator[Finding]:
    for one in learnt.references:
        if one.table == table.name and one.orphan_values:
            seen = "" if one.exact else " of those that were compared"
            what = f"{one.orphan_values:,} values{seen}, in {one.orphan_rows:,} rows, are not in {one.parent}.{one.key}"
            yield Finding(
                table.name, one.column, "orphans", "error", what, "add the missing rows, or correct the values"
            )
