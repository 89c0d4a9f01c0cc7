"""Column types in all their spellings."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from syndata_contracts.schema import ColumnType, Storage
from syndata_engine.reading.names import suggest
from syndata_engine.reading.spots import Spot

TYPES: dict[str, ColumnType] = {
    "int": "int", "integer": "int", "bigint": "int", "smallint": "int",
    "str": "str", "string": "str", "text": "str", "varchar": "str",
    "float": "float", "double": "float", "real": "float",
    "decimal": "decimal", "numeric": "decimal", "money": "decimal",
    "bool": "bool", "boolean": "bool", "date": "date", "datetime": "datetime", "timestamp": "datetime", "uuid": "uuid",
    "timestamptz": "datetime", "time": "time", "duration": "duration", "interval": "duration", "timedelta": "duration",
    "json": "json", "jsonb": "json", "struct": "struct", "list": "list", "binary": "binary", "bytes": "binary", "bytea": "binary", "blob": "binary",
    "tinyint": "int", "int8": "int", "int16": "int", "int32": "int", "int64": "int", "uint8": "int", "uint16": "int",
    "uint32": "int", "uint64": "int", "float32": "float", "float64": "float",
}  # fmt: skip
"""Every spelling of a type, in lower case; `number` depends on the rest of the column."""
WIDTHS: dict[str, Storage] = {
    "tinyint": "int8", "int8": "int8", "int16": "int16", "int32": "int32", "int64": "int64", "uint8": "uint8",
    "uint16": "uint16", "uint32": "uint32", "uint64": "uint64", "float32": "float32", "float64": "float64",
}  # fmt: skip
"""Spellings that also say how wide a number is, in bits."""
NUMBER = "number"
MOST_DIGITS = 18
"""Digits of a decimal: what an int64 holds."""

_SIZED = re.compile(r"([a-z]+)\s*\(\s*([0-9]{1,9})\s*(?:,\s*([0-9]{1,9})\s*)?\)")
_CUT = re.compile(r"[a-z]+\s*\(\s*[0-9]+")
_TAIL = re.compile(r"\s*[0-9]+\s*\)")
"""What YAML makes of `{type: decimal(10,2)}`: a type that ends before the comma, and a key of its own."""


class TypeWord(NamedTuple):
    """What the `type` key said."""

    type: ColumnType | None
    number: bool = False
    precision: int | None = None
    scale: int | None = None
    storage: Storage | None = None


def read_type(spot: Spot) -> TypeWord | None:
    """The type at a spot; None when it is not one."""
    text = spot.text("a type, such as int or str")
    if text is None:
        return None
    word = text.strip().lower()
    if word == NUMBER:
        return TypeWord(None, number=True)
    if word in TYPES:
        return TypeWord(TYPES[word], storage=WIDTHS.get(word))
    sized = _SIZED.fullmatch(word)
    if sized and sized[1] in TYPES:
        return _sized(spot, sized)
    if _CUT.fullmatch(word):
        spot.fault(f"the type {text!r} was cut at its comma", f'inside braces write it in quotes: type: "{text},2)"')
        return None
    spot.fault(f"the type {text[:60]!r} is not known", suggest(word, [*TYPES, NUMBER], noun="types"))
    return None


def cut_off(column: Spot) -> Callable[[str], bool]:
    """Whether a key of a column is what YAML cut off from its type: the `2)` of `{type: decimal(10,2)}`."""
    body = column.node.value
    said = body.get("type") if isinstance(body, dict) else None
    cut = said is not None and isinstance(said.value, str) and _CUT.fullmatch(said.value.strip().lower()) is not None
    return lambda key: cut and _TAIL.fullmatch(key) is not None


def names_type(spot: Spot) -> bool:
    """Whether the text at a spot is a type, with or without a size."""
    value = spot.node.value
    word = value.strip().lower() if isinstance(value, str) else ""
    sized = _SIZED.fullmatch(word)
    return word == NUMBER or word in TYPES or (sized is not None and sized[1] in TYPES)


def _sized(spot: Spot, sized: re.Match[str]) -> TypeWord | None:
    kind = TYPES[sized[1]]
    if kind == "decimal":
        precision, scale = int(sized[2]), int(sized[3] or 0)
        if not 1 <= precision <= MOST_DIGITS or scale > precision:
            fix = f"write 1 to {MOST_DIGITS} digits in all, of which at most all after the point, such as decimal(10,2)"
            spot.fault(f"{sized[0]} is out of bounds", fix)
            return None
        return TypeWord("decimal", precision=precision, scale=scale)
    if sized[1] == "varchar" and sized[3] is None:
        spot.notes.warn(
            spot.path, f"the length {sized[2]} is not enforced", "bound the length in the rule where it matters"
        )
        return TypeWord("str")
    spot.fault(f"the type {sized[1]!r} takes no size, got {sized[0]}", f"write {sized[1]}")
    return None
