"""What tables promise as a whole, for random datasets, and whether rows keep it: shares, alternatives, combinations, keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from hypothesis import strategies as st

from syndata_contracts.schema import Alternatives, ColumnSchema, Condition, ForeignKeySchema, TableSchema
from tests.properties import columns
from tests.properties.drawn import Document, Drawn, refer, single_key
from tests.properties.made import Made

Draw = Callable[[st.SearchStrategy[Any]], Any]
STATES: Final = ("on", "off", "gone")
PROMISES: Final = frozenset({
    "exact", "exactly_one", "at_most_one", "at_least_one", "combination", "conditional key", "one of a family",
    "unique branches", "one_per_parent", "weights", "weights in a fan-out", "balanced_share", "apart", "owned",
})  # fmt: skip
"""What `check` tells of, where a dataset promises it."""


# -- drawn: tables ---------------------------------------------------------------------------------------------


def weighed(drawn: Drawn) -> None:
    """A table whose parents have weights by one of their columns, inside a fan-out or not."""
    parent = drawn.one_of(*drawn.parents(simple=True))
    parents = drawn.stated[parent]
    tier = f"{parent}_tier{len(drawn.tables)}"
    shares = drawn.draw(st.lists(st.integers(1, 5), min_size=3, max_size=3))
    rule = {"type": "choice", "value": ["x", "y", "z"], "weights": shares, "exact": True}
    next(table for table in drawn.tables if table["table_name"] == parent)["columns"].append(
        {"name": tier, "rule": rule}
    )
    weights = dict(zip("xyz", drawn.draw(st.lists(st.integers(1, 9), min_size=3, max_size=3)), strict=True))
    options: Document = {"weights": {tier: weights}}
    rows: int | None = drawn.draw(st.integers(0, 300))
    if drawn.coin(3) and parents <= 1_000:
        low = drawn.draw(st.integers(0, 2))
        options["fan_out"] = {"min": low, "max": low + drawn.draw(st.integers(1, 4))}
        rows = None
    elif drawn.coin():
        options["null_rate"] = Decimal("0.25")
    table = drawn.new_table(rows, parents * 6 if rows is None else rows)
    refer(drawn, table, parent, **options)


def owned(drawn: Drawn) -> None:
    """A table whose rows each refer to a row of one of two tables, or of the same."""
    rows = drawn.draw(st.integers(1, 120))
    one, other = (drawn.one_of(*drawn.parents(simple=True)) for _ in range(2))
    table = drawn.new_table(rows, rows)
    names = [*refer(drawn, table, one), *refer(drawn, table, other)]
    how = drawn.one_of("exactly_one", "at_most_one")
    table["constraints"].append(
        {how: names, "weights": drawn.draw(st.lists(st.integers(1, 9), min_size=2, max_size=2))}
    )


def apart(drawn: Drawn) -> None:
    """A table of two references that never name the same parent."""
    found = [name for name in drawn.parents(simple=True) if drawn.stated[name] > 1]
    if not found:
        return
    parent = drawn.one_of(*found)
    rows = drawn.draw(st.integers(0, 150))
    table = drawn.new_table(rows, rows)
    (one,), (other,) = refer(drawn, table, parent), refer(drawn, table, parent)
    table["constraints"].append(f"{one} != {other}")


def ledger(drawn: Drawn) -> None:
    """Entries, and two or more lines of each that cancel out."""
    rows = drawn.draw(st.integers(1, 60))
    entries = drawn.new_table(rows, rows)
    single_key(drawn, entries)
    name, most = entries["table_name"], drawn.draw(st.integers(2, 9))
    entries["columns"].append(
        {"name": f"{name}_sum", "type": "decimal(10,2)", "rule": {"type": "range", "min": 1, "max": 99}}
    )
    lines = drawn.new_table(None, rows * most)
    refer(drawn, lines, name, fan_out={"min": 2, "max": most}, owning=drawn.draw(st.booleans()))
    via = lines["foreign_keys"][0]["id"]
    rule = {"type": "balanced_share", "column": f"{name}_sum", "via": via}
    lines["columns"].append({"name": f"{via}_signed", "type": "decimal(10,2)", "rule": rule})


FORMS: Final = (weighed, owned, apart, ledger)


# -- drawn: columns --------------------------------------------------------------------------------------------


def decorate(drawn: Drawn, table: Document) -> None:
    """Columns of a table that promise something together."""
    name, found = table["table_name"], table["columns"]
    if drawn.coin(4):
        _alternatives(drawn, table, [f"{name}_x{n}" for n in range(drawn.draw(st.integers(2, 3)))])
    if drawn.coin(4):
        names = [f"{name}_c0", f"{name}_c1"]
        values = drawn.draw(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), min_size=1, max_size=6, unique=True))  # fmt: skip
        said: Document = {"columns": names, "values": [list(row) for row in values]}
        if drawn.coin():
            said["weights"] = drawn.draw(st.lists(st.integers(1, 9), min_size=len(values), max_size=len(values)))
        if drawn.coin():
            said["exact"] = True
        table["combinations"] = [said]
        found += [{"name": names[0], "type": "str"}, {"name": names[1], "type": "int"}]
    if drawn.coin(4):
        _keys(drawn, table)


def _alternatives(drawn: Drawn, table: Document, names: list[str]) -> None:
    how = drawn.one_of("exactly_one", "at_most_one", "at_least_one")
    for one in names:
        column = drawn.draw(columns.numbers(one) | columns.moments(one) | columns.texts(one))
        table["columns"].append({**column, **({"null_rate": Decimal("0.5")} if how == "at_least_one" else {})})
    said: Document = {how: names}
    if drawn.coin():
        said["weights"] = drawn.draw(st.lists(st.integers(1, 9), min_size=len(names), max_size=len(names)))
    if how == "at_most_one" and drawn.coin():
        said["none"] = drawn.one_of(Decimal(0), Decimal("0.3"))
    table["constraints"].append(said)


def _keys(drawn: Drawn, table: Document) -> None:
    """A column that is unique where a state holds, and one whose rules are numbered each by itself."""
    name, most = table["table_name"], max(drawn.most[table["table_name"]], 1)
    state: Document = {"type": "choice", "value": list(STATES)}
    if drawn.coin():
        state["exact"] = True
    wide = {"type": "range", "min": 1, "max": most}
    where = drawn.one_of(f"{name}_s == on", f"{name}_s != gone", {"column": f"{name}_s", "operator": "in", "value": ["on", "off"]})  # fmt: skip
    table["columns"] += [{"name": f"{name}_s", "rule": state}, {"name": f"{name}_k", "type": "int", "rule": wide}]
    table["unique"].append({"columns": [f"{name}_k"], "where": where})
    if drawn.coin():
        above = {"type": "range", "min": most + 1, "max": 2 * most}
        branch = {"when": f"{name}_s == off", "rule": above}
        column = {"name": f"{name}_w", "type": "int", "unique": True, "rule": wide, "conditional_rules": [branch]}
        table["columns"].append(column)


def decorate_family(draw: Draw, table: Document, entry: Document) -> None:
    """What one child of each parent is, for a reference whose children can be counted."""
    via = entry["id"]
    if draw(st.integers(0, 3)) == 0:
        rule = {"type": "one_per_parent", "via": via, "share": draw(st.sampled_from(["1", "0.5"]))}
        table["columns"].append({"name": f"{via}_one", "rule": rule})
    if draw(st.integers(0, 3)) == 0:
        rule = {
            "type": "choice",
            "value": list(STATES),
            "weights": draw(st.lists(st.integers(1, 5), min_size=3, max_size=3)),
        }
        table["columns"].append({"name": f"{via}_state", "rule": rule})
        table["unique"].append({"columns": list(entry["child_columns"]), "where": f"{via}_state == on"})


# -- checked ---------------------------------------------------------------------------------------------------


def check(made: Made) -> Iterator[str]:
    """Assert all that the tables promise as a whole; the promises that were seen."""
    for table in made.schema.tables:
        for column in table.columns:
            yield from _check_column(made, table, column)
        for said in table.alternatives:
            yield from _check_alternatives(made, table, said)
        for key in table.conditional_keys:
            yield from _check_key(made, table, key.columns, key.condition)
        for one in table.differences:
            assert all(left is None or left != right for left, right in made.tuples(table.name, (one.left, one.right)))
            yield "apart"
        for fk in table.foreign_keys:
            if fk.weights is not None:
                yield _check_weights(made, table, fk)


def _check_column(made: Made, table: TableSchema, column: ColumnSchema) -> Iterator[str]:
    rule, values = column.rule, made.values[table.name][column.name]
    if column.unique and column.conditional_rules:
        assert len(set(values)) == len(values)
        yield "unique branches"
    if rule is None:
        return
    if rule.kind == "combination":
        yield from _check_combination(made, table, column)
    elif rule.kind == "choice" and rule.options.get("exact") and not column.null_rate:
        weights = rule.options.get("weights") or [1] * len(rule.options["value"])
        _check_shares(Counter(values), dict(zip(rule.options["value"], weights, strict=True)))
        yield "exact"
    elif rule.kind == "one_per_parent":
        fk = next(fk for fk in table.foreign_keys if fk.id == rule.options["via"])
        keys = made.tuples(table.name, fk.child_columns)
        chosen = Counter(key for key, value in zip(keys, values, strict=True) if value)
        parents = {key for key in keys if None not in key}
        assert set(chosen) <= parents
        assert all(count == 1 for count in chosen.values())
        assert Decimal(rule.options["share"]) < 1 or set(chosen) == parents
        yield "one_per_parent"
    elif rule.kind == "balanced_share":
        fk = next(fk for fk in table.foreign_keys if fk.id == rule.options["via"])
        parent = fk.parent_table or ""
        totals = dict(zip(made.tuples(parent, fk.parent_columns), made.values[parent][rule.options["column"]], strict=True))  # fmt: skip
        rows = list(zip(made.tuples(table.name, fk.child_columns), values, strict=True))
        for key, total in totals.items():
            family = [value for other, value in rows if other == key]
            assert sum(family) == 0
            assert sum(value for value in family if value > 0) == total
        yield "balanced_share"


def _check_combination(made: Made, table: TableSchema, column: ColumnSchema) -> Iterator[str]:
    assert column.rule is not None
    group = [one for one in table.columns if one.rule is not None and one.rule.options.get("id") == column.rule.options["id"]]  # fmt: skip
    if column.name != group[0].name:
        return
    listed = list(zip(*(one.rule.options["value"] for one in group if one.rule), strict=True))
    found = Counter(made.tuples(table.name, tuple(one.name for one in group)))
    assert set(found) <= set(listed)
    if column.rule.options.get("exact"):
        weights = column.rule.options.get("weights") or [1] * len(listed)
        _check_shares(found, dict(zip(listed, weights, strict=True)))
    yield "combination"


def _check_shares(found: Counter[Any], weights: dict[Any, Any]) -> None:
    """Each value stands in its share of the rows, to the row."""
    rows, whole = sum(found.values()), sum(map(Fraction, weights.values()))
    assert set(found) <= set(weights)
    for value, weight in weights.items():
        assert abs(found[value] - rows * Fraction(weight) / whole) < 1


def _check_alternatives(made: Made, table: TableSchema, said: Alternatives) -> Iterator[str]:
    rows = made.tuples(table.name, said.columns)
    filled = Counter(tuple(name for name, cell in zip(said.columns, row, strict=True) if cell is not None) for row in rows)  # fmt: skip
    sizes = {len(names) for names in filled}
    assert sizes <= {"exactly_one": {1}, "at_most_one": {0, 1}}.get(said.how, {1, 2, 3})
    if said.how == "exactly_one":
        weights = said.weights or (Decimal(1),) * len(said.columns)
        _check_shares(filled, {(name,): weight for name, weight in zip(said.columns, weights, strict=True)})
    refers = {name for fk in table.foreign_keys for name in fk.child_columns} & set(said.columns)
    yield "owned" if refers else said.how


def _check_key(made: Made, table: TableSchema, names: tuple[str, ...], where: Condition) -> Iterator[str]:
    cells = made.values[table.name][where.column]
    keys = [key for key, cell in zip(made.tuples(table.name, names), cells, strict=True) if holds(where, cell)]
    whole = [key for key in keys if None not in key]
    assert len(set(whole)) == len(whole)
    referring = {name for fk in table.foreign_keys for name in fk.child_columns}
    yield "one of a family" if set(names) <= referring else "conditional key"


def holds(where: Condition, cell: Any) -> bool:
    """Whether a comparison with listed values holds for a cell."""
    if where.operator == "!=":
        return cell is not None and cell != where.value
    return cell in where.value if where.operator == "in" else cell == where.value


def _check_weights(made: Made, table: TableSchema, fk: ForeignKeySchema) -> str:
    """Children of each tier in their share, where no fan-out bounds it; and of each parent inside the fan-out."""
    assert fk.weights is not None
    parent = fk.parent_table or ""
    tiers = dict(zip(made.tuples(parent, fk.parent_columns), made.values[parent][fk.weights.column], strict=True))
    children = [key for key in made.tuples(table.name, fk.child_columns) if None not in key]
    counts = Counter(children)
    if fk.fan_out is not None:
        assert all(fk.fan_out.min <= counts[key] <= fk.fan_out.max for key in tiers)
        return "weights in a fan-out"
    sizes = Counter(tiers.values())
    weights = {tier: Fraction(weight) * sizes[tier] for tier, weight in fk.weights.values}
    _check_shares(Counter(tiers[key] for key in children), weights)
    for tier in sizes:
        own = [counts[key] for key, value in tiers.items() if value == tier]
        assert max(own) - min(own) <= 1
    return "weights"
