"""The table that tells every damaged cell: where it is, what was there, and what is there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from syndata_contracts.schema import ColumnSchema
from syndata_engine.generation.bits import Codes
from syndata_engine.generation.codes import ValueType
from syndata_engine.generation.columns import Column
from syndata_engine.generation.frame import Frame, Node
from syndata_engine.generation.links import Link, Via, via_text
from syndata_engine.generation.nodes import Mapped, Selected, Taken
from syndata_engine.generation.text import Case, Text
from syndata_engine.pools import Pool

if TYPE_CHECKING:
    from syndata_engine.generation.dirt.layer import TableDirt
    from syndata_engine.generation.tables import DatasetBuilder

KEY: Final = "key "
"""Begins the ids of columns that repeat the table's key."""


@dataclass(frozen=True, eq=False, slots=True)
class _Stretch:
    """Rows of the truth that belong to one column and one group of rules."""

    column: str
    group: int


@dataclass(eq=False)
class Truths:
    """Which damaged cell each row of the truth tells of: column by column, group by group, block by block."""

    dirt: TableDirt

    def __post_init__(self) -> None:
        groups = self.dirt.groups
        self.stretches = [
            _Stretch(name, number) for number, group in enumerate(groups) for name in group.columns if group.hits.total
        ]
        self.starts = [0]
        for stretch in self.stretches:
            self.starts.append(self.starts[-1] + groups[stretch.group].hits.total)
        self.kinds: list[str] = []
        self._first_kind: list[int] = []
        for group in groups:
            self._first_kind.append(len(self.kinds))
            self.kinds += [self.dirt.rule_kind(place) for place in group.rules]

    def stretch_of(self, numbers: Codes) -> Codes:
        """The stretch of each row."""
        ends = np.array(self.starts[1:], np.int64)
        return np.searchsorted(ends, numbers, side="right").astype(np.int64)

    def rows_of(self, numbers: Codes) -> Codes:
        """The damaged row of each."""
        out = np.zeros(len(numbers), np.int64)
        for at, within, stretch in self._parts(numbers):
            out[at] = self.dirt.groups[stretch.group].hits.rows_of(within)
        return out

    def kinds_of(self, numbers: Codes) -> Codes:
        """Which of `kinds` damaged each."""
        out = np.zeros(len(numbers), np.int64)
        for at, within, stretch in self._parts(numbers):
            out[at] = self._first_kind[stretch.group] + self.dirt.groups[stretch.group].hits.rules_of(within)
        return out

    def _parts(self, numbers: Codes) -> list[tuple[np.ndarray, Codes, _Stretch]]:
        places = self.stretch_of(numbers)
        found = []
        for place in np.unique(places).tolist():
            at = np.flatnonzero(places == place)
            found.append((at, numbers[at] - self.starts[place], self.stretches[place]))
        return found


@dataclass(frozen=True, eq=False, slots=True)
class _Told(Node):
    """What a function says of each row's number."""

    function: object

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = self.function(frame.rows)  # type: ignore[operator] # a function of row numbers


def truth_column(dataset: DatasetBuilder, table: str, schema: ColumnSchema) -> Column:
    """A column of the truth of `table`."""
    truths, link = _shared(dataset, table)
    rows = dataset.rows(table)
    if schema.id == "row":
        return Column(ValueType("int"), link.parent_row, low=0, high=max(rows - 1, 0))
    if schema.id.startswith(KEY):
        return _through(link, dataset.column(table, schema.id.removeprefix(KEY), ""))
    names = list(dict.fromkeys(stretch.column for stretch in truths.stretches))
    places = np.array([names.index(stretch.column) for stretch in truths.stretches] or [0], np.int64)
    column = Taken(_Told(truths.stretch_of), places)
    if schema.id == "column":
        return Column(ValueType("str"), column, labels=Pool(tuple(names) or ("",)))
    if schema.id == "kind":
        return Column(ValueType("str"), _Told(truths.kinds_of), labels=Pool(tuple(truths.kinds) or ("",)))
    clean = schema.id == "clean"
    columns = [dataset.column(table, name, "") if clean else truths.dirt.column(name) for name in names]
    # What was damaged had a value, so the clean one is never NULL.
    return _values(link, column, columns) if not clean else _values(link, column, columns).with_null(None)


def _shared(dataset: DatasetBuilder, table: str) -> tuple[Truths, Link]:
    context = dataset.context(table)

    def make() -> tuple[Truths, Link]:
        truths = Truths(dataset.dirt(table))
        return truths, Link(context.key, _Told(truths.rows_of))

    return context.shared(("truth",), make)


def _through(link: Link, column: Column) -> Column:
    """A column of the table, read by the truth."""
    code = None if column.code is None else Via(link, column.code)
    text: Text | None = None if column.text is None else via_text(link, column.text)
    null = None if column.null is None else Via(link, column.null)
    return Column(column.type, code, text, null, column.low, column.high, column.labels, cost=1 + column.cost)


def _values(link: Link, index: Node, columns: list[Column]) -> Column:
    """The values as text, whatever their types."""
    cost = 1 + sum(column.cost for column in columns)
    if not columns:
        return Column(ValueType("str"), text=(Case(index, ((),)),))
    null: Node | None = None
    if any(column.null is not None for column in columns):
        never: Node = Mapped(np.zeros_like, (index,))
        nulls = tuple(never if column.null is None else Via(link, column.null) for column in columns)
        null = Selected(index, nulls)
    text = (Case(index, tuple(via_text(link, column.written()) for column in columns)),)
    return Column(ValueType("str"), text=text, null=null, cost=cost)
