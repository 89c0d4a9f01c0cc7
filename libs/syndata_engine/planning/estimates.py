"""What a plan would cost and use: work per column, bytes per format, time, and how full its keys are.

Nothing is made for it. Work is counted in cells, as planning prices columns; bytes follow from typical lengths of
values; the rates are those of one core, and stated with every estimate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Final

from syndata_contracts.plan import Plan, PlannedTable
from syndata_contracts.schema import ColumnSchema, OutputFormat
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.references.key_sets import KeySet
from syndata_engine.generation.tables.tables import DatasetBuilder, TableBuilder
from syndata_engine.generation.texts.lengths import typical_length
from syndata_engine.planning.rows import RowCounter
from syndata_engine.vocabularies import Vocabularies

CELLS_PER_SECOND: Final = 25_000_000
BYTES_PER_SECOND: Final = 300_000_000
"""Of one core, as measured on a 2-core virtual machine of 2026 with columns of numbers, texts and sums over children;
single kinds differ by a factor of three."""
_BARE: Final = frozenset({"int", "decimal", "float", "bool"})
"""Types that JSON and SQL write without quotes."""
_DRAWN_LENGTH: Final = 0.6
"""What compression leaves of texts that are composed of words."""
_SMALL_POOL: Final = 65_536


@dataclass(frozen=True, slots=True)
class ColumnWork:
    """What one column costs."""

    name: str
    cells: int
    """Cells computed for each row, those of children and parents included."""
    share: float
    """Of all the work of its table, from 0 to 1."""
    characters: float
    """Typical bytes of a value as text."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How full a key is."""

    columns: tuple[str, ...]
    primary: bool
    used: int
    """Rows that the key tells apart; of one family, where `within` names a reference."""
    capacity: int | None
    """Rows that it could tell apart; None: no limit, as with sequences and UUIDs."""
    within: str | None = None
    """The parent inside whose families it tells rows apart."""
    where: str | None = None
    """The condition of the rows that it tells apart; None: all rows."""


@dataclass(frozen=True, slots=True)
class TableEstimate:
    """What one table would cost."""

    name: str
    rows: int
    columns: tuple[ColumnWork, ...]
    keys: tuple[KeyUse, ...]
    bytes: dict[OutputFormat, int]
    seconds: float
    """On one core, as CSV."""


def estimate(plan: Plan, vocabularies: Vocabularies) -> tuple[TableEstimate, ...]:
    """Estimates for every table that a plan makes, in its order."""
    counts = {table.name: table.rows for table in (*plan.tables, *plan.others)}
    # The key of a secret changes no cost, and whoever looks at a plan need not have it.
    secret = b"planning" if plan.secret_id else b""
    dirt = {table.name: table.dirt for table in (*plan.tables, *plan.others) if table.dirt}
    builder = DatasetBuilder(plan.schema_, plan.as_of, vocabularies, secret, counts, planned_dirt=dirt)
    return tuple(_table(builder, builder.tables[table.name], table, counts) for table in plan.tables)


def _table(
    builder: DatasetBuilder, table: TableBuilder, planned: PlannedTable, counts: dict[str, int]
) -> TableEstimate:
    schemas: dict[str, ColumnSchema] = {column.name: column for column in table.schema.columns}
    columns = {one.name: builder.leaving(planned.name, one.name, "") for one in planned.columns}
    lengths = {
        name: _length(column, planned.rows) * float(1 - schemas[name].null_rate) for name, column in columns.items()
    }
    cells = sum(column.cost for column in columns.values())
    work = tuple(
        ColumnWork(name, column.cost, column.cost / max(cells, 1), lengths[name]) for name, column in columns.items()
    )
    each = _row_bytes(columns, lengths, planned.rows)
    sizes: dict[OutputFormat, int] = {name: round(planned.rows * size) for name, size in each.items()}
    seconds = planned.rows * (cells / CELLS_PER_SECOND + each["csv"] / BYTES_PER_SECOND)
    keys = tuple(_keys(builder, table, planned.rows, counts))
    return TableEstimate(planned.name, planned.rows, work, keys, sizes, seconds)


