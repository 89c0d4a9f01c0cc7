"""The whole document: what stands beside the tables, and the schema put together from what has no faults."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from syndata_contracts.schema import (
    LANGUAGE_VERSION,
    ColumnSchema,
    DatasetSchema,
    ForeignKeySchema,
    OutputFormat,
    TableSchema,
)
from syndata_engine.reading.links import link_tables
from syndata_engine.reading.locales import read_locales, read_places
from syndata_engine.reading.nodes import Node, shorter, step
from syndata_engine.reading.spots import Fields, Notes, Spot
from syndata_engine.reading.tables import TableDraft, Tables, read_tables

DATASET_KEYS = (
    "syndata",
    "name",
    "locale",
    "places",
    "rows",
    "seed",
    "as_of",
    "secret_id",
    "output_format",
    "tables",
    "foreign_keys",
)
FORMATS: tuple[OutputFormat, ...] = ("csv", "json", "jsonl", "parquet", "sql", "copy")
LARGEST_SEED = 2**64 - 1

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[-+]\d\d:\d\d)?)?", re.ASCII)
_WHOLE_TABLE_KEYS = ("table_name", "name", "id", "rows", "locale", "primary_key")
"""Where one of these is wrong, nothing that planning said about the table would be worth reading."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a document says, twice: as far as it is right, and as if it were."""

    schema: DatasetSchema | None = None
    """Without its faulty parts; None when no table is left."""
    left_out: frozenset[str] = frozenset()
    """Names of the tables and columns (`table.column`) among the faulty parts."""
    mended: DatasetSchema | None = None
    """With stand-ins for its faulty columns and without what else is faulty; None when no table has a name."""


def read_dataset(root: Node, notes: Notes) -> Assembled:
    """Read the whole document, noting every fault."""
    fields = Spot(root, "", notes).fields("a mapping with `tables:`", DATASET_KEYS, ignore=_is_extension)
    if fields is None:
        return Assembled()
    _check_version(fields)
    settings = _settings(fields)
    tables_at = fields.need("tables", fix="add `tables:` with at least one table")
    if tables_at is None:
        return Assembled()
    tables = read_tables(tables_at)
    link_tables(tables, fields.get("foreign_keys"))
    return _assemble(settings, tables, notes)


def _is_extension(key: str) -> bool:
    """Keys that editors and authors may use freely: `$schema`, and `x-...` to hold anchors."""
    return key == "$schema" or key.startswith("x-")


def _check_version(fields: Fields) -> None:
    said = fields.get("syndata")
    if said is None or said.is_broken:
        return
    value = said.node.value
    if not isinstance(value, int) or isinstance(value, bool):
        said.misfit("the version of the language", f"write `syndata: {LANGUAGE_VERSION}`")
    elif value != LANGUAGE_VERSION:
        said.fault(
            f"version {value} of the language is not known",
            f"write `syndata: {LANGUAGE_VERSION}`, the only version so far",
        )


def _settings(fields: Fields) -> DatasetSchema:
    """Everything but the tables; what is faulty keeps its default."""
    name, locale, rows = fields.get("name"), fields.get("locale"), fields.get("rows")
    seed, as_of = fields.get("seed"), fields.get("as_of")
    secret, output = fields.get("secret_id"), fields.get("output_format")
    locales = read_locales(locale) if locale else ()
    return DatasetSchema(
        name=name.name() if name else None,
        locale=locales[0].locale if locales else "en_US",
        locales=locales if len(locales) > 1 else (),
        places=read_places(fields.get("places")),
        rows=rows.whole("a number of rows") if rows else None,
        seed=(seed.whole("a seed", most=LARGEST_SEED) if seed else None) or 0,
        as_of=_read_moment(as_of) if as_of else None,
        secret_id=secret.name("the name of a secret") if secret else None,
        output_format=_read_format(output) if output else None,
        tables=(),
    )


def _read_format(spot: Spot) -> OutputFormat | None:
    return spot.one_of(FORMATS, "an output format")


