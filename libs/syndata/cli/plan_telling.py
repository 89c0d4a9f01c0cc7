"""What `syndata plan` shows: how tables hang together, how full keys are, and what making them would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.tree import Tree

from syndata.cli.telling import grid, human_bytes, in_force, in_force_text, print_json, say, screen, warn, warned
from syndata_engine.formats.sql_schema import load_order
from syndata_engine.generation.columns.mixed import shares_text
from syndata_engine.planning.estimates import BYTES_PER_SECOND, CELLS_PER_SECOND, KeyUse, TableEstimate, estimate

if TYPE_CHECKING:
    from syndata_contracts.changes import Changes
    from syndata_contracts.plan import Plan, PlannedTable
    from syndata_contracts.schema import ForeignKeySchema, TableSchema
    from syndata_engine.planning import Prepared

_RATE = f"one core at {CELLS_PER_SECOND // 10**6} million cells and {BYTES_PER_SECOND // 10**6} MB a second"


_TOLD = {"log": "every change", "history": "every version of a row", "later": "the later snapshot"}
"""What a table that follows from another's changes holds, by its form."""


def planned(prepared: Prepared, *, as_json: bool) -> None:
    """Show a plan."""
    plan = prepared.plan
    estimates = estimate(plan, prepared.vocabularies)
    if as_json:
        tables = [_table_document(plan, *pair) for pair in zip(plan.tables, estimates, strict=True)]
        print_json({
            **in_force(plan), "digest": plan.digest, "tables": tables, "graph": graph_document(plan),
            "estimate": _total_document(estimates), **warned(prepared),
        })  # fmt: skip
        return
    warn(prepared)
    screen().print(_drawn(plan))
    say("")
    for table, estimated in zip(plan.tables, estimates, strict=True):
        _show_table(plan, table, estimated)
    _show_total(estimates)
    say(in_force_text(plan))


def _show_table(plan: Plan, table: PlannedTable, estimated: TableEstimate) -> None:
    parts = f"{table.parts:,} part{'s' if table.parts != 1 else ''}"
    size = human_bytes(estimated.bytes["jsonl"])
    shares = next(plan.schema_.locales_of(one) for one in plan.schema_.tables if one.name == table.name)
    locale = f"locale {table.locale}" if len(shares) == 1 else f"locales {shares_text(shares)}"
    say(f"{table.name}: {table.rows:,} rows in {parts}, about {size} as JSON Lines, {locale}")
    columns = grid("column", "type", "kind", "null", ">cells", ">work", "reads")
    for column, work in zip(table.columns, estimated.columns, strict=True):
        null, reads = "may be" if column.nullable else "never", ", ".join(column.reads)
        columns.add_row(column.name, column.type, column.kind, null, f"{work.cells:,}", f"{work.share:.0%}", reads)
    screen().print(columns)
    for key in estimated.keys:
        say(f"  {_key_text(key)}")
    schema = _schema(plan, table.name)
    for reference in schema.foreign_keys:
        say(f"  {_reference_text(reference)}")
    for dirt in _dirt_document(plan, table):
        share = _percent(dirt["hits"], dirt["eligible"])
        say(
            f"  dirt: {dirt['kind']} in {', '.join(dirt['columns'])}: {dirt['hits']:,} of {dirt['eligible']:,} cells ({share})"
        )
    if schema.changes is not None:
        say(f"  {_changes_text(schema.changes, table.rows)}")
    say("")


def _show_total(estimates: tuple[TableEstimate, ...]) -> None:
    formats = list(estimates[0].bytes)
    sizes = grid("estimated bytes", *(f">{name}" for name in formats), ">time")
    for one in estimates:
        sizes.add_row(one.name, *(human_bytes(one.bytes[name]) for name in formats), _time_text(one.seconds))
    if len(estimates) > 1:
        sums = (human_bytes(sum(one.bytes[name] for one in estimates)) for name in formats)
        sizes.add_row("all", *sums, _time_text(sum(one.seconds for one in estimates)))
    screen().print(sizes)
    say(f"sizes and times are estimates: typical lengths of values, and {_RATE}; nothing was made")


def _key_text(key: KeyUse) -> str:
    name = f"{'primary key' if key.primary else 'unique'} {', '.join(key.columns)}"
    name += f" where {key.where}" if key.where is not None else ""
    if key.capacity is None:
        return f"{name}: no limit"
    if key.within is not None:
        return f"{name}: up to {key.used:,} of {key.capacity:,} possible for each of {key.within}"
    return f"{name}: {key.used:,} of {key.capacity:,} possible ({_percent(key.used, key.capacity)})"


def _percent(used: int, capacity: int) -> str:
    share = used / max(capacity, 1)
    return f"{share:.1%}" if not used or share >= 0.001 else "less than 0.1%"


def _time_text(seconds: float) -> str:
    if seconds < 1:
        return "below 1 s"
    if seconds < 120:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7_200 else f"{seconds / 3_600:,.1f} h"


def _changes_text(changes: Changes, rows: int) -> str:
    amounts = {"inserts": changes.inserts, "updates": changes.updates, "deletes": changes.deletes}
    numbers = ", ".join(f"{amount.of(rows):,} {name}" for name, amount in amounts.items())
    return f"changes from {changes.start} to {changes.stop}: {numbers}"


def _reference_text(key: ForeignKeySchema) -> str:
    child = ", ".join(key.child_columns)
    if key.parent_table is None:
        return f"{child} -> one of " + ", ".join(option.table for option in key.parents)
    return f"{child} -> {key.parent_table} ({', '.join(key.parent_columns)})"