def _length(column: Column, rows: int) -> float:
    """Bytes of a value as text: of a number, as many as one in the middle has."""
    if not column.type.numeric or column.text is not None or column.labels is not None:
        return max(typical_length(column.written()), 1)
    known = column.low is not None and column.high is not None
    middle = ((column.low or 0) + (column.high or 0)) // 2 if known else rows
    digits, scale = len(str(abs(middle))), column.type.scale
    return digits if not scale else max(digits, scale + 1) + 1


def _row_bytes(columns: dict[str, Column], lengths: dict[str, float], rows: int) -> dict[OutputFormat, float]:
    """Bytes of a row in each format; of Parquet, its share of the table's."""
    plain = sum(lengths.values())
    quotes = sum(2 for column in columns.values() if column.type.name not in _BARE)
    names = sum(len(name.encode()) + 4 for name in columns)
    return {
        "csv": plain + len(columns),
        "jsonl": plain + quotes + names + 2,
        "json": plain + quotes + names + 3,
        "parquet": sum(_packed(column, lengths[name], rows) for name, column in columns.items()),
        "sql": plain + quotes + 2 * len(columns) + 2,
        "copy": plain + len(columns),
    }


def _packed(column: Column, length: float, rows: int) -> float:
    """Bytes of a value in Parquet: numbers and small pools take the bits that tell them apart."""
    pool = column.pool()
    if pool is not None and len(pool.values) <= _SMALL_POOL:
        return max(len(pool.values) - 1, 1).bit_length() / 8
    if column.type.name == "bool":
        return 0.125
    if column.type.name == "float":
        return 8
    if column.code is not None and column.labels is None and column.text is None:
        known = column.low is not None and column.high is not None
        span = (column.high or 0) - (column.low or 0) if known else rows
        return min(max(span // max(column.type.step, 1), 1).bit_length(), 64) / 8
    return length * _DRAWN_LENGTH + 4


def _keys(builder: DatasetBuilder, table: TableBuilder, rows: int, counts: dict[str, int]) -> Iterator[KeyUse]:
    table.keys.make_all()
    counter = RowCounter(builder, dict(counts))
    capacities: dict[tuple[str, ...], int] = {key.columns: capacity for key, capacity in table.keys.capacities}
    families = {key.columns: (fk, capacity) for key, fk, capacity in table.family_limits}
    for pairing in table.context.relations.pairings():
        parents = counts[pairing.base.parent_table or ""]
        capacities[pairing.key.columns] = parents * prod(pairing.choices(counts.__getitem__)) * pairing.spare
    for key in sorted(table.keys.sets, key=lambda key: not key.primary):
        if key.columns in families:
            fk, capacity = families[key.columns]
            most = counter.most(table.schema.name, fk, rows)
            yield KeyUse(key.columns, key.primary, most, capacity, fk.parent_table)
        elif not table.keys.is_branched(key):
            yield KeyUse(key.columns, key.primary, rows, _capacity(table, key, capacities))
    for demand in table.keys.demands():
        used = demand.rows(rows)
        yield KeyUse(demand.key.columns, primary=False, used=used, capacity=demand.capacity, where=demand.where)
    if table.conditional is not None:
        yield from _conditional_keys(counter, table, rows)


def _conditional_keys(counter: RowCounter, table: TableBuilder, rows: int) -> Iterator[KeyUse]:
    """Conditional keys that hold a reference: beside other columns, or alone."""
    assert table.conditional is not None  # noqa: S101 -- asked for those only
    capacities = {key.path: capacity for key, _, capacity in table.family_limits}
    for key, fk, where in table.conditional.referring():
        # A reference alone tells one child of each parent apart.
        capacity = capacities.get(key.path, 1)
        used = counter.most(table.schema.name, fk, rows) if key.path in capacities else 1
        yield KeyUse(key.columns, primary=False, used=used, capacity=capacity, within=fk.parent_table, where=where)


def _capacity(table: TableBuilder, key: KeySet, capacities: dict[tuple[str, ...], int]) -> int | None:
    """Of a key that holds another one: that of the other, which already tells all rows apart."""
    if key.columns in capacities:
        return capacities[key.columns]
    inner = (other for other in table.keys.sets if other is not key and set(other.columns) < set(key.columns))
    return next((capacities[other.columns] for other in inner if other.columns in capacities), None)
