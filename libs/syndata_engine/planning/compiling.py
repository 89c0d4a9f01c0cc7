"""compile_plan: decide everything that decides bytes, prove that it can be met, and refuse with every fault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.plan import Plan, PlannedColumn, PlannedTable
from syndata_contracts.schema import DatasetSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import CLOCKED
from syndata_engine.generation.tables.tables import DatasetBuilder, TableBuilder
from syndata_engine.generation.texts.lengths import typical_length
from syndata_engine.planning.deriving import with_derived, without_derived
from syndata_engine.planning.rows import RowCounter
from syndata_engine.planning.sampled import with_samples
from syndata_engine.planning.scaling import scaled
from syndata_engine.planning.sequences import check_sequence, with_unique_sequences
from syndata_engine.vocabularies import Vocabularies

DEFAULT_AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
ROW_GROUP = 16_384
"""Every part but the last has a multiple of these rows."""
PART_BYTES = 64 * 2**20
PART_CELLS = 2**28
"""Cells computed for one part, children and parents read included."""
MAX_GROUP_CELLS = 2**36
"""Cells that the smallest part may cost; beyond, the column is refused."""


@dataclass(frozen=True)
class Planning:
    """A plan and what the user should know about it."""

    plan: Plan
    warnings: tuple[Fault, ...]


def compile_plan(
    schema: DatasetSchema, vocabularies: Vocabularies, secret: bytes = b"", scale: Decimal = Decimal(1)
) -> Planning:
    """The plan of a schema; Refused with every fault that planning can find.

    With a scale below 1, of the smaller database of the same shape: the whole is planned first, so that what is
    wrong with it is refused at any scale.
    """
    planning, builder = _compiled(schema, vocabularies, secret)
    if scale == 1:
        return planning
    whole = {table.name: table.rows for table in planning.plan.tables}
    smaller, _ = _compiled(scaled(schema, builder, whole, scale), vocabularies, secret, is_scaled=True)
    return Planning(smaller.plan, tuple(dict.fromkeys((*planning.warnings, *smaller.warnings))))


def _compiled(
    schema: DatasetSchema, vocabularies: Vocabularies, secret: bytes, *, is_scaled: bool = False
) -> tuple[Planning, DatasetBuilder]:
    as_of = (schema.as_of or DEFAULT_AS_OF).astimezone(UTC)
    faults: list[Fault] = []
    schema = with_derived(with_samples(with_unique_sequences(without_derived(schema)), vocabularies, faults))
    builder = DatasetBuilder(schema, as_of, vocabularies, secret or (b"planning" if schema.secret_id else b""))
    builder.is_scaled = is_scaled
    counter = RowCounter(builder)
    builder.decide_rows = counter.rows
    planned = _tables(builder, counter, faults)
    if faults:
        raise Refused(_distinct(faults))
    contexts = [each for table in builder.tables.values() for each in (table.context.mix or (table.context,))]
    digests = {context.pack.locale: context.pack.digest for context in contexts}
    digests |= {name: digest for each in contexts for name, digest in each.extras.items()}
    digests |= {f"places/{each.gazetteer.country}": each.gazetteer.digest for each in contexts if each.gazetteer}
    plain = schema.model_copy(update={"as_of": as_of})
    plan = Plan(
        seed=schema.seed,
        as_of=as_of,
        secret_id=schema.secret_id,
        vocabularies=digests,
        schema_=plain,
        tables=tuple(planned),
    )
    return Planning(plan, tuple(builder.warnings)), builder


def _tables(builder: DatasetBuilder, counter: RowCounter, faults: list[Fault]) -> list[PlannedTable]:
    """Every table planned, as long as there are no faults.

    Tables with dirt come last, and after them those of truth: what they hit may have to be counted.
    """
    planned: dict[str, PlannedTable] = {}
    columns: dict[str, dict[str, Column]] = {}

    def plan(table: TableBuilder) -> None:
        planned[table.schema.name] = _planned(table, columns[table.schema.name], counter.counts)

    tables = [table for table in builder.tables.values() if table.schema.truth_of is None]
    for table in tables:
        _collect(faults, lambda table=table: counter.rows(table.schema.name))
    for table in tables:
        columns[table.schema.name] = _columns(builder, table, faults)
        if not faults and table.schema.changes is not None:
            _check_changes(builder, table, faults)
        if table.schema.dirt:
            _collect(faults, lambda table=table: builder.dirt(table.schema.name))
        elif not faults:
            _collect(faults, lambda table=table: plan(table))
    for table in (table for table in builder.tables.values() if table.schema.name not in planned):
        if faults:
            break
        if table.schema.truth_of is not None:
            _collect(faults, lambda table=table: counter.rows(table.schema.name))
            columns[table.schema.name] = _columns(builder, table, faults)
        _collect(faults, lambda table=table: plan(table))
    return [planned[name] for name in builder.tables if name in planned]


def _check_changes(builder: DatasetBuilder, table: TableBuilder, faults: list[Fault]) -> None:
    # Imported with the tables that change, as are the kernels of these.
    from syndata_engine.planning.changes import check_changes

    for other in builder.tables.values():
        _columns(builder, other, faults)
    if not faults:
        _collect(faults, lambda: check_changes(builder, table))


def _collect(faults: list[Fault], step: object) -> None:
    try:
        step()  # type: ignore[operator] # a thunk
    except Refused as refused:
        faults += refused.faults


def _distinct(faults: list[Fault]) -> list[Fault]:
    """Each fault once, at the longest path where it was found: a key and its column both read a rule."""
    distinct = dict.fromkeys(replace(fault, related=tuple(fault.related)) for fault in faults)
    longer = {(fault.path.rpartition(".")[0], fault.what, fault.fix) for fault in distinct}
    return [fault for fault in distinct if (fault.path, fault.what, fault.fix) not in longer]


def _columns(builder: DatasetBuilder, table: TableBuilder, faults: list[Fault]) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for column in table.schema.columns:
        try:
            columns[column.name] = builder.column(table.schema.name, column.name, column.path)
        except Refused as refused:
            faults += refused.faults
    return columns


def _planned(table: TableBuilder, columns: dict[str, Column], counts: dict[str, int]) -> PlannedTable:
    for name in columns if table.schema.derived is None else ():
        check_sequence(table, name, counts[table.schema.name])
    dirt = table.dataset.dirt(table.schema.name) if table.schema.dirt else None
    if dirt is not None:
        columns = {name: dirt.column(name) for name in columns}
    # As JSON Lines, the longest of the formats: `"name":"text",`.
    row_bytes = sum(_text_bytes(column) + len(name.encode()) + 6 for name, column in columns.items())
    return PlannedTable(
        id=table.schema.id,
        name=table.schema.name,
        rows=counts[table.schema.name],
        part_rows=_part_rows(table, columns, row_bytes, counts[table.schema.name]),
        row_bytes=row_bytes,
        locale=", ".join(each.pack.locale for each in table.context.mix or (table.context,)),
        columns=tuple(_planned_column(table, name, column) for name, column in columns.items()),
        dirt=dirt.planned if dirt is not None else (),
    )


def _planned_column(table: TableBuilder, name: str, column: Column) -> PlannedColumn:
    schema = table.column_schema(name)
    relations = table.context.relations
    refers = relations.covering(name) or relations.typed_by(name)
    kind = "conditional" if schema.conditional_rules else table.rule_of(schema).kind
    kind = "change" if table.schema.derived else kind
    kind = "truth" if table.schema.truth_of else "reference" if refers else kind
    scale = column.type.scale if column.type.name in {"decimal", "float", *CLOCKED} else None
    precision = column.type.precision if column.type.name == "decimal" else None
    return PlannedColumn(id=schema.id, name=name, type=column.type.name, precision=precision, scale=scale,
                         nullable=column.null is not None, kind=kind, values_version=column.version, reads=column.reads,
                         storage=column.type.storage or None, zone=column.type.zone or None)  # fmt: skip


def _part_rows(table: TableBuilder, columns: dict[str, Column], row_bytes: int, rows: int) -> int:
    """Rows per part from estimated bytes and work; Refused, naming the column, when one row group costs too much."""
    cost = sum(column.cost for column in columns.values())
    together = min(ROW_GROUP, max(rows, 1))
    if cost * together > MAX_GROUP_CELLS:
        name, worst = max(columns.items(), key=lambda item: item[1].cost)
        path = table.column_schema(name).path
        raise Refused(Fault(path, f"{table.schema.name}.{name} reads about {worst.cost:,} cells for each row, which is beyond {MAX_GROUP_CELLS // together:,}",
                            "lower the fan-out it sums over, or drop the column"))  # fmt: skip
    groups = min(PART_BYTES // max(row_bytes, 1), PART_CELLS // max(cost, 1)) // ROW_GROUP
    return int(max(1, min(groups, 64))) * ROW_GROUP


def _text_bytes(column: Column) -> int:
    """About how long the column's text is."""
    return max(1, round(typical_length(column.written())))