def _drawn(plan: Plan) -> Tree:
    """Tables under the first parent that stands before them; what else they refer to is written beside them."""
    tree = Tree("tables, parents first")
    rows = {table.name: f"{table.rows:,} rows" for table in plan.tables}
    rows |= {table.name: f"{table.rows:,} rows, not made" for table in plan.others}
    order = load_order(plan.schema_)
    nodes: dict[str, Tree] = {}
    for name in order:
        schema = _schema(plan, name)
        above = next((fk.parent_table for fk in _leading_first(schema) if fk.parent_table in nodes), None)
        above = schema.derived.table if schema.derived is not None else above
        beside = [_arrow(fk, name, order) for fk in schema.foreign_keys]
        told = f" [{_TOLD[schema.derived.form]}]" if schema.derived is not None else ""
        label = f"{name}: {rows[name]}{told}" + "".join(f"; {arrow}" for arrow in beside)
        label += f"; tells the dirt of {schema.truth_of}" if schema.truth_of else ""
        nodes[name] = (tree if above is None else nodes[above]).add(label)
    return tree


def _leading_first(schema: TableSchema) -> list[ForeignKeySchema]:
    """References, those that order or count the rows before the others."""
    return sorted(schema.foreign_keys, key=lambda fk: (not fk.owning, fk.fan_out is None))


def _arrow(fk: ForeignKeySchema, table: str, order: tuple[str, ...]) -> str:
    text = _reference_text(fk)
    if fk.fan_out is not None:
        each = f"{fk.fan_out.min:,}..{fk.fan_out.max:,}" if fk.fan_out.min != fk.fan_out.max else f"{fk.fan_out.min:,}"
        text += f", {each} each"
    if fk.null_rate:
        text += f", {float(fk.null_rate):.3g} NULL"
    if fk.edge is not None:
        text += f", edges from {fk.edge.start}"
        text += f", {float(fk.edge.inside):.3g} inside {fk.edge.within}" if fk.edge.within else ""
    which = _shape(fk, table, order)
    return text if which == "plain" else f"{text} [{which}]"


def _shape(fk: ForeignKeySchema, table: str, order: tuple[str, ...]) -> str:
    """How a reference lies among the tables: plain, polymorphic, self, or circular, to a table that comes later."""
    if fk.parent_table is None:
        return "polymorphic"
    if fk.parent_table == table:
        return "self"
    return "circular" if order.index(fk.parent_table) > order.index(table) else "plain"


def _schema(plan: Plan, table: str) -> TableSchema:
    return next(schema for schema in plan.schema_.tables if schema.name == table)


def graph_document(plan: Plan) -> dict[str, Any]:
    """The order of tables, and every reference."""
    order = load_order(plan.schema_)
    references = [
        {
            "child": name,
            "columns": list(fk.child_columns),
            "parents": [fk.parent_table] if fk.parent_table else [option.table for option in fk.parents],
            "fan_out": None if fk.fan_out is None else {"min": fk.fan_out.min, "max": fk.fan_out.max},
            "null_rate": float(fk.null_rate),
            **({} if fk.edge is None else {"edge_from": fk.edge.start, "inside": float(fk.edge.inside)}),
            "shape": _shape(fk, name, order),
        }
        for name in order
        for fk in _schema(plan, name).foreign_keys
    ]
    return {"order": list(order), "not_made": [table.name for table in plan.others], "references": references}


def _dirt_document(plan: Plan, table: PlannedTable) -> list[dict[str, Any]]:
    """How many cells each rule hits, of how many, in the rules' order."""
    rules = _schema(plan, table.name).dirt
    found = [
        (place, {"kind": rules[place].kind, "columns": list(dirt.columns), "eligible": dirt.eligible, "hits": hits})
        for dirt in table.dirt
        for place, hits in zip(dirt.rules, dirt.hits, strict=True)
    ]
    return [document for _, document in sorted(found, key=lambda one: one[0])]


def _total_document(estimates: tuple[TableEstimate, ...]) -> dict[str, Any]:
    return {
        "bytes": {name: sum(one.bytes[name] for one in estimates) for name in estimates[0].bytes},
        "seconds": round(sum(one.seconds for one in estimates), 3),
        "cores": 1,
        "cells_per_second": CELLS_PER_SECOND,
        "bytes_per_second": BYTES_PER_SECOND,
    }


def _table_document(plan: Plan, table: PlannedTable, estimated: TableEstimate) -> dict[str, Any]:
    columns = [
        {
            "name": one.name,
            "type": one.type,
            "kind": one.kind,
            "nullable": one.nullable,
            "reads": list(one.reads),
            "cells": work.cells,
            "share_of_work": round(work.share, 4),
        }
        for one, work in zip(table.columns, estimated.columns, strict=True)
    ]
    references = [
        {
            "columns": list(key.child_columns),
            "parent": key.parent_table,
            "parent_columns": list(key.parent_columns),
            "parents": [option.table for option in key.parents],
        }
        for key in _schema(plan, table.name).foreign_keys
    ]
    derived = _schema(plan, table.name).derived
    keys = [
        {
            "columns": list(key.columns),
            "primary": key.primary,
            "used": key.used,
            "capacity": key.capacity,
            "within": key.within,
            **({} if key.where is None else {"where": key.where}),
        }
        for key in estimated.keys
    ]
    return {
        "name": table.name,
        "rows": table.rows,
        "parts": table.parts,
        "part_rows": table.part_rows,
        "estimated_bytes": table.rows * table.row_bytes,
        "locale": table.locale,
        "columns": columns,
        "references": references,
        "keys": keys,
        **({"dirt": _dirt_document(plan, table)} if table.dirt else {}),
        "estimate": {"bytes": estimated.bytes, "seconds": round(estimated.seconds, 3)},
        "derived": None if derived is None else {"table": derived.table, "form": derived.form},
    }
