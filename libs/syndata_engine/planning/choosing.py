"""Some tables of a plan: each with the same bytes as among all of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.plan import Plan
from syndata_contracts.schema import DatasetSchema

PARENTS: Final = "parents"
CHILDREN: Final = "children"
DERIVED: Final = "derived"


def with_tables(plan: Plan, wanted: Iterable[str]) -> Plan:
    """The plan that makes only the wanted tables, in the schema's order.

    Each wish is a table's name, or `orders+parents` (with all it refers to, directly or through others),
    `orders+children` (with all that refer to it), or both; `orders+derived` adds the log, history, later snapshot and
    truth of whatever else the wish names, and parents of these are those of the table that they follow from. What is not made stays known to the plan, so that
    every row that is made is the one it would be anyway. Refused where a wish names no table.
    """
    chosen = _chosen(plan.schema_, tuple(wanted))
    made = tuple(table for table in plan.tables if table.name in chosen)
    others = tuple(table for table in plan.tables if table.name not in chosen)
    return plan.model_copy(update={"tables": made, "others": others})


def left_out(plan: Plan) -> tuple[str, ...]:
    """Tables that rows of a plan refer to and that it does not make, in the schema's order."""
    parents = _parents(plan.schema_)
    referred = {parent for table in plan.tables for parent in parents[table.name]}
    return tuple(table.name for table in plan.others if table.name in referred)


def _chosen(schema: DatasetSchema, wanted: tuple[str, ...]) -> set[str]:
    names = [table.name for table in schema.tables]
    parents = _parents(schema)
    children = {name: {child for child in names if name in parents[child]} for name in names}
    bases = _bases(schema)
    above = {name: parents[name] | {bases[name]} if name in bases else parents[name] for name in names}
    chosen: set[str] = set()
    faults = [] if wanted else [Fault("tables", "no table is named", f"name some of {', '.join(names)}")]
    for wish in wanted:
        name, *more = (part.strip() for part in wish.split("+"))
        faults += _faults(wish, name, more, names)
        found = {name} & set(names)
        if CHILDREN in more:
            found = _reached(found, children)
        if PARENTS in more:
            found = _reached(found, above)
        if DERIVED in more:
            found |= {name for name, base in bases.items() if base in found}
        chosen |= found
    if faults:
        raise Refused(faults)
    return chosen


def _faults(wish: str, name: str, more: list[str], names: list[str]) -> list[Fault]:
    faults = []
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        fix = f"did you mean {near[0]}?" if near else f"tables are {', '.join(names)}"
        faults.append(Fault("tables", f"there is no table {name!r}", fix))
    faults += [
        Fault(
            "tables",
            f"{wish!r} asks for {word!r}, which is not known",
            f"write {name}+{PARENTS}, {name}+{CHILDREN} or {name}+{DERIVED}",
        )
        for word in more
        if word not in {PARENTS, CHILDREN, DERIVED}
    ]
    return faults


def _parents(schema: DatasetSchema) -> dict[str, set[str]]:
    """The tables that each table refers to."""
    return {
        table.name: {
            parent
            for fk in table.foreign_keys
            for parent in (fk.parent_table, *(option.table for option in fk.parents))
            if parent is not None
        }
        for table in schema.tables
    }


def _bases(schema: DatasetSchema) -> dict[str, str]:
    """The tables that follow from another, and that other."""
    followed = {table.name: table.derived.table if table.derived else table.truth_of for table in schema.tables}
    return {name: base for name, base in followed.items() if base is not None}


def _reached(names: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    """These names and all that lie any number of steps away."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        found |= waiting
        waiting = {there for name in waiting for there in steps[name]} - found
    return found
