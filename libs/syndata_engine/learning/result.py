"""What was learnt of tables that were given together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from syndata_engine.learning.columns import Learnt
from syndata_engine.learning.observing import ObservedTable
from syndata_engine.learning.shapes import Threshold


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values are those of another table's key."""

    table: str
    column: str
    parent: str
    key: str
    contained: float
    """Share of the column's different values that the key has."""
    orphan_values: int
    """Different values that it has not."""
    orphan_rows: int
    """Rows that hold these, as far as they were seen."""
    exact: bool
    """Whether that is of all values, or else of a sample of them."""
    children: Sequence[tuple[int, int]] = ()
    """How many children parents have: pairs of a number and how many parents have it, as far as they were seen."""
    depth: int | None = None
    """Of a table that refers to itself: its levels."""
    roots: int | None = None

    @property
    def reflexive(self) -> bool:
        """Whether a table refers to itself."""
        return self.table == self.parent


@dataclass(frozen=True, slots=True)
class Correlated:
    """How two columns rise and fall together: the correlation of their normal scores, and of their ranks."""

    one: str
    other: str
    normal: float
    rank: float


@dataclass(frozen=True, slots=True)
class Combined:
    """Columns whose values belong together, with the frequent combinations and their rows."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[tuple[Any, ...], int]]
    rare: int
    """Combinations that were too rare to be told."""
    codes: Any
    """Of every row of the sample the number of its combination; negative where it has none of these."""


@dataclass(slots=True)
class LearntTable:
    """One table."""

    observed: ObservedTable
    columns: list[Learnt]
    primary_key: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    """Further columns whose values are all different."""
    keys: tuple[str, ...] = ()
    """All columns whose values are all different, as far as was seen."""
    correlated: list[Correlated] = field(default_factory=list)
    combined: list[Combined] = field(default_factory=list)
    repeated_rows: int = 0
    """Rows of the sample that stood there before."""

    @property
    def name(self) -> str:
        return self.observed.name

    def column(self, name: str) -> Learnt:
        """The column of this name; KeyError without one."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(slots=True)
class LearntTables:
    """All tables, and how they refer to each other."""

    threshold: Threshold
    tables: list[LearntTable]
    references: list[Reference] = field(default_factory=list)

    def table(self, name: str) -> LearntTable:
        """The table of this name; KeyError without one."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)
