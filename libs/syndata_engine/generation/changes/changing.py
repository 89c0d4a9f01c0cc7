"""A table that changes: its rows' lives, what an update draws anew, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import gcd, lcm
from typing import TYPE_CHECKING, Final

from syndata_contracts.changes import Changes
from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema
from syndata_engine.generation.changes.lives import Counts, Lives
from syndata_engine.generation.changes.versions import TURN, Moment, Redrawn
from syndata_engine.generation.changes.words import nodes_of, own_words
from syndata_engine.generation.columns.exact import apportioned
from syndata_engine.generation.nodes.codes import MICROS_PER_DAY, ValueType, moment
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.words.bits import Codes, derive_key

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder

MICROS: Final = 1_000
"""In a millisecond, the unit of a log's times."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the moment of the first snapshot to that of the later one, in milliseconds since 1970."""

    start: int
    stop: int

    @property
    def room(self) -> int:
        """Milliseconds in which changes can happen: neither snapshot's own."""
        return self.stop - self.start - 1

    def times(self, lives: Lives, changes: Codes) -> Codes:
        """The millisecond of each change, ascending."""
        return lives.moments(changes, self.room) + (self.start + 1)


@dataclass(frozen=True)
class Changing:
    """What the log, the history and the later snapshot of one table follow from."""

    changes: Changes
    lives: Lives
    period: Period
    redrawn: Redrawn
    affected: frozenset[str]
    """Columns whose values an update may change."""


def changing(builder: TableBuilder) -> Changing:
    """What becomes of a table's rows, made once; Refused where a column cannot change as asked."""
    return builder.context.shared(("changing",), lambda: _changing(builder))


def counts_of(builder: TableBuilder, rows: int) -> Counts:
    """How many changes there are of each operation, for so many rows."""
    changes = builder.schema.changes
    assert changes is not None  # noqa: S101 -- the caller has looked
    return Counts(rows, changes.inserts.of(rows), changes.updates.of(rows), changes.deletes.of(rows))


