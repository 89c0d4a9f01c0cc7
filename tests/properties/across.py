"""Columns that read other tables, for random datasets, and what a patient reader would find in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final

from hypothesis import strategies as st

from syndata_contracts.schema import ForeignKeySchema, TableSchema
from tests.properties import promises
from tests.properties.made import Made

Document = dict[str, Any]
Key = tuple[Any, ...]
Row = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
RATES: Final = (Decimal(0), Decimal(0), Decimal("0.1"), Decimal("0.37"), Decimal("0.5"))

AMOUNT, FEW, KIND, PLACE = "amount", "few", "kind", "place"
"""What children are given to be counted, added up, compared and put in order; the reference's id stands before each."""
AGGREGATES: Final = {
    "count": (None, AMOUNT),
    "sum": (AMOUNT, FEW),
    "min": (AMOUNT, FEW),
    "max": (AMOUNT, FEW),
    "first": (KIND, AMOUNT),
    "last": (KIND, FEW),
}
CONDITIONS: Final = ("{amount} >= 40", "{kind} in [a, b]", "{few} != 0")
_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    ">=": lambda cell, value: cell is not None and cell >= value,
    "in": lambda cell, value: cell in value,
    "!=": lambda cell, value: cell is not None and cell != value,
}


def decorate(draw: Draw, tables: list[Document], keys: Mapping[str, list[str]]) -> None:
    """Look-ups, aggregates over children, and what rows are among their siblings, for some of the plain references."""
    by_name = {table["table_name"]: table for table in tables}
    for table in tables:
        for entry in table["foreign_keys"]:
            parent = by_name.get(entry.get("parent_table", ""))
            if parent is None or parent is table or "choice" in entry:
                continue
            known = [
                c["name"]
                for c in parent["columns"]
                if c.get("rule") and c["name"] not in keys.get(parent["table_name"], [])
            ]
            if known and draw(st.booleans()):
                rule = {"type": "lookup", "column": draw(st.sampled_from(known)), "via": entry["id"]}
                table["columns"].append({"name": f"{entry['id']}_look", "rule": rule})
            # Of references that are unique together the first alone has families that can be counted.
            beside = any(
                set(entry["child_columns"]) < set(names)
                for names in (*table["unique"], table.get("primary_key", ()))
                if not isinstance(names, dict)
            )
            apart = any(" != " in str(said) for said in table["constraints"])
            if _shares(table) or ((beside or apart) and entry is not table["foreign_keys"][0]):
                continue
            if draw(st.booleans()):
                _family(draw, table, parent, entry["id"])
            promises.decorate_family(draw, table, entry)


def _family(draw: Draw, table: Document, parent: Document, via: str) -> None:
    table["columns"] += [
        {"name": f"{via}_{PLACE}", "rule": {"type": "position", "via": via}},
        {"name": f"{via}_{AMOUNT}", "type": "decimal", "precision": 8, "scale": 2,
         "rule": {"type": "range", "min": -5, "max": 99}, "null_rate": draw(st.sampled_from(RATES))},
        {"name": f"{via}_{FEW}", "type": "int", "rule": {"type": "range", "min": -2, "max": 2}},
        {"name": f"{via}_{KIND}", "rule": ["a", "b", "c"]},
    ]  # fmt: skip
    names = {name: f"{via}_{name}" for name in (AMOUNT, FEW, KIND)}
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(sorted(AGGREGATES)))
        column = draw(st.sampled_from(AGGREGATES[kind]))
        where = draw(st.none() | st.sampled_from(CONDITIONS))
        rule = {"type": kind, "table": table["table_name"], "via": via}
        rule |= {"column": names[column]} if column else {}
        rule |= {"where": where.format(**names)} if where else {}
        parent["columns"].append({"name": f"{via}_{kind}{number}", "rule": rule})
    along: dict[str, Document] = {
        "so_far": {"type": "running_sum", "column": names[AMOUNT]},
        "rank": {"type": "rank", "column": names[FEW], "ties": draw(st.sampled_from(["position", "min", "dense"]))},
        "before": {"type": "previous", "column": names[KIND]},
    }
    if draw(st.booleans()):
        total = f"{via}_total"
        parent["columns"].append(
            {"name": total, "type": "decimal(12,2)", "rule": {"type": "range", "min": 0, "max": 9999}}
        )
        along["part"] = {"type": "share", "column": total}
    for name in draw(st.sets(st.sampled_from(sorted(along)))):
        table["columns"].append({"name": f"{via}_{name}", "rule": {**along[name], "via": via}})


def _shares(table: Document) -> bool:
    """Whether two references share a column."""
    children = [child for entry in table["foreign_keys"] for child in entry.get("child_columns", ())]
    return len(children) != len(set(children))


def check(made: Made) -> Iterator[str]:
    """Compare every column that reads other tables with what their rows say; the kinds that were seen."""
    for table in made.schema.tables:
        for column in table.columns:
            if column.rule is None or column.rule.kind not in _EXPECTED:
                continue
            expected = _EXPECTED[column.rule.kind](made, table, column.rule.options)
            assert made.values[table.name][column.name] == expected, (table.name, column.name)
            yield column.rule.kind


def _reference(table: TableSchema, via: str | None) -> ForeignKeySchema:
    return next(fk for fk in table.foreign_keys if via is None or fk.id == via)