def _read_moment(spot: Spot) -> datetime | None:
    """A date (its midnight in UTC) or a date and time (in UTC unless it states its zone)."""
    shape = "a date such as 2026-01-01, or a time such as 2026-01-01T08:30:00Z"
    value = spot.node.value
    text = str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else spot.text(shape)
    if text is None:
        return None
    if text.strip().lower() == "now":
        spot.fault(
            "`now` differs every time, and a document gives the same bytes every time",
            "remove it and pass `--as-of now`, or write a date",
        )
        return None
    moment = _moment(text)
    if moment is None:
        spot.fault(f"{text[:40]!r} is not a date or time", f"write {shape}")
    return moment


def _moment(text: str) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _assemble(settings: DatasetSchema, tables: Tables, notes: Notes) -> Assembled:
    exact = {fault.path for fault in notes.faults}
    faulty = _with_prefixes(exact)
    left_out: set[str] = set()
    built: list[TableSchema] = []
    for table in tables.by_name.values():
        columns = _columns(table, faulty, left_out)
        path = table.spot.path
        if not columns or path in exact or any(step(path, key) in faulty for key in _WHOLE_TABLE_KEYS):
            left_out.add(table.name)
            continue
        built.append(_table(table, columns, faulty))
    schema = settings.model_copy(update={"tables": tuple(built)}) if built else None
    mended = _mended(settings, tables, faulty) if exact else schema
    return Assembled(schema, frozenset(left_out), mended)


def _mended(settings: DatasetSchema, tables: Tables, faulty: set[str]) -> DatasetSchema | None:
    built = []
    for table in tables.by_name.values():
        columns = tuple(
            column.stand_in() if column.spot.path in faulty else column.build() for column in table.columns.values()
        )
        if columns:
            whole = _table(table, columns, faulty)
            built.append(whole.model_copy(update={"foreign_keys": _attached(table, tables)}))
    return settings.model_copy(update={"tables": tuple(built)}) if built else None


def _attached(table: TableDraft, tables: Tables) -> tuple[ForeignKeySchema, ...]:
    """The references, faulty ones too, whose both ends are there."""

    def there(name: str | None, columns: tuple[str, ...]) -> bool:
        return name in tables.by_name and set(columns) <= tables.by_name[name].columns.keys()

    return tuple(
        key
        for key in table.foreign_keys
        if there(table.name, key.child_columns)
        and (there(key.parent_table, key.parent_columns) or key.parents)
        and all(there(option.table, option.columns) for option in key.parents)
    )


def _columns(table: TableDraft, faulty: set[str], left_out: set[str]) -> tuple[ColumnSchema, ...]:
    kept = []
    for column in table.columns.values():
        if column.spot.path in faulty:
            left_out.add(f"{table.name}.{column.name}")
        else:
            kept.append(column.build())
            # A condition on a column that is not there passed because some column's name could not be read.
            ruled = [one.condition for one in column.conditional_rules] + [one.condition for one in column.null_when]
            names = {name for one in ruled for name in one.columns}
            left_out.update(f"{table.name}.{name}" for name in names - table.columns.keys())
    return tuple(kept)


def _table(table: TableDraft, columns: tuple[ColumnSchema, ...], faulty: set[str]) -> TableSchema:
    return TableSchema(
        path=table.spot.path,
        name=table.name,
        id=table.id,
        rows=table.rows,
        locale=table.locales[0].locale if table.locales else None,
        locales=table.locales if len(table.locales) > 1 else (),
        places=table.places,
        columns=columns,
        foreign_keys=tuple(key for key in table.foreign_keys if key.path not in faulty),
        unique=tuple(together for path, together in table.unique if path not in faulty),
        conditional_keys=tuple(key for key in table.conditional_keys if key.path not in faulty),
        constraints=tuple(ordering for ordering in table.orderings if ordering.path not in faulty),
        correlations=tuple(table.correlations),
        differences=tuple(one for one in table.differences if one.path not in faulty),
        alternatives=tuple(one for one in table.alternatives if one.path not in faulty),
        dirt=tuple(one for one in table.dirt if one.path not in faulty),
        truth_of=table.truth_of,
        changes=None if table.changes is None or table.changes.path in faulty else table.changes,
    )


def _with_prefixes(paths: set[str]) -> set[str]:
    """These paths and every path above them but the root."""
    found: set[str] = set()
    for path in paths:
        above = path
        while above and above not in found:
            found.add(above)
            above = shorter(above)
    return found
