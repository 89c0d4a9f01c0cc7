"""Fields of structs and items of lists, which are written as columns are."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from syndata_contracts.schema import Rule
from syndata_engine.reading.columns import ColumnDraft, read_column
from syndata_engine.reading.nodes import Node, step
from syndata_engine.reading.spots import Notes, Spot

STRUCTS = frozenset({"struct", "object", "record"})
LISTS = frozenset({"list", "array", "list_of"})
DEEPEST = 6
_SHARES = frozenset({"null_rate", "nullable", "rate"})
_NUMBER = re.compile(r"\d*\.\d+")


def read_nested(column: ColumnDraft) -> None:
    """Turn fields and items into what they mean, noting what is wrong with them."""
    notes = column.spot.notes
    if column.rule is not None:
        column.rule = _meant(column.rule, notes, 1)
    column.conditional_rules = tuple(
        one.model_copy(update={"rule": _meant(one.rule, notes, 1)}) for one in column.conditional_rules
    )


def _meant(rule: Rule, notes: Notes, depth: int) -> Rule:
    kind = re.sub("[- ]", "_", rule.kind.strip().lower())
    fields, item = rule.options.get("fields"), rule.options.get("of")
    if depth > DEEPEST and kind in STRUCTS | LISTS:
        Spot(Node(None), rule.path, notes).fault("values are nested too deeply", f"nest at most {DEEPEST} deep")
        return rule
    if kind in STRUCTS and isinstance(fields, list):
        place = step(rule.path, "fields")
        if not all(isinstance(one, list) and len(one) == 2 and isinstance(one[0], str) for one in fields):
            Spot(Node(None), place, notes).fault("the fields are no mapping", "write `fields: {name: word}`")
            return rule
        found = [_read(value, step(place, name), name, (notes, depth)) for name, value in fields]
        return rule.model_copy(update={"options": {**rule.options, "fields": found}})
    if kind in LISTS and item is not None:
        of = _read(item, step(rule.path, "of"), "item", (notes, depth))
        return rule.model_copy(update={"options": {**rule.options, "of": of}})
    return rule


def _read(value: Any, path: str, name: str, where: tuple[Notes, int]) -> dict[str, Any]:
    notes, depth = where
    column = read_column(Spot(_node(value), path, notes), name)
    if column is None:
        return {"name": name, "id": name}
    if column.references is not None or column.marks.keys() & {"pk", "fk", "unique"}:
        column.spot.fault("a value inside another is no key and no reference", "make it a column of its own")
    if column.rule is not None:
        column.rule = _meant(column.rule, notes, depth + 1)
    return column.build().model_dump(mode="json", exclude_defaults=True)


def _node(value: Any, key: str = "") -> Node:
    """An option's value as the tree that it was read from; shares are numbers again."""
    if isinstance(value, dict):
        return Node({name: _node(child, name) for name, child in value.items()})
    if isinstance(value, list):
        return Node([_node(child) for child in value])
    if key in _SHARES and isinstance(value, str) and _NUMBER.fullmatch(value):
        return Node(Decimal(value))
    return Node(value)
