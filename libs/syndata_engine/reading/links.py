"""What one part of a table says about others: keys, unique sets, orderings, conditions, references."""

from __future__ import annotations

import re

from syndata_contracts.schema import Difference, Ordering, Rule
from syndata_engine.reading.columns import ColumnDraft, check_nulls
from syndata_engine.reading.conditions import NAME, read_condition
from syndata_engine.reading.nested import read_nested
from syndata_engine.reading.nodes import Node, step
from syndata_engine.reading.references import ReferenceReader, check_covered, in_precedence
from syndata_engine.reading.spots import Spot
from syndata_engine.reading.tables import TableDraft, Tables
from syndata_engine.reading.together import check_together, read_alternatives, read_combinations, says_alternatives
from syndata_engine.reading.uniqueness import read_unique

ORDERING_KEYS = ("later", "earlier", "strict")
AGGREGATES = frozenset({
    "count", "count_of", "number_of", "sum", "sum_of", "total_of", "min", "min_of", "least_of", "max", "max_of", "greatest_of",
    "first", "first_of", "last", "last_of",
})  # fmt: skip
"""Rules whose option `where` is a condition on the columns of the table that they read."""
_COMPARISON = re.compile(rf"\s*{NAME}\s*(>=|<=|!=|<>|>|<)\s*{NAME}\s*")
_UNLIKE = ("!=", "<>")


def link_tables(tables: Tables, top_level_keys: Spot | None) -> None:
    """Read everything that refers to columns and tables by name, noting what dangles."""
    covered: dict[str, set[str]] = {name: set() for name in tables.by_name}
    unsure = _top_level_references(tables, top_level_keys, covered) if top_level_keys else set()
    for table in tables.by_name.values():
        _read_primary_key(table)
        read_unique(table)
        _read_orderings(table)
        read_combinations(table)
        if table.fields.get("correlate") is not None:
            from syndata_engine.reading.correlations import read_correlations

            read_correlations(table)
        _check_conditions(table)
        for column in table.columns.values():
            read_nested(column)
            _read_wheres(column, tables)
        for column in table.columns.values():
            check_nulls(column.nulls, column.marks.get("pk"))
    _read_changes(tables)
    for name, table in tables.by_name.items():
        reader = ReferenceReader(tables, table)
        said = table.fields.get("foreign_keys")
        for entry in said.items("a list of foreign keys") or [] if said else []:
            children = reader.read_entry(entry)
            covered[name].update(children or ())
            unsure.update({name} if children is None else ())
        unsure.update({name} if said and not isinstance(said.node.value, list) else ())
        for column in table.columns.values():
            reader.read_short(column)
        check_together(table)
        if name not in unsure:
            check_covered(table, covered[name], tables)
        table.foreign_keys = in_precedence(table)
    _read_dirt(tables)


def _read_changes(tables: Tables) -> None:
    if any(table.fields.get("changes") for table in tables.by_name.values()):
        from syndata_engine.reading.changes import read_changes

        read_changes(tables)


def _read_dirt(tables: Tables) -> None:
    if any(table.fields.get("dirt") for table in tables.by_name.values()):
        from syndata_engine.reading.dirt import read_dirt

        read_dirt(tables)


def _top_level_references(tables: Tables, spot: Spot, covered: dict[str, set[str]]) -> set[str]:
    """Read `foreign_keys` beside `tables`. Gives the tables of which it is unknown what they refer to."""
    unsure: set[str] = set()
    entries = spot.items("a list of foreign keys")
    for entry in entries or ():
        child_at = _child_table(entry)
        name = child_at.name("the name of a table") if child_at else None
        table = tables.table(child_at, name) if child_at and name else None
        children = ReferenceReader(tables, table).read_entry(entry, ignore=("child_table",)) if table else None
        if table and children:
            covered[table.name].update(children)
        else:
            unsure.update([table.name] if table else tables.by_name)
    return unsure if entries is not None else set(tables.by_name)


def _child_table(entry: Spot) -> Spot | None:
    entries = entry.entries("`{child_table, child_column, parent_table, parent_column}`")
    if entries is None:
        return None
    if "child_table" not in entries or entries["child_table"].is_null:
        entry.fault(
            "'child_table' is missing", "add `child_table: ...`, or move the entry into the table whose column refers"
        )
        return None
    return entries["child_table"]


def _read_primary_key(table: TableDraft) -> None:
    said = table.fields.get("primary_key")
    names = said.names("the name of a column, or a list of them") if said else None
    if said is None or names is None:
        return
    marked = table.key()
    columns = [table.column(spot, name) for name, spot in names]
    if marked and None not in columns and set(marked) != {name for name, _ in names}:
        what = f"the primary key is {', '.join(name for name, _ in names)} here and {', '.join(marked)} in the columns"
        said.fault(what, "say it in one place", related=(table.columns[marked[0]].marks["pk"].path,))
        return
    for column, (_, spot) in zip(columns, names, strict=True):
        if column:
            column.marks.setdefault("pk", spot)


