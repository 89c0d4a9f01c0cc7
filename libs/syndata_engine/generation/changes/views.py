"""The tables that follow from changes: the log of them, the history of row versions, and the later snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from syndata_engine.generation.changes import kernels
from syndata_engine.generation.changes.changing import MICROS, Changing, changing
from syndata_engine.generation.changes.lives import ROUNDS
from syndata_engine.generation.changes.versions import VersionLink
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.nested import struct_of
from syndata_engine.generation.families.links import Link, Via
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Mapped, RowNumber
from syndata_engine.generation.texts.text import Lit
from syndata_engine.generation.words.bits import Codes
from syndata_engine.pools import Pool

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder

READ: Final = 3
"""The operation of a row that the log tells of before its first change."""
_OPERATIONS: Final = ("c", "u", "d", "r")
"""Debezium's letters for insert, update, delete and read, by operation."""
CONNECTOR: Final = "syndata"


class Held(Node):
    """A place for values that a frame was given."""

    __slots__ = ()

    def compute(self, frame: Frame, out: Codes) -> None:  # noqa: ARG002 -- the port's signature
        raise RuntimeError("the frame was not given these values")


@dataclass(frozen=True, eq=False, slots=True)
class Found(Link):
    """What is known of a derived table's rows, found for all of it at once."""

    find: Callable[[Codes], Mapping[Node, Codes]] = field(kw_only=True)

    def frame(self, child: Frame) -> Frame:
        """A frame that holds it."""
        frame = Frame(0, child.rows)
        for node, codes in self.find(child.rows).items():
            frame.hold(node, codes)
        return frame


@dataclass(frozen=True, eq=False)
class View:
    """One derived table while its columns are built."""

    base: TableBuilder
    changing: Changing
    row: Node
    version: Node
    change: Node
    """The change of a log's row, or the one that made a version; negative where it stood in the first snapshot."""
    end: Node
    """Of a history: the change that ends the version, negative where none does. Of a log: the operation."""

    def columns(self, version: Node) -> dict[str, Column]:
        """The base table's columns, as in a version of each row."""
        link = VersionLink(self.base.context.key, self.row, version=version, redrawn=self.changing.redrawn)
        read = self.base.context.relations.read
        schemas = self.base.schema.columns
        built = {one.name: self.base.build(one.name, one.path) for one in schemas}
        for name in (self.changing.changes.inserted_at, self.changing.changes.changed_at):
            if name is not None:
                # Moments of the period lie outside the bounds of what is drawn.
                built[name] = replace(built[name], low=None, high=None)
        return {
            name: read(link, replace(column, reads=(f"{self.base.schema.name}.{name}",)))
            for name, column in built.items()
        }

    def times(self, change: Node) -> Node:
        """The millisecond of a change; of what stood before, the start."""
        period = self.changing.period

        def compute(changes: Codes) -> Codes:
            found = np.full(len(changes), period.start)
            real = changes >= 0
            found[real] = period.times(self.changing.lives, changes[real])
            return found

        return Mapped(compute, (change,))


def derived_columns(builder: TableBuilder) -> dict[str, Column]:
    """All columns of a derived table."""
    derived = builder.schema.derived
    assert derived is not None  # noqa: S101 -- the caller has looked
    base = builder.dataset.tables[derived.table]
    make = {"log": _log, "history": _history, "later": _later}[derived.form]
    return make(base, changing(base), builder.dataset.schema.name or CONNECTOR)


def _view(base: TableBuilder, what: Changing, find: Callable[[Codes], tuple[Codes, Codes, Codes, Codes]]) -> View:
    held = tuple(Held() for _ in range(4))
    link = Found(0, RowNumber(), find=lambda rows: dict(zip(held, find(rows), strict=True)))
    return View(base, what, *(Via(link, node) for node in held))


# -- the log ---------------------------------------------------------------------------------------------------


