"""Summaries of columns and tables: fed row by row in any batches, and merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.profiling.arrays import numbers_in
from syndata_engine.profiling.distinct import Distinct
from syndata_engine.profiling.limits import LEAST_OCCURRENCES, LONGEST_CATEGORY, MOST_CATEGORIES
from syndata_engine.profiling.readings import DateTimes, Floats, Numbers, Reading, all_readings
from syndata_engine.profiling.result import Categories, Category, ColumnProfile, ColumnType, Lengths

_SLICE: Final = 2**20


class ColumnSummary:
    """What is known of the rows of one column so far."""

    def __init__(self) -> None:
        self._nulls = 0
        self._values = 0
        self._characters = 0
        self._shortest: int | None = None
        self._longest = 0
        self._distinct = Distinct()
        self._categories: dict[str, int] | None = {}
        self._readings: dict[str, Reading] = all_readings()

    def add(self, texts: pa.StringArray) -> None:
        """Take the next rows; at most 2**20 of them."""
        self._nulls += texts.null_count
        if texts.null_count == len(texts):
            return
        counted = pc.value_counts(pc.drop_null(texts))
        values, counts = counted.field(0), numbers_in(counted.field(1))
        self._measure(values, counts)
        self._distinct.add(values, counts)
        if self._categories is not None:
            self._categories = _categories_of(self._categories, values, counts)
        self._readings = {name: reading for name, reading in self._readings.items() if reading.add(values, counts)}

    def _measure(self, values: pa.StringArray, counts: Any) -> None:
        lengths = numbers_in(pc.utf8_length(values))
        self._values += int(counts.sum())
        self._characters += int((lengths * counts).sum())
        shortest = int(lengths.min())
        self._shortest = shortest if self._shortest is None else min(self._shortest, shortest)
        self._longest = max(self._longest, int(lengths.max()))

    def merge(self, other: ColumnSummary) -> None:
        """Take the rows that `other` has taken, as if they stood behind these."""
        self._nulls += other._nulls
        self._values += other._values
        self._characters += other._characters
        if other._shortest is not None:
            self._shortest = other._shortest if self._shortest is None else min(self._shortest, other._shortest)
        self._longest = max(self._longest, other._longest)
        self._distinct.merge(other._distinct)
        self._categories = _sum_of(self._categories, other._categories)
        self._readings = {
            name: reading
            for name, reading in self._readings.items()
            if name in other._readings and reading.merge(other._readings[name])
        }

    def sketch(self) -> tuple[Any, Any, bool]:
        """The least hashes of the values, ascending, how many rows have each, and whether these are all values."""
        return self._distinct.hashes, self._distinct.counts, self._distinct.exact

    def profile(self, name: str) -> ColumnProfile:
        """What was found."""
        kind, reading = self._type()
        numbers = reading if isinstance(reading, Numbers) else None
        # Numbers that only rise cannot repeat, however many there are.
        exact = self._distinct.exact or (numbers is not None and numbers.increasing)
        distinct = self._values if exact and not self._distinct.exact else min(self._distinct.count(), self._values)
        unique = self._nulls == 0 and self._values > 0 and not self._distinct.repeats
        is_decimal = kind == "decimal" and numbers is not None
        return ColumnProfile(
            name=name,
            type=kind,
            precision=numbers.precision if is_decimal and numbers else None,
            scale=numbers.scale if is_decimal and numbers else None,
            zoned=reading.zoned if isinstance(reading, DateTimes) else None,
            nulls=self._nulls,
            distinct=distinct,
            distinct_exact=exact,
            candidate_key=unique,
            candidate_key_exact=exact or not unique,
            range=reading.range() if reading else None,
            spread=reading.spread() if reading else None,
            lengths=self._lengths(),
            categories=self._kept_categories(),
        )

    def _type(self) -> tuple[ColumnType, Reading | None]:
        """The column's type, and the reading that knows its values; a column of nulls is one of texts."""
        if not self._values:
            return "str", None
        open_ = self._readings
        if "bool" in open_:
            return "bool", None
        numbers, floats = open_.get("numbers"), open_.get("floats")
        if isinstance(numbers, Numbers) and numbers.name is not None:
            return cast("ColumnType", numbers.name), numbers
        if isinstance(floats, Floats) and floats.seen:
            return "float", floats
        for name in ("date", "datetime", "uuid"):
            if name in open_:
                return cast("ColumnType", name), open_[name]
        return "str", None

    def _lengths(self) -> Lengths | None:
        if self._shortest is None:
            return None
        return Lengths(minimum=self._shortest, mean=self._characters / self._values, maximum=self._longest)

    def _kept_categories(self) -> Categories | None:
        if self._categories is None or not self._categories:
            return None
        rare = [count for count in self._categories.values() if count < LEAST_OCCURRENCES]
        frequent = [(value, count) for value, count in self._categories.items() if count >= LEAST_OCCURRENCES]
        return Categories(
            frequent=tuple(
                Category(value=value, count=count)
                for value, count in sorted(frequent, key=lambda one: (-one[1], one[0]))
            ),
            rare_values=len(rare),
            rare_rows=sum(rare),
        )


def _categories_of(known: dict[str, int], values: pa.StringArray, counts: Any) -> dict[str, int] | None:
    if len(values) > MOST_CATEGORIES or pc.max(pc.binary_length(values)).as_py() > LONGEST_CATEGORY:
        return None
    return _sum_of(known, dict(zip(values.to_pylist(), counts.tolist(), strict=True)))


def _sum_of(known: dict[str, int] | None, more: dict[str, int] | None) -> dict[str, int] | None:
    """Both counts in one; None when there are too many values for categories, for good."""
    if known is None or more is None:
        return None
    both = dict(known)
    for value, count in more.items():
        both[value] = both.get(value, 0) + count
    return both if len(both) <= MOST_CATEGORIES else None


class TableSummary:
    """What is known of the rows of a table so far. Summaries of stretches of rows merge into that of them all."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._columns = tuple(ColumnSummary() for _ in names)
        self.rows = 0

    def add(self, columns: Sequence[pa.StringArray]) -> None:
        """Take the next rows: for each column its texts, nulls where a field is empty."""
        rows = len(columns[0])
        for start in range(0, rows, _SLICE):
            for summary, texts in zip(self._columns, columns, strict=True):
                summary.add(texts.slice(start, _SLICE))
        self.rows += rows

    def merge(self, other: TableSummary) -> None:
        """Take the rows that `other` has taken, as if they stood behind these."""
        for summary, more in zip(self._columns, other._columns, strict=True):
            summary.merge(more)
        self.rows += other.rows

    def sketches(self) -> list[tuple[Any, Any, bool]]:
        """Of each column the least hashes of its values, how many rows have each, and whether these are all values."""
        return [summary.sketch() for summary in self._columns]

    def profiles(self) -> tuple[ColumnProfile, ...]:
        """What was found, column by column."""
        return tuple(summary.profile(name) for name, summary in zip(self._names, self._columns, strict=True))