def _read_orderings(table: TableDraft) -> None:
    said = table.fields.get("constraints")
    for item in said.items("a list of constraints, such as `shipped_at >= ordered_at`") or [] if said else []:
        if says_alternatives(item):
            read_alternatives(item, table)
            continue
        found = _parsed(item, item.node.value) if isinstance(item.node.value, str) else _mapped(item)
        if found is None:
            continue
        known = [table.column(spot, name) for name, spot in (found[0], found[1])]
        if found[0][0] == found[1][0]:
            item.fault(f"{found[0][0]!r} is compared with itself", "compare two columns")
        elif None not in known and found[2] is None:
            table.differences.append(Difference(path=item.path, left=found[0][0], right=found[1][0]))
        elif None not in known:
            table.orderings.append(
                Ordering(path=item.path, later=found[0][0], earlier=found[1][0], strict=bool(found[2]))
            )


_Compared = tuple[tuple[str, Spot], tuple[str, Spot], bool | None]
"""The later column, the earlier one, and whether they may not be equal; None: they are not ordered, and never equal."""


def _parsed(spot: Spot, text: str) -> _Compared | None:
    match = _COMPARISON.fullmatch(text)
    if not match:
        spot.fault(
            f"{text[:60]!r} is not a constraint",
            "compare two columns with <, <=, > or >=, such as `shipped_at >= ordered_at`, or two references with !=",
        )
        return None
    left, right = match[1] or match[2] or match[3], match[5] or match[6] or match[7]
    if match[4] in _UNLIKE:
        return (left, spot), (right, spot), None
    later, earlier = (left, right) if match[4][0] == ">" else (right, left)
    return (later, spot), (earlier, spot), len(match[4]) == 1


def _mapped(spot: Spot) -> _Compared | None:
    fields = spot.fields("text such as `shipped_at >= ordered_at`, or `{later, earlier, strict}`", ORDERING_KEYS)
    if fields is None:
        return None
    later_at = fields.need("later", fix="add `later: ...`, the column that holds the greater value")
    earlier_at = fields.need("earlier", fix="add `earlier: ...`, the column that holds the smaller value")
    strict_at = fields.get("strict")
    later = later_at.name("the name of a column") if later_at else None
    earlier = earlier_at.name("the name of a column") if earlier_at else None
    strict = strict_at.flag() if strict_at else False
    if later_at is None or earlier_at is None or later is None or earlier is None or strict is None:
        return None
    return (later, later_at), (earlier, earlier_at), strict


def _check_conditions(table: TableDraft) -> None:
    for column in table.columns.values():
        for missing in column.null_when:
            for name in missing.condition.columns:
                table.column(Spot(column.spot.node, missing.condition.path, column.spot.notes), name)
        for conditional in column.conditional_rules:
            condition = conditional.condition
            path = step(condition.path, "column")
            notes = column.spot.notes
            spot = Spot(column.spot.node, path if path in notes.places else condition.path, notes)
            for name in condition.columns:
                if name == column.name:
                    spot.fault(f"the column {column.name!r} depends on itself", "compare another column of the table")
                else:
                    table.column(spot, name)


def _read_wheres(column: ColumnDraft, tables: Tables) -> None:
    """Turn the conditions of aggregates into what they mean, however they are written."""
    if column.rule is not None:
        column.rule = _with_where(column.rule, column.spot, tables)
    column.conditional_rules = tuple(
        one.model_copy(update={"rule": _with_where(one.rule, column.spot, tables)}) for one in column.conditional_rules
    )


def _with_where(rule: Rule, column: Spot, tables: Tables) -> Rule:
    written = rule.options.get("where")
    if written is None or re.sub("[- ]", "_", rule.kind.strip().lower()) not in AGGREGATES:
        return rule
    spot = Spot(_node(written), step(rule.path, "where"), column.notes)
    condition = read_condition(spot)
    table = tables.by_name.get(str(rule.options.get("table")))
    if condition is None or (table is not None and None in [table.column(spot, name) for name in condition.columns]):
        return rule
    meaning = {"column": condition.column, "operator": condition.operator, "value": condition.value}
    if condition.expression is not None:
        meaning = {"expression": condition.expression, "reads": list(condition.reads)}
    return rule.model_copy(update={"options": {**rule.options, "where": meaning}})


def _node(value: object) -> Node:
    """An option's value as the tree that it was read from; its places are known by its path."""
    if isinstance(value, dict):
        return Node({key: _node(child) for key, child in value.items()})
    if isinstance(value, list):
        return Node([_node(child) for child in value])
    return Node(value)  # type: ignore[arg-type] # options are JSON values