def _log(base: TableBuilder, what: Changing, server: str) -> dict[str, Column]:
    lives = what.lives
    read = lives.counts.rows if what.changes.snapshot else 0

    def find(numbers: Codes) -> tuple[Codes, Codes, Codes, Codes]:
        rows, versions, ops = numbers.copy(), np.zeros_like(numbers), np.full_like(numbers, READ)
        real = numbers >= read
        rows[real], versions[real], ops[real] = lives.describe(numbers[real] - read)
        return rows, versions, numbers - read, ops

    view = _view(base, what, find)
    before_version = Mapped(_before, (view.version, view.end))
    before, after = view.columns(before_version), view.columns(view.version)
    keys = [one.name for one in base.schema.columns if one.primary_key]
    cost = ROUNDS
    times = view.times(view.change)
    stamp = Column(ValueType("int"), times, low=what.period.start, high=what.period.stop, cost=cost)
    source = {
        "connector": _fixed(CONNECTOR),
        "name": _fixed(server),
        "ts_ms": stamp,
        "snapshot": _labelled(Mapped(_is(READ), (view.end,)), ("false", "true")),
        "db": _fixed(server),
        "table": _fixed(base.schema.name),
        "lsn": Column(
            ValueType("int"),
            Mapped(lambda rows: rows + 1, (RowNumber(),)),
            low=1,
            high=read + max(lives.counts.changes, 1),
        ),
    }
    return {
        "key": struct_of({name: before[name] for name in keys}),
        "before": replace(struct_of(before), null=Mapped(_is(kernels.INSERT, READ), (view.end,))),
        "after": replace(struct_of(after), null=Mapped(_is(kernels.DELETE), (view.end,))),
        "source": struct_of(source),
        "op": replace(_labelled(view.end, _OPERATIONS), cost=cost),
        "ts_ms": stamp,
    }


def _before(versions: Codes, ops: Codes) -> Codes:
    return np.where(ops == kernels.UPDATE, versions - 1, versions)


def _is(*operations: int) -> Callable[[Codes], Codes]:
    def compute(ops: Codes) -> Codes:
        found: Codes = np.zeros(len(ops), np.int64)
        for one in operations:
            found[ops == one] = 1
        return found

    return compute


def _fixed(text: str) -> Column:
    return Column(ValueType("str"), text=(Lit(text),))


def _labelled(code: Node, labels: tuple[str, ...]) -> Column:
    return Column(ValueType("str"), code, labels=Pool(labels))


# -- the history -----------------------------------------------------------------------------------------------


def _history(base: TableBuilder, what: Changing, server: str) -> dict[str, Column]:  # noqa: ARG001 -- as its neighbours
    lives = what.lives
    first = lives.counts.rows

    def find(numbers: Codes) -> tuple[Codes, Codes, Codes, Codes]:
        rows, versions, made = numbers.copy(), np.zeros_like(numbers), np.full_like(numbers, -1)
        real = numbers >= first
        made[real] = lives.made(numbers[real] - first)
        rows[real], versions[real], _ = lives.describe(made[real])
        return rows, versions, made, lives.ended(rows, versions)

    view = _view(base, what, find)
    lasts = Mapped(lambda ends: (ends < 0).astype(np.int64), (view.end,))
    most = max(lives.counts.versions, 1)
    return {
        "history_id": Column(ValueType("int"), Mapped(lambda rows: rows + 1, (RowNumber(),)), low=1, high=most),
        **view.columns(view.version),
        "valid_from": _moment(what, view.times(view.change)),
        "valid_to": replace(_moment(what, view.times(view.end)), null=lasts),
        "is_current": Column(ValueType("bool"), lasts, low=0, high=1),
        "version": Column(
            ValueType("int"),
            Mapped(lambda versions: versions + 1, (view.version,)),
            low=1,
            high=lives.counts.updates + 1,
        ),
    }


def _moment(what: Changing, millis: Node) -> Column:
    code = Mapped(lambda found: found * MICROS, (millis,))
    bounds = what.period.start * MICROS, what.period.stop * MICROS
    return Column(ValueType("datetime", scale=3), code, low=bounds[0], high=bounds[1], cost=ROUNDS)


# -- the later snapshot ----------------------------------------------------------------------------------------


def _later(base: TableBuilder, what: Changing, server: str) -> dict[str, Column]:  # noqa: ARG001 -- as its neighbours
    def find(numbers: Codes) -> tuple[Codes, Codes, Codes, Codes]:
        rows, versions = what.lives.left(numbers)
        return rows, versions, versions, versions

    view = _view(base, what, find)
    return view.columns(view.version)
