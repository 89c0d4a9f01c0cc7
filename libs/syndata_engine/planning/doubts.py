"""Which of planning's faults stand whichever way a faulty document is mended, and which only follow from its faults."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from syndata_contracts.errors import Fault
from syndata_contracts.schema import ColumnSchema, DatasetSchema, ForeignKeySchema, Rule, TableSchema
from syndata_engine.generation.kinds import family_of
from syndata_engine.generation.kinds.registry import kind_named
from syndata_engine.generation.references.key_sets import key_sets

_OF_VALUES = frozenset({
    "rule", "conditional_rules", "type", "precision", "scale", "decimals", "nullable", "null_rate", "null_when", "id", "name",
    "sensitivity", "description",
})  # fmt: skip
"""Keys of a column that say nothing about keys and references."""
_OF_SETTINGS = frozenset({
    "table_name", "name", "id", "locale", "constraints", "correlate", "combinations", "changes", "dirt",
})  # fmt: skip
"""Keys of a table that change no row count and no reference."""
_OF_DATASET = frozenset({"syndata", "name", "locale", "seed", "as_of", "secret_id", "output_format"})


class Doubts:
    """What cannot be known about a document before its faults are mended.

    `schema` has stand-ins for its faulty columns, so what is said about a stand-in, or about anything that its
    values, keys or row counts reach, may change once the real column is there.
    """

    def __init__(self, schema: DatasetSchema, faults: Iterable[Fault]) -> None:
        self._tables = {table.name: table for table in schema.tables}
        self._columns: set[tuple[str, str]] = set()
        """Columns whose values are not known."""
        self._loose: set[str] = set()
        """Tables of which some reference may be missing."""
        self._unsettled: set[str] = set()
        """Tables whose keys or row counts are not known."""
        self._incomplete = False
        """Whether a table may be missing."""
        for fault in faults:
            self._doubt(fault.path)
        self._spread()

    def spare(self, fault: Fault) -> bool:
        """Whether a fault that planning found has nothing to do with what is in doubt."""
        table = self._table_at(fault.path)
        if table is None:
            return not self._unsettled
        column = _column_at(table, fault.path)
        if self._doubts_changes(table, fault.path):
            return False
        together = _columns_at(table, fault.path)
        if together is not None:
            return not {(table.name, name) for name in together} & self._columns
        weighed = next((fk for fk in table.foreign_keys if fk.weights and _under(fault.path, fk.path)), None)
        if weighed is not None and weighed.weights and (weighed.parent_table, weighed.weights.column) in self._columns:
            return False
        if column is None or any(_under(fault.path, fk.path) for fk in table.foreign_keys):
            return not {table.name, *self._ancestors(table.name)} & (self._unsettled | self._loose)
        lost = any(self._misses(rule.options.get("table", table.name)) for rule in _rules(column) if _crosses(rule))
        # What `via` names hangs on references alone, not on the values or the key of its column.
        return not lost and (fault.path.endswith(".via") or (table.name, column.name) not in self._columns)

    def _doubts_changes(self, table: TableSchema, path: str) -> bool:
        """Whether a fault is of a table's changes and speaks of columns, and one of these is in doubt."""
        if table.changes is None or not _under(path, table.changes.path):
            return False
        speaks = path.rpartition(".")[2] not in {"from", "to", "inserts", "updates", "deletes"}
        return speaks and any(owner == table.name for owner, _ in self._columns)

    def _misses(self, table: str) -> bool:
        """Whether references of a table may be missing, or the table itself."""
        return table in self._loose or (self._incomplete and table not in self._tables)

    def _doubt(self, path: str) -> None:
        table = self._table_at(path)
        if table is None:
            if path not in _OF_DATASET:
                self._unsettled |= self._tables.keys()
            if path not in _OF_DATASET | {"rows"}:
                self._loose |= self._tables.keys()
                self._incomplete = True
            return
        reference = next((fk for fk in table.foreign_keys if _under(path, fk.path)), None)
        column = _column_at(table, path)
        if column is not None:
            self._columns.add((table.name, column.name))
            self._doubt_column(table, column, path, reference)
        elif reference is not None:
            self._unsettled.add(table.name)
        else:
            self._doubt_table(table, path)

    def _doubt_column(
        self, table: TableSchema, column: ColumnSchema, path: str, reference: ForeignKeySchema | None
    ) -> None:
        about = _first(path, column.path)
        keyed = any(column.name in key.columns for key in key_sets(table))
        referring = any(column.name in {*fk.child_columns, fk.type_column} for fk in table.foreign_keys)
        plain = about is None or about in _OF_VALUES
        if keyed or referring or not plain:
            self._unsettled.add(table.name)
        if not plain and reference is None:
            self._loose.add(table.name)
            self._columns |= {(table.name, name) for key in key_sets(table) for name in key.columns}

    def _doubt_table(self, table: TableSchema, path: str) -> None:
        about = _first(path, table.path)
        if about == "combinations":
            self._columns |= {(table.name, column.name) for column in table.columns if column.rule is None}
        if about in _OF_SETTINGS:
            return
        self._unsettled.add(table.name)
        if about == "rows":
            return
        self._loose.add(table.name)
        if about in {"unique", "primary_key"}:
            keys = {name for key in key_sets(table) for name in key.columns}
            self._columns |= {(table.name, c.name) for c in table.columns if c.rule is None or c.name in keys}
        elif about == "columns":
            # A column without a name may be the one that any reference, in any table, is looking for.
            self._columns |= {(table.name, column.name) for column in table.columns}
            self._loose |= self._tables.keys()

    def _spread(self) -> None:
        """From columns in doubt to those that are made from them, until there are no more."""
        found = -1
        while found != len(self._columns):
            found = len(self._columns)
            for table in self._tables.values():
                for group in _made_together(table):
                    if {(table.name, name) for name in group} & self._columns:
                        self._columns |= {(table.name, name) for name in group}
                self._columns |= {(table.name, name) for name in self._made_from_doubts(table)}

    def _made_from_doubts(self, table: TableSchema) -> Iterator[str]:
        for fk in table.foreign_keys:
            ends = [(fk.parent_table or "", fk.parent_columns), *((one.table, one.columns) for one in fk.parents)]
            if any((parent, name) in self._columns for parent, names in ends for name in names):
                yield from fk.child_columns
        here = {name for owner, name in self._columns if owner == table.name}
        anywhere = {name for _, name in self._columns}
        for column in table.columns:
            ruled = [one.condition for one in column.conditional_rules] + [one.condition for one in column.null_when]
            conditions = {name for one in ruled for name in one.columns}
            read = (_mentions(rule, anywhere if _crosses(rule) else here) for rule in _rules(column))
            if conditions & here or any(read):
                yield column.name

    def _ancestors(self, name: str) -> set[str]:
        """Tables whose row counts take part in this one's."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for fk in self._tables[waiting.pop()].foreign_keys:
                new = {fk.parent_table or "", *(one.table for one in fk.parents)} & self._tables.keys() - found
                found |= new
                waiting += new
        return found

    def _table_at(self, path: str) -> TableSchema | None:
        for table in self._tables.values():
            if _under(path, table.path) or any(_under(path, fk.path) for fk in table.foreign_keys):
                return table
        return None


def _column_at(table: TableSchema, path: str) -> ColumnSchema | None:
    return next((column for column in table.columns if _under(path, column.path)), None)


def _columns_at(table: TableSchema, path: str) -> set[str] | None:
    """The columns that the ordering, the difference or the rule of dirt at a path is about."""
    for ordering in table.constraints:
        if _under(path, ordering.path):
            return {ordering.later, ordering.earlier}
    for difference in table.differences:
        if _under(path, difference.path):
            return {difference.left, difference.right}
    for dirt in table.dirt:
        if _under(path, dirt.path):
            return {*dirt.columns, *(dirt.where.columns if dirt.where else ())}
    return None


def _under(path: str, above: str) -> bool:
    return path == above or (path.startswith(above) and path[len(above)] in ".[")


def _first(path: str, above: str) -> str | None:
    """The key that a path takes after another; None when it goes no further."""
    found = re.match(r"\.?([\w-]+)", path[len(above) :])
    return found[1] if found else None


def _made_together(table: TableSchema) -> Iterator[tuple[str, ...]]:
    """Columns whose values depend on each other without naming each other in a rule."""
    yield from (key.columns for key in key_sets(table) if len(key.columns) > 1)
    yield from ((ordering.later, ordering.earlier) for ordering in table.constraints)
    yield from ((difference.left, difference.right) for difference in table.differences)
    yield from (one.columns for one in table.alternatives)


def _rules(column: ColumnSchema) -> Iterator[Rule]:
    if column.rule:
        yield column.rule
    yield from (conditional.rule for conditional in column.conditional_rules)


def _kind(rule: Rule) -> str:
    kind = kind_named(rule.kind)
    return kind.name if kind else rule.kind


def _crosses(rule: Rule) -> bool:
    """Whether a rule follows references; an offset does where it says so."""
    kind = _kind(rule)
    ends = "".join(str(rule.options.get(end, "")) for end in ("column", "before"))
    return family_of(kind) == "relations" or (kind == "offset" and ("via" in rule.options or "." in ends))


def _mentions(rule: Rule, names: set[str]) -> bool:
    # `via` names a reference, which is known even where the column that holds it is in doubt.
    options = [value for key, value in rule.options.items() if key != "via"]
    text = json.dumps(options, ensure_ascii=False, default=str)
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names)
