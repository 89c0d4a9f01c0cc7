"""What the columns of a row have together: lists of combinations, and columns of which only some have a value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from syndata_contracts.schema import Alternatives, Rule
from syndata_engine.reading.columns import ColumnDraft
from syndata_engine.reading.nodes import plain, step
from syndata_engine.reading.spots import Fields, Spot
from syndata_engine.reading.tables import TableDraft
from syndata_engine.reading.weights import read_weight

COMBINATION_KEYS = ("columns", "values", "weights", "exact", "id")
WAYS = ("exactly_one", "at_most_one", "at_least_one")
ALTERNATIVES_KEYS = (*WAYS, "weights", "none")
MOST_COMBINATIONS = 100_000

# -- combinations ----------------------------------------------------------------------------------------------


def read_combinations(table: TableDraft) -> None:
    """Give each column of the table's combinations its rule."""
    said = table.fields.get("combinations")
    ids: dict[str, Spot] = {}
    for item in said.items("a list of `{columns, values}`") or [] if said else []:
        fields = item.fields("`{columns: [...], values: [[...], ...]}`", COMBINATION_KEYS)
        if fields is not None:
            _read_combination(item, fields, table, ids)


def _read_combination(item: Spot, fields: Fields, table: TableDraft, ids: dict[str, Spot]) -> None:
    columns_at = fields.need("columns", fix="add `columns: [...]`, what is drawn together")
    names = columns_at.names("a list of columns") if columns_at else None
    columns = [table.column(spot, name) for name, spot in names or ()]
    values_at = fields.need("values", fix="add `values:` with a list for each combination")
    rows = _rows(values_at, len(names)) if values_at and names else None
    weights_at, exact_at, id_at = fields.get("weights"), fields.get("exact"), fields.get("id")
    weights = _weights(weights_at, [str(n + 1) for n in range(len(rows))]) if weights_at and rows else None
    exact = exact_at.flag() if exact_at else False
    own = id_at.name("an id") if id_at else None
    broken = (weights_at and weights is None) or exact is None or (id_at and own is None)
    if names is None or rows is None or None in columns or columns_at is None or broken:
        return
    found = [column for column in columns if column]
    group = own or ",".join(sorted(column.id for column in found))
    twin = ids.setdefault(group, item)
    if twin is not item:
        item.fault(f"the combination {group!r} stands twice", "keep one, or give each an `id`", related=(twin.path,))
        return
    options: dict[str, Any] = {"id": group}
    if weights is not None:
        options["weights"] = [str(weight) for weight in weights]
    if exact:
        options["exact"] = True
    for place, (column, (_, at)) in enumerate(zip(found, names, strict=True)):
        if not _is_free(column, at):
            continue
        path = step(columns_at.path, place) if isinstance(columns_at.node.value, list) else columns_at.path
        for number, row in enumerate(rows):
            at.notes.also_at(f"{path}.value.{number}", row[place].node, row[place].path)
        values = [plain(row[place].node) for row in rows]
        column.rule = Rule(path=path, kind="combination", options={**options, "value": values})
        column.combined = at


def _is_free(column: ColumnDraft, at: Spot) -> bool:
    """Whether nothing else says what the column holds; notes the fault."""
    if column.combined is not None:
        what = f"{column.name!r} is part of another combination already"
        at.fault(what, "list each column in one of them", related=(column.combined.path,))
    elif column.rule is not None or column.conditional_rules:
        path = (
            step(column.spot.path, "rule") if column.rule is not None else step(column.spot.path, "conditional_rules")
        )
        at.fault(
            f"{column.name!r} has a rule of its own", "drop the rule: the combination gives the value", related=(path,)
        )
    elif column.references is not None:
        _refuse_reference(at, column.name, column.references.path)
    else:
        return True
    return False


def _rows(spot: Spot, size: int) -> list[list[Spot]] | None:
    """The listed rows, each with a value for every column."""
    items = spot.items("a list of rows, such as [[DE, EUR], [CH, CHF]]")
    if items is None:
        return None
    if not items or len(items) > MOST_COMBINATIONS:
        what = (
            "there is nothing to draw from" if not items else f"{len(items):,} rows are more than {MOST_COMBINATIONS:,}"
        )
        spot.fault(
            what, "list at least one row" if not items else "put them into a table of their own, and refer to it"
        )
        return None
    rows, whole = [], True
    for item in items:
        cells = item.items(f"a list of {size} values, one for each column")
        if cells is not None and len(cells) != size:
            item.fault(f"there are {size} columns, and {len(cells)} values here", "give one value for each column")
        for cell in cells or ():
            if isinstance(cell.node.value, list | dict):
                cell.misfit("one value")
                whole = False
        whole = whole and cells is not None and len(cells) == size
        rows.append(cells or [])
    return rows if whole else None


# -- alternatives ----------------------------------------------------------------------------------------------