def _rows(made: Made, table: TableSchema, fk: ForeignKeySchema) -> list[tuple[Key, Row]]:
    """Rows with their parents' keys; what the reference's own columns hold is under its short name."""
    names = {name.removeprefix(f"{fk.id}_"): cells for name, cells in made.values[table.name].items()}
    rows = [dict(zip(names, cells, strict=True)) for cells in zip(*names.values(), strict=True)]
    return list(zip(made.tuples(table.name, fk.child_columns), rows, strict=True))


def _families(made: Made, table: TableSchema, fk: ForeignKeySchema) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = {}
    for key, row in _rows(made, table, fk):
        if None not in key:
            found.setdefault(key, []).append(row)
    for family in found.values():
        if PLACE in family[0]:
            family.sort(key=lambda row: row[PLACE])
    return found


def _aggregated(made: Made, table: TableSchema, options: dict[str, Any], fold: Callable[[list[Any]], Any]) -> list[Any]:
    children = made.table(options["table"])
    fk = _reference(children, options["via"])
    families = _families(made, children, fk)
    where = options.get("where")
    column = (options.get("column") or "").removeprefix(f"{fk.id}_")
    found = []
    for key in made.tuples(table.name, fk.parent_columns):
        rows = [row for row in families.get(key, []) if where is None or _holds(where, row, f"{fk.id}_")]
        found.append(fold([row[column] for row in rows if row[column] is not None] if column else rows))
    return found


def _holds(where: dict[str, Any], row: Row, prefix: str) -> bool:
    cell = row[where["column"].removeprefix(prefix)]
    return _OPERATORS[where["operator"]](cell, where["value"])


def _along(
    made: Made, table: TableSchema, options: dict[str, Any], told: Callable[[list[Row], str], list[Any]]
) -> list[Any]:
    fk = _reference(table, options["via"])
    column = options["column"].removeprefix(f"{fk.id}_")
    by_place = {
        (key, row[PLACE]): value
        for key, family in _families(made, table, fk).items()
        for row, value in zip(family, told(family, column), strict=True)
    }
    return [by_place.get((key, row[PLACE])) for key, row in _rows(made, table, fk)]


def _looked_up(made: Made, table: TableSchema, options: dict[str, Any]) -> list[Any]:
    fk = _reference(table, options["via"])
    parent = made.values[fk.parent_table or ""][options["column"].rpartition(".")[2]]
    by_key = dict(zip(made.tuples(fk.parent_table or "", fk.parent_columns), parent, strict=True))
    return [by_key.get(key) for key in made.tuples(table.name, fk.child_columns)]


def _placed(made: Made, table: TableSchema, options: dict[str, Any]) -> list[Any]:
    """Positions are 1 to n in every family; which child has which is free."""
    fk = _reference(table, options.get("via"))
    names = [
        c.name for c in table.columns if c.rule is not None and c.rule.kind == "position" and c.rule.options == options
    ]
    found: list[Any] = made.values[table.name][names[0]]
    families: dict[Key, list[int]] = {}
    for key, position in zip(made.tuples(table.name, fk.child_columns), found, strict=True):
        if None in key:
            assert position == 1
        else:
            families.setdefault(key, []).append(position)
    assert all(sorted(family) == list(range(1, len(family) + 1)) for family in families.values())
    return found


def _ranked(family: list[Row], column: str, ties: str) -> list[int]:
    values = [row[column] for row in family]
    found = []
    for number, value in enumerate(values):
        ahead = [other for other in values if other < value]
        rank = 1 + (len(set(ahead)) if ties == "dense" else len(ahead))
        found.append(rank + (values[:number].count(value) if ties == "position" else 0))
    return found


def _shared_out(made: Made, table: TableSchema, options: dict[str, Any]) -> list[Any]:
    """Parts add up to the total and none is negative; how it is split is free."""
    fk = _reference(table, options["via"])
    short = next(
        c.name for c in table.columns if c.rule is not None and c.rule.kind == "share" and c.rule.options == options
    ).removeprefix(f"{fk.id}_")
    totals = dict(zip(made.tuples(fk.parent_table or "", fk.parent_columns),
                      made.values[fk.parent_table or ""][options["column"]], strict=True))  # fmt: skip
    for key, family in _families(made, table, fk).items():
        parts = [row[short] for row in family]
        assert sum(parts) == totals[key]
        assert min(parts) >= 0
    return made.values[table.name][f"{fk.id}_{short}"]


_EXPECTED: Final[Mapping[str, Callable[[Made, TableSchema, dict[str, Any]], list[Any]]]] = {
    "lookup": _looked_up,
    "position": _placed,
    "share": _shared_out,
    "count": lambda made, table, options: _aggregated(made, table, options, len),
    "sum": lambda made, table, options: _aggregated(made, table, options, lambda found: sum(found, start=0)),
    "min": lambda made, table, options: _aggregated(made, table, options, lambda found: min(found, default=None)),
    "max": lambda made, table, options: _aggregated(made, table, options, lambda found: max(found, default=None)),
    "first": lambda made, table, options: _aggregated(made, table, options, lambda found: found[0] if found else None),
    "last": lambda made, table, options: _aggregated(made, table, options, lambda found: found[-1] if found else None),
    "running_sum": lambda made, table, options: _along(
        made, table, options, lambda family, column: list(accumulate(row[column] or 0 for row in family))
    ),
    "rank": lambda made, table, options: _along(
        made, table, options, lambda family, column: _ranked(family, column, options.get("ties", "position"))
    ),
    "previous": lambda made, table, options: _along(
        made, table, options, lambda family, column: [None, *(row[column] for row in family)][: len(family)]
    ),
}