def period_of(builder: TableBuilder) -> Period:
    """When changes happen; Refused where a bound is no moment, or the second not the later."""
    changes = builder.schema.changes
    assert changes is not None  # noqa: S101 -- the caller has looked
    found = []
    for text, key in ((changes.start, "from"), (changes.stop, "to")):
        try:
            found.append(moment(text, builder.context.as_of) // MICROS)
        except ValueError as error:
            fix = "write a time such as 2026-01-01T12:00:00Z, as_of, or a distance from it such as +30d"
            raise Refused(Fault(f"{changes.path}.{key}", str(error), fix)) from None
    start, stop = found
    if start >= stop:
        what = f"the period ends before it begins: to {changes.stop!r} is not after from {changes.start!r}"
        raise Refused(Fault(f"{changes.path}.to", what, "let `to` be the later of the two"))
    return Period(start, stop)


def _changing(builder: TableBuilder) -> Changing:
    changes, schema = builder.schema.changes, builder.schema
    assert changes is not None  # noqa: S101 -- the caller has looked
    lives = Lives(
        counts_of(builder, builder.context.relations.rows), derive_key(builder.context.seed, "changes", schema.id)
    )
    period = period_of(builder)
    nodes = {one.name: nodes_of(builder.build(one.name, one.path)) for one in schema.columns}
    words, weights = _groups(builder, nodes) if lives.counts.updates else ({}, ())
    moments = _moments(builder, lives, period)
    key = derive_key(builder.context.seed, "changing columns", schema.id)
    redrawn = Redrawn(lives, key, words, weights, moments)
    anew = {*words, *(node for node, one in moments.items() if not one.inserts_only)}
    return Changing(changes, lives, period, redrawn, _affected(builder, nodes, anew))


def _affected(builder: TableBuilder, nodes: dict[str, frozenset[Node]], anew: set[Node]) -> frozenset[str]:
    """The columns that are computed from what changes, directly or not."""
    found = {name for name, own in nodes.items() if own & anew}
    size = -1
    while size < len(found):
        size = len(found)
        # Nodes hide nothing that we know of; what kinds of others say that they read counts as well.
        found |= {name for name in nodes if set(builder.build(name, "").reads) & found}
    return frozenset(found)


# -- what an update draws anew ---------------------------------------------------------------------------------


def _groups(builder: TableBuilder, nodes: dict[str, frozenset[Node]]) -> tuple[dict[Node, int], tuple[int, ...]]:
    """Words by group, and each group's weight in whole numbers; columns of one record are one group."""
    changes = builder.schema.changes
    assert changes is not None  # noqa: S101 -- the caller has looked
    groups: list[tuple[set[Node], list[int]]] = []
    faults: list[Fault] = []
    for number, entry in enumerate(changes.columns):
        words: set[Node] = set()
        for name in entry.columns:
            own = _drawn(builder, builder.column_schema(name), nodes[name], (entry.path, faults))
            words |= own
        apart = [group for group in groups if not group[0] & words]
        joined = [group for group in groups if group[0] & words]
        groups = [*apart, (words.union(*(group[0] for group in joined)), [*(n for g in joined for n in g[1]), number])]
    if faults:
        raise Refused(faults)
    groups.sort(key=lambda group: min(group[1]))
    weights = _whole([sum((changes.columns[n].weight for n in numbers), Decimal(0)) for _, numbers in groups])
    for (_, numbers), share in zip(groups, apportioned(TURN, weights), strict=True):
        if not share:
            entry = changes.columns[numbers[0]]
            what = f"{' and '.join(entry.columns)} would change in less than one of {TURN} updates, which is not kept track of"
            raise Refused(Fault(entry.path, what, "raise its weight, or leave it out"))
    return {word: number for number, (words, _) in enumerate(groups) for word in words}, weights


def _whole(weights: list[Decimal]) -> tuple[int, ...]:
    """Decimals as whole numbers of the same proportions."""
    ratios = [weight.as_integer_ratio() for weight in weights]
    factor = lcm(*(below for _, below in ratios))
    found = [above * (factor // below) for above, below in ratios]
    common = gcd(*found) or 1
    return tuple(number // common for number in found)


def _drawn(
    builder: TableBuilder, column: ColumnSchema, nodes: frozenset[Node], told: tuple[str, list[Fault]]
) -> frozenset[Node]:
    """The words to draw anew for a column; a fault where it has none, or may not change."""
    path, faults = told
    own = own_words(builder, column, nodes)
    relations = builder.context.relations
    fk = relations.covering(column.name) or relations.typed_by(column.name)
    if builder.keys.holds(column.name):
        what, fix = "it is part of a key, by which a log says which row it means", "leave it out"
    elif fk is not None and not own:
        what = f"the reference {fk.id} finds its parent by the row's number, which no update changes"
        fix = "leave it out, or give the reference `choice: independent`"
    elif not own:
        read = builder.build(column.name, column.path).reads
        what = (
            f"it is computed from {', '.join(dict.fromkeys(read))}" if read else "nothing of it is drawn anew for a row"
        )
        fix = "list what it is computed from: it follows" if read else "give it a rule that draws, or leave it out"
    else:
        return own
    faults.append(Fault(path, f"{column.name} cannot change: {what}", fix))
    return frozenset()


# -- columns that hold when a row changed ----------------------------------------------------------------------


def _moments(builder: TableBuilder, lives: Lives, period: Period) -> dict[Node, Moment]:
    changes = builder.schema.changes
    assert changes is not None  # noqa: S101 -- the caller has looked
    found: dict[Node, Moment] = {}
    for name, inserts_only in ((changes.inserted_at, True), (changes.changed_at, False)):
        if name is None:
            continue
        column = builder.build(name, changes.path)
        to_code = _coder(column.type, lives, period)
        if column.code is not None:
            found[column.code] = Moment(inserts_only, to_code)
        if column.null is not None:
            found[column.null] = Moment(inserts_only, None)
    return found


def _coder(kind: ValueType, lives: Lives, period: Period) -> Callable[[Codes], Codes]:
    """From changes to the codes of a date or datetime."""

    def code(changes: Codes) -> Codes:
        micros = period.times(lives, changes) * MICROS
        return micros // MICROS_PER_DAY if kind.name == "date" else micros - micros % kind.step

    return code