def says_alternatives(spot: Spot) -> bool:
    """Whether an entry of `constraints` is a set of alternatives."""
    return isinstance(spot.node.value, dict) and bool(set(WAYS) & spot.node.value.keys())


def read_alternatives(spot: Spot, table: TableDraft) -> None:
    """Read `{exactly_one: [a, b]}` and its like."""
    fields = spot.fields("`{exactly_one: [a, b]}`", ALTERNATIVES_KEYS)
    if fields is None:
        return
    said = fields.need(*WAYS, fix="name the columns")
    names = said.names("a list of columns") if said else None
    columns = [table.column(at, name) for name, at in names or ()]
    weights_at, none_at = fields.get("weights"), fields.get("none")
    how = next((way for way in WAYS if said is not None and said.path == step(spot.path, way)), "exactly_one")
    none = none_at.rate() if none_at else None
    weights = _weights(weights_at, [name for name, _ in names]) if weights_at and names else None
    if none_at and how != "at_most_one":
        none_at.fault(f"with {how} no row is without a value", "drop `none`, or write at_most_one")
    elif none_at and none == 1:
        none_at.fault("no row would have a value", "write a share below 1")
    if said is None or names is None or None in columns:
        return
    if len(names) < 2:
        said.fault("one column has no alternative", "list two columns or more")
        return
    for column, (_, at) in zip(columns, names, strict=True):
        if column is not None:
            _check_alternative(column, at, how, table)
    table.alternatives.append(
        Alternatives(
            path=spot.path, columns=tuple(name for name, _ in names), how=how, weights=tuple(weights or ()), none=none
        )
    )


def _check_alternative(column: ColumnDraft, at: Spot, how: str, table: TableDraft) -> None:
    """Note what keeps a column from being NULL where another one has its value."""
    barred = column.marks.get("pk") or column.nulls.forbidden
    other = next((one for one in table.alternatives if column.name in one.columns), None)
    if barred is not None:
        at.fault(f"{column.name!r} is never NULL", "let it be NULL, or take it out of the list", related=(barred.path,))
    elif other is not None:
        at.fault(f"{column.name!r} stands in another list already", "keep one of the two", related=(other.path,))
    elif how == "at_least_one" and not column.nulls.rate and column.references is None:
        at.fault(f"{column.name!r} has a value in every row, so the list says nothing", "give it a `null_rate`")
    elif how != "at_least_one" and column.nulls.rate and column.nulls.at is not None:
        what = f"{column.name!r} has a null rate, and the list says already where it is NULL"
        at.fault(what, "drop the null rate, or write at_least_one", related=(column.nulls.at.path,))


def check_together(table: TableDraft) -> None:
    """Note what references say against combinations and alternatives; they are read after both."""
    for fk in table.foreign_keys:
        for name in (*fk.child_columns, *([fk.type_column] if fk.type_column else [])):
            column = table.columns.get(name)
            if column is None:
                continue
            if column.combined is not None and column.references is None:
                _refuse_reference(column.combined, name, fk.path)
            chosen = next((one for one in table.alternatives if name in one.columns), None)
            if chosen is not None and fk.parents:
                at = Spot(table.spot.node, chosen.path, table.spot.notes)
                what = f"{name!r} belongs to a reference with several parents, which names one of them in every row"
                at.fault(what, "use a reference to one table", related=(fk.path,))
    for name, required in table.required.items():
        chosen = next((one for one in table.alternatives if name in one.columns), None)
        if chosen is not None and chosen.how != "at_least_one":
            what = f"{name!r} is NULL where another column of its list has the value"
            required.fault(what, "let it be NULL, or take it out of the list", related=(chosen.path,))


def _refuse_reference(at: Spot, name: str, path: str) -> None:
    what = f"{name!r} refers to another table, and a combination would give it values that are not there"
    at.fault(what, "drop one of the two", related=(path,))


def _weights(spot: Spot, names: list[str]) -> list[Decimal] | None:
    """One weight for each name, listed in their order or by them."""
    items = _by_name(spot, names) if isinstance(spot.node.value, dict) else spot.items("a list of weights")
    if items is None:
        return None
    if len(items) != len(names):
        spot.fault(f"there are {len(items)} weights for {len(names)}", "give one weight for each")
        return None
    found = [weight for item in items if (weight := read_weight(item)) is not None]
    if len(found) < len(items):
        return None
    if not any(found):
        spot.fault("every weight is 0", "give one of them a weight above 0")
        return None
    return found


def _by_name(spot: Spot, names: list[str]) -> list[Spot] | None:
    entries = spot.entries("weights") or {}
    strange = next((key for key in entries if key not in names), None)
    if strange is not None:
        entries[strange].fault(f"{strange!r} is not in the list", f"weigh {', '.join(names[:12])}")
        return None
    missing = [name for name in names if name not in entries]
    if missing:
        spot.fault(f"no weight is given for {', '.join(missing[:12])}", "give each one a weight")
        return None
    return [entries[name] for name in names]
