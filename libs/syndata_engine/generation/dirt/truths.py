"""The table that tells every damaged cell: where it is, what was there, and what is there now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from syndata_contracts.schema import ColumnSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.dirt.effects import written
from syndata_engine.generation.dirt.hits import Hits
from syndata_engine.generation.families.links import Link, Via, via_text
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Taken
from syndata_engine.generation.texts.text import Case, Text
from syndata_engine.generation.words.bits import Codes
from syndata_engine.pools import Pool

if TYPE_CHECKING:
    from syndata_engine.generation.dirt.layer import TableDirt
    from syndata_engine.generation.tables.tables import DatasetBuilder

KEY: Final = "key "
"""Begins the ids of columns that repeat the table's key."""


@dataclass(frozen=True, eq=False, slots=True)
class _Damage:
    """What one rule makes of one column."""

    column: str
    kind: str
    text: Text
    null: bool


@dataclass(eq=False)
class Truths:
    """Which damaged cell each row of the truth tells of: column by column, group by group, block by block."""

    dirt: TableDirt

    def __post_init__(self) -> None:
        self.damages: list[_Damage] = []
        self._stretches: list[tuple[Hits, int]] = []
        """Hits of a group on one of its columns, and where their damages begin."""
        starts = [0]
        for group in self.dirt.groups:
            for place, name in enumerate(group.columns if group.hits.total else ()):
                self._stretches.append((group.hits, len(self.damages)))
                starts.append(starts[-1] + group.hits.total)
                self.damages += [
                    _Damage(
                        name,
                        self.dirt.kind_of(rule),
                        written(self.dirt.clean(name), effects[place]),
                        effects[place].null,
                    )
                    for rule, effects in zip(group.rules, group.effects, strict=True)
                ]
        self._starts = np.array(starts, np.int64)

    def rows_of(self, numbers: Codes) -> Codes:
        """The damaged row of each."""
        out = np.zeros(len(numbers), np.int64)
        for at, within, (hits, _) in self._parts(numbers):
            out[at] = hits.rows_of(within)
        return out

    def damages_of(self, numbers: Codes) -> Codes:
        """Which of `damages` each is."""
        out = np.zeros(len(numbers), np.int64)
        for at, within, (hits, first) in self._parts(numbers):
            out[at] = first + hits.rules_of(within)
        return out

    def _parts(self, numbers: Codes) -> Iterator[tuple[Codes, Codes, tuple[Hits, int]]]:
        places = np.searchsorted(self._starts, numbers, side="right") - 1
        for place in np.unique(places).tolist():
            at = np.flatnonzero(places == place)
            yield at, numbers[at] - self._starts[place], self._stretches[place]


@dataclass(frozen=True, eq=False, slots=True)
class _Told(Node):
    """What a function says of each row's number."""

    function: Callable[[Codes], Codes]

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = self.function(frame.rows)


def truth_column(dataset: DatasetBuilder, table: str, schema: ColumnSchema) -> Column:
    """A column of the truth of `table`."""
    truths, link, damage = _shared(dataset, table)
    if schema.id == "row":
        return Column(ValueType("int"), link.parent_row, low=0, high=max(dataset.rows(table) - 1, 0))
    if schema.id.startswith(KEY):
        return _through(link, dataset.column(table, schema.id.removeprefix(KEY), ""))
    if schema.id in {"column", "kind"}:
        told = [one.column if schema.id == "column" else one.kind for one in truths.damages]
        names = tuple(dict.fromkeys(told)) or ("",)
        return Column(ValueType("str"), _among(damage, told, names), labels=Pool(names))
    names = tuple(dict.fromkeys(one.column for one in truths.damages))
    columns = [truths.dirt.clean(name) for name in names]
    cost = 1 + sum(column.cost for column in columns)
    if schema.id == "clean":
        # What was damaged had a value, so the clean one is never NULL.
        index = _among(damage, [one.column for one in truths.damages], names)
        return Column(ValueType("str"), text=_one_of(link, index, [column.written() for column in columns]), cost=cost)
    gone = np.array([one.null for one in truths.damages] or [False], np.int64)
    null = Taken(damage, gone) if gone.any() else None
    text = _one_of(link, damage, [one.text for one in truths.damages])
    return Column(ValueType("str"), text=text, null=null, cost=cost + len(truths.damages))


def _shared(dataset: DatasetBuilder, table: str) -> tuple[Truths, Link, Node]:
    """What all columns of the truth read: the way to the damaged row, and what damaged it."""
    context = dataset.context(table)

    def make() -> tuple[Truths, Link, Node]:
        truths = Truths(dataset.dirt(table))
        return truths, Link(context.key, _Told(truths.rows_of)), _Told(truths.damages_of)

    return context.shared(("truth",), make)


def _among(damage: Node, told: list[str], names: tuple[str, ...]) -> Node:
    """Which of `names` is told of each damage."""
    return Taken(damage, np.array([names.index(one) for one in told] or [0], np.int64))


def _through(link: Link, column: Column) -> Column:
    """A column of the table, read by the truth."""
    code = None if column.code is None else Via(link, column.code)
    text: Text | None = None if column.text is None else via_text(link, column.text)
    null = None if column.null is None else Via(link, column.null)
    return Column(column.type, code, text, null, column.low, column.high, column.labels, cost=1 + column.cost)


def _one_of(link: Link, index: Node, texts: list[Text]) -> Text:
    return (Case(index, tuple(via_text(link, text) for text in texts) or ((),)),)
