"""Observes the rows of a table, in any batches: exact summaries of all of them, and a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from syndata_contracts.errors import Defect
from syndata_engine.learning.cleaning import Cleaning
from syndata_engine.learning.samples import RowSample
from syndata_engine.profiling.columns import TableSummary
from syndata_engine.profiling.result import ColumnProfile

_LED: Final = 0.99
"""Share of the values that must be written alike for all of them to be."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """The least hashes of a column's different values, ascending, with the number of rows of each."""

    hashes: Any
    counts: Any
    exact: bool
    """Whether these are all values."""


@dataclass(frozen=True, slots=True)
class Observed:
    """One column, as far as it was observed."""

    profile: ColumnProfile
    """Of all rows."""
    texts: pa.StringArray
    """Of the sample's rows."""
    sketch: Sketch
    trimmed: int
    """Values that had blanks around them."""
    led: int
    """Values, and words for missing ones, that had one blank before them."""
    values: int
    """Rows that have a value, of all rows."""
    missing_words: dict[str, int]
    """Words that were taken for a missing value, with their counts."""

    @property
    def lead(self) -> str:
        """What stands before nearly every value: a blank, as some programs write one after each comma, or nothing."""
        written = self.values + sum(self.missing_words.values())
        return " " if self.led and self.led >= _LED * written else ""

    @property
    def missing_as(self) -> str | None:
        """The word that stands for nearly every missing value, as the source writes it; None where there is none."""
        word, count = max(self.missing_words.items(), key=lambda one: one[1], default=("", 0))
        return self.lead + word if count and count >= _LED * self.profile.nulls else None


@dataclass(frozen=True, slots=True)
class ObservedTable:
    """One table, as far as it was observed."""

    name: str
    rows: int
    columns: tuple[Observed, ...]
    whole: bool
    """Whether the sample holds every row."""
    left_out: tuple[str, ...] = ()
    """Columns that were not observed, since their values have parts or are bytes."""

    @property
    def sampled(self) -> int:
        """Rows of the sample."""
        return len(self.columns[0].texts)


class Observation(TableSummary):
    """A summary that keeps a sample beside it."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self._cleaning = tuple(Cleaning() for _ in names)
        self._sample = RowSample(len(names))

    def add(self, columns: Sequence[pa.StringArray]) -> None:
        cleaned = [cleaning.clean(texts) for cleaning, texts in zip(self._cleaning, columns, strict=True)]
        super().add(cleaned)
        self._sample.add(cleaned)

    def merge(self, other: TableSummary) -> None:
        """Never: a sample is of one pass over the rows, whose numbers it counts."""
        raise Defect(f"a sample is of one pass over the rows; {other.rows:,} came from another")

    def observed(self, name: str, left_out: tuple[str, ...] = ()) -> ObservedTable:
        """What was observed of the table of this name; `left_out` are columns that it has beside these."""
        texts = self._sample.columns()
        found = [
            Observed(
                profile=profile,
                texts=column,
                sketch=Sketch(*sketch),
                trimmed=cleaning.trimmed,
                led=cleaning.led,
                values=self.rows - profile.nulls,
                missing_words={word: count for word, count in cleaning.words.items() if count},
            )
            for profile, column, sketch, cleaning in zip(
                self.profiles(), texts, self.sketches(), self._cleaning, strict=True
            )
        ]
        return ObservedTable(name, self.rows, tuple(found), self._sample.whole, left_out)
