"""The dirt of a table: which share of which cells is damaged, and the table that tells which they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, get_args

from syndata_contracts.schema import DirtKind, DirtRule
from syndata_engine.reading.columns import ColumnDraft
from syndata_engine.reading.conditions import read_condition
from syndata_engine.reading.names import same_file, wrong_table_name
from syndata_engine.reading.nodes import plain
from syndata_engine.reading.spots import Fields, Spot
from syndata_engine.reading.tables import TableDraft, Tables

DIRT_KEYS = ("rules", "truth")
KINDS: Final[tuple[DirtKind, ...]] = get_args(DirtKind)
DIRT_WAYS: Final[dict[str, tuple[str, ...]]] = {
    "typo": ("insert", "delete", "transpose", "replace", "keyboard"),
    "case": ("upper", "lower", "invert"),
    "whitespace": ("before", "after", "doubled"),
    "format": ("dd/mm/yyyy", "mm/dd/yyyy", "dd.mm.yyyy", "yyyy/mm/dd", "yyyymmdd", "comma", "currency"),
}
"""Kinds that damage in one of several ways."""
DIRT_OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(DIRT_WAYS, ("ways",)),
    "outlier": ("factor", "by", "sigma"),
    "variant": ("values",),
    "placeholder": ("values",),
}
RULE_KEYS = ("kind", "columns", "rate", "where", "keys", "ways", "factor", "by", "sigma", "values")
MOST_DIRT_RULES: Final = 100
MOST_DIRT_VALUES: Final = 1_000
_FINEST_RATE: Final = -18
_LARGEST_NUMBER: Final = 10**12
_FINEST_NUMBER: Final = -9


def read_dirt(tables: Tables) -> None:
    """Give tables their dirt, and the document the tables of truth that it asks for; everything else is read before."""
    for table in list(tables.by_name.values()):
        said = table.fields.get("dirt")
        if said is not None:
            _read_table(said, table, tables)


def _read_table(said: Spot, table: TableDraft, tables: Tables) -> None:
    if isinstance(said.node.value, list):
        rules_at: Spot | None = said
        truth_at = None
    else:
        fields = said.fields("a list of rules, or `{rules: [...], truth: name}`", DIRT_KEYS)
        if fields is None:
            return
        rules_at = fields.need("rules", fix="add `rules:` with what is damaged")
        truth_at = fields.get("truth")
    items = rules_at.items("a list of rules, such as `{kind: typo, columns: [city], rate: 2%}`") if rules_at else None
    if items is not None and not 0 < len(items) <= MOST_DIRT_RULES and rules_at:
        rules_at.fault(f"there are {len(items)} rules", f"write 1 to {MOST_DIRT_RULES}")
        return
    protected = dict(_protected(table, tables))
    for item in items or ():
        rule = _read_rule(item, table, protected)
        if rule is not None:
            table.dirt.append(rule)
    if truth_at is not None:
        _add_truth(truth_at, table, tables)


def _read_rule(item: Spot, table: TableDraft, protected: dict[str, str]) -> DirtRule | None:
    fields = item.fields("`{kind: typo, columns: [city], rate: 2%}`", RULE_KEYS)
    if fields is None:
        return None
    kind_at = fields.need("kind", fix=f"add `kind: ...`, one of {', '.join(KINDS)}")
    columns_at = fields.need("columns", fix="add `columns: [...]`, what is damaged")
    rate_at = fields.need("rate", fix="add `rate: ...`, the share of the cells, such as 2%")
    kind = kind_at.one_of(KINDS, "a kind of dirt") if kind_at else None
    columns = _columns(columns_at, table) if columns_at else None
    rate = _rate(rate_at) if rate_at else None
    where_at, keys_at = fields.get("where"), fields.get("keys")
    where = read_condition(where_at) if where_at else None
    asked = keys_at.flag() if keys_at else False
    options = _options(kind, fields) if kind else None
    if where is not None and where_at is not None and None in [table.column(where_at, name) for name in where.columns]:
        where = None
    broken = (where_at is not None and where is None) or asked is None
    if kind is None or columns is None or columns_at is None or rate is None or options is None or broken:
        return None
    if kind == "swap" and len(columns) != 2:
        columns_at.fault(f"swap exchanges two columns, not {len(columns)}", "list two columns")
        return None
    touched = [asked or _may_be_touched(at, name, protected) for name, at in columns]
    if not all(touched):
        return None
    names = tuple(name for name, _ in columns)
    return DirtRule(path=item.path, kind=kind, columns=names, rate=rate, where=where, options=options)


def _columns(spot: Spot, table: TableDraft) -> list[tuple[str, Spot]] | None:
    names = spot.names("a column, or a list of columns")
    if names is None or None in [table.column(at, name) for name, at in names]:
        return None
    return names


def _may_be_touched(at: Spot, name: str, protected: dict[str, str]) -> bool:
    why = protected.get(name)
    if why is not None:
        at.fault(
            f"{name!r} {why}, and dirt leaves those alone", "take it out of the list, or add `keys: true` to the rule"
        )
    return why is None


def _rate(spot: Spot) -> Decimal | None:
    rate = spot.rate()
    if rate is not None:
        exponent = rate.as_tuple().exponent
        if not rate or (isinstance(exponent, int) and exponent < _FINEST_RATE):
            spot.fault(f"{rate} of the cells is no share to damage", "write a share above 0, of at most 18 digits")
            return None
    return rate


def _protected(table: TableDraft, tables: Tables) -> Iterator[tuple[str, str]]:
    """Columns that are part of a key or of a reference, from either end, with what they are."""
    for column in table.columns.values():
        if "unique" in column.marks:
            yield column.name, "is unique"
    for _, together in table.unique:
        yield from ((name, "is part of a key") for name in together)
    for fk in table.foreign_keys:
        own = (*fk.child_columns, *([fk.type_column] if fk.type_column else []))
        yield from ((name, "refers to another table") for name in own)
    for other in tables.by_name.values():
        for fk in other.foreign_keys:
            ends = [(fk.parent_table, fk.parent_columns), *((one.table, one.columns) for one in fk.parents)]
            for parent, columns in ends:
                if parent == table.name:
                    yield from ((name, f"is what {other.name} refers to") for name in columns)
    yield from ((name, "is part of the primary key") for name in table.key())


# -- options ---------------------------------------------------------------------------------------------------


def _options(kind: DirtKind, fields: Fields) -> dict[str, Any] | None:
    """What the kind takes beside columns and share; None where something is wrong with it."""
    found: dict[str, Any] = {}
    whole = True
    allowed = DIRT_OPTIONS.get(kind, ())
    readers = {"ways": _ways, "factor": _number, "by": _distance, "sigma": _number, "values": _values}
    for option, reader in readers.items():
        at = fields.get(option)
        if at is None:
            continue
        if option not in allowed:
            at.fault(f"{kind} has no option {option!r}", f"its options are: {', '.join(allowed) or 'none'}")
            whole = False
            continue
        value = reader(at, kind)
        whole = whole and value is not None
        found[option] = value
    if len(found) > 1:
        said = " and ".join(found)
        fields.spot.fault(f"{said} say the same in different ways", "keep one of them")
        return None
    return found if whole else None


def _ways(spot: Spot, kind: str) -> list[str] | None:
    known = DIRT_WAYS[kind]
    items = [spot] if isinstance(spot.node.value, str) else spot.items(f"a list of {', '.join(known)}")
    if items is None:
        return None
    if not items:
        spot.fault("the list is empty", f"list some of {', '.join(known)}")
        return None
    words = [item.one_of(known, "a way") for item in items]
    return None if None in words else sorted({word for word in words if word})


def _number(spot: Spot, kind: str) -> str | None:
    """An exact number as text: of a factor any but 0 and 1, of a sigma above 0."""
    value = spot.node.value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        spot.misfit("a number, such as 10")
        return None
    factor = spot.path.endswith(".factor")
    number = Decimal(value)
    digits = number.as_tuple().exponent
    exponent = digits if isinstance(digits, int) else -99
    wrong = number in (0, 1) if factor else number <= 0
    if wrong or abs(number) > _LARGEST_NUMBER or exponent < _FINEST_NUMBER:
        bounds = "but 0 and 1" if factor else "above 0"
        what = f"{value} leaves values as they are, or means nothing" if wrong else f"{value} has too many digits"
        spot.fault(what, f"write a number {bounds}, of at most 12 digits before and 9 after the point ({kind})")
        return None
    return str(value)


def _distance(spot: Spot, kind: str) -> int | str | None:
    """How far: a number, or a length of time for dates."""
    value = spot.node.value
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        spot.misfit(f"how far an {kind} lies, such as 1000 or 36525d")
        return None
    return str(value) if isinstance(value, Decimal) else value


def _values(spot: Spot, kind: str) -> Any:
    return _placeholders(spot) if kind == "placeholder" else _variants(spot)


def _placeholders(spot: Spot) -> list[Any] | None:
    """What stands for a missing value."""
    items = spot.items("a list of values, such as [N/A, unknown]")
    if items is None:
        return None
    if not 0 < len(items) <= MOST_DIRT_VALUES:
        spot.fault(f"there are {len(items)} values", f"list 1 to {MOST_DIRT_VALUES:,}")
        return None
    for item in items:
        if isinstance(item.node.value, list | dict) or item.is_null or isinstance(item.node.value, bool):
            item.misfit("a text, a number or a date")
            return None
    return [plain(item.node) for item in items]


def _variants(spot: Spot) -> dict[str, list[str]] | None:
    """Other ways to write a value, by the value."""
    entries = spot.entries("a mapping such as {Germany: [DE, Deutschland]}")
    if entries is None:
        return None
    if not 0 < len(entries) <= MOST_DIRT_VALUES:
        spot.fault(f"there are {len(entries)} values", f"write 1 to {MOST_DIRT_VALUES:,}")
        return None
    found: dict[str, list[str]] = {}
    for label, at in entries.items():
        texts = [at] if isinstance(at.node.value, str) else at.items("a list of texts") or []
        words = [text for item in texts if (text := item.text("a text")) is not None]
        if label in words:
            at.fault(f"{label!r} is no other way to write {label!r}", "take it out of the list")
            return None
        if not words or len(words) < len(texts):
            at.misfit("a text, or a list of them") if not texts else None
            return None
        found[label] = words
    return found


# -- truth -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """A column of a table of truth."""

    name: str
    id: str
    type: Any


def _add_truth(at: Spot, table: TableDraft, tables: Tables) -> None:
    """A table that holds a row for each damaged cell."""
    name = at.name("the name of a table")
    wrong = wrong_table_name(name) if name is not None else None
    if wrong:
        at.fault(*wrong)
    if name is None or wrong:
        return
    twin = next((one for one in tables.by_name.values() if same_file(one.name) == same_file(name)), None)
    if twin is not None:
        at.fault(f"there is a table {twin.name!r} already", "choose another name", related=(twin.spot.path,))
        return
    if any(one.id == name for one in tables.by_name.values()):
        at.fault(f"the table id {name!r} is taken", "choose another name")
        return
    empty = Fields(replace(at, node=at.node._replace(value={})), {}, (), None)
    truth = TableDraft(at, empty, name, name, at, truth_of=table.name)
    for told in _truth_columns(table):
        truth.columns[told.name] = ColumnDraft(at, told.name, told.id, at, type=told.type)
    tables.by_name[name] = truth


def _truth_columns(table: TableDraft) -> list[_Told]:
    told = [_Told("row_number", "row", "int")]
    fixed = [("column_name", "column"), ("kind", "kind"), ("clean_value", "clean"), ("dirty_value", "dirty")]
    taken = {"row_number", *(name for name, _ in fixed)}
    for name in table.key():
        shown = name if name not in taken else f"key_{name}"
        told.append(_Told(shown, f"key {name}", None))
        taken.add(shown)
    return told + [_Told(name, own, "str") for name, own in fixed]
