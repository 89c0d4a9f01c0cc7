"""Conditions: one comparison, as a mapping or as text, or `and`, `or` and `not` of others.

    {column: age, operator: between, value: [18, 65]}
    {and: [{column: age, operator: ">", value: 60}, {not: "city in ['Rome', 'Oslo']"}]}

What no single comparison says becomes the expression that says the same, so that it means the same everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from syndata_contracts.schema import Condition, Operator
from syndata_engine.reading.names import suggest
from syndata_engine.reading.nodes import Node, plain
from syndata_engine.reading.scalars import BadScalar, resolve
from syndata_engine.reading.spots import Spot

CONDITION_KEYS: Final = ("column", "operator", "value")
JUNCTIONS: Final = {"and": " and ", "all": " and ", "or": " or ", "any": " or "}
"""Keys that join a list of conditions, with the word of an expression."""
LOGIC_KEYS: Final = (*JUNCTIONS, "not")
OPERATORS: Final[dict[str, Operator]] = {
    "==": "==", "=": "==", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    "in": "in", "not in": "not in", "not_in": "not in",
}  # fmt: skip
"""Every spelling of an operator that conditions as text know too, in lower case."""
_WORDS: Final[dict[str, Operator]] = {
    "eq": "==", "equals": "==", "equal": "==", "ne": "!=", "neq": "!=", "not equals": "!=", "not equal": "!=",
    "lt": "<", "less than": "<", "lte": "<=", "le": "<=", "gt": ">", "greater than": ">", "gte": ">=", "ge": ">=",
    "nin": "not in", "is null": "==", "isnull": "==", "is not null": "!=", "not null": "!=", "notnull": "!=",
}  # fmt: skip
_WITHOUT_VALUE: Final = frozenset({"is null", "isnull", "is not null", "not null", "notnull"})
_CALLS: Final = {
    "contains": "contains", "starts with": "starts_with", "startswith": "starts_with", "ends with": "ends_with",
    "endswith": "ends_with",
}  # fmt: skip
_BETWEEN: Final = "between"
ALL_OPERATORS: Final = (
    *OPERATORS, *_WORDS, *(before + word for before in ("", "not ") for word in (_BETWEEN, *_CALLS)),
)  # fmt: skip
"""Every spelling of an operator in a mapping; `_` may stand for a blank."""
DEEPEST: Final = 32
"""Conditions inside conditions."""
NAME: Final = r'(?:"([^"]+)"|`([^`]+)`|([^\W\d][\w.$-]*))'
"""A column's name inside an expression, quoted where it is not a plain word."""

_SHAPE: Final = "`{column, operator, value}`, `{and: [...]}` or text such as `dept_id == 1`"
_ITEM: Final = r"""'(?:[^']|'')*'|"[^"]*"|[^\s'"()\[\],=<>!][^\s'"()\[\],]*"""
_WHEN: Final = re.compile(
    rf"\s*{NAME}\s*(==|=|!=|<>|<=|<|>=|>|\s(?:not\s+in|not_in|in)(?=[\s(\[]))\s*"
    rf"(?:({_ITEM})|[\[(]\s*((?:{_ITEM})(?:\s*,\s*(?:{_ITEM}))*)\s*[\])])\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A column, an operator, and what it is compared with."""

    column: str
    operator: Operator
    value: Node


def is_condition(node: Node) -> bool:
    """Whether a mapping compares a column, or joins conditions."""
    return isinstance(node.value, dict) and not node.value.keys().isdisjoint({"column", *LOGIC_KEYS})


def read_condition(spot: Spot) -> Condition | None:
    """The condition at a spot; None when it has faults, which are noted at their places."""
    found = _read(spot, 0)
    if isinstance(found, _Comparison):
        return Condition(path=spot.path, column=found.column, operator=found.operator, value=plain(found.value))
    if found is None:
        return None
    from syndata_engine.generation.expressions.parsing import names_in

    return Condition(path=spot.path, expression=found, reads=names_in(found))


def _read(spot: Spot, depth: int) -> _Comparison | str | None:
    value = spot.node.value
    if isinstance(value, str):
        return _parsed(spot, value)
    if not is_condition(spot.node) or (isinstance(value, dict) and "column" in value):
        return _compared(spot)
    text = _joined(spot, depth)
    return None if text is None else _checked(spot, text)


def _checked(spot: Spot, text: str) -> str | None:
    """An expression that reads a column; what its parts mean, planning finds out."""
    from syndata_engine.generation.expressions.parsing import Wrong, names_in, parse

    try:
        parse(text)
    except Wrong as wrong:
        fix = "write for example `dept_id == 1`, `city in ['Rome', 'Oslo']` or `a > 1 and not b is null`"
        spot.fault(f"{text[:60]!r} is not a condition: {wrong.described(text)}", fix)
        return None
    if not names_in(text):
        spot.fault(f"{text[:60]!r} is not a condition: it reads no column", "compare a column with a value")
        return None
    return text


def _joined(spot: Spot, depth: int) -> str | None:
    """`and`, `or` or `not` of conditions, as an expression."""
    if depth >= DEEPEST:
        spot.fault(f"conditions stand more than {DEEPEST} deep", "split them over several columns")
        return None
    fields = spot.fields("`{and: [...]}`, `{or: [...]}` or `{not: ...}`", LOGIC_KEYS)
    said = [(key, at) for key in LOGIC_KEYS if fields and (at := fields.get(key))]
    if len(said) != 1:
        if fields is not None:
            spot.fault("a condition is one of and, or and not", "write `{and: [...]}` with the others inside of it")
        return None
    key, at = said[0]
    if key == "not":
        inner = _written(_read(at, depth + 1))
        return None if inner is None else f"not ({inner})"
    items = at.items("a list of conditions") or []
    if not items and isinstance(at.node.value, list):
        at.fault("the list is empty", "write at least one condition")
    parts = [_written(_read(item, depth + 1)) for item in items]
    good = [part for part in parts if part is not None]
    return f"({JUNCTIONS[key].join(good)})" if good and len(good) == len(parts) else None


def _compared(spot: Spot) -> _Comparison | str | None:
    fields = spot.fields(_SHAPE, CONDITION_KEYS)
    if fields is None:
        return None
    column_at = fields.need("column", fix="add `column: ...`, a column of the same table")
    column = column_at.name("the name of a column") if column_at else None
    operator_at, value = fields.get("operator"), fields.written("value")
    word = _operator(operator_at) if operator_at else "=="
    if word in _WITHOUT_VALUE:
        if value is not None and not value.is_null:
            value.fault(f"`{word}` takes no value", "drop the value")
        return None if column is None else _Comparison(column, _WORDS[word], Node(None))
    if value is None:
        spot.fault("'value' is missing", "add `value: ...`, what the column is compared with")
    if column is None or word is None or value is None or value.is_broken:
        return None
    operator = OPERATORS.get(word) or _WORDS.get(word)
    if operator is None:
        return _called(f"`{column}`", word, value)
    return _Comparison(column, operator, value.node) if _fits(value, operator) else None


def _operator(spot: Spot) -> str | None:
    """The operator's word in small letters, with blanks."""
    word = spot.text("an operator, such as ==")
    if word is None:
        return None
    said = " ".join(word.lower().replace("_", " ").split())
    if said in ALL_OPERATORS:
        return said
    spot.fault(f"the operator {word!r} is not known", suggest(word, ALL_OPERATORS, noun="operators"))
    return None


def _fits(spot: Spot, operator: Operator) -> bool:
    """Whether a value can be compared this way; notes the fault."""
    value = spot.node.value
    if operator in ("in", "not in"):
        if isinstance(value, list) and value:
            return True
        spot.misfit(f"a list of values for `{operator}`", "write a list such as [1, 2]")
        return False
    if isinstance(value, list | dict):
        spot.misfit(f"one value for `{operator}`", "write one value, or use the operator `in`")
        return False
    if value is None and operator not in ("==", "!="):
        spot.fault(f"null cannot be compared with `{operator}`", "use == or !=, or write a value")
        return False
    return True


def _called(name: str, word: str, value: Spot) -> str | None:
    """`between`, `contains`, `starts with` and `ends with`, as an expression."""
    before, word = ("not ", word.removeprefix("not ")) if word.startswith("not ") else ("", word)
    found = value.node.value
    if word == _BETWEEN:
        if not isinstance(found, list) or len(found) != 2:
            value.misfit("the least and the greatest value for `between`", "write two values such as [1, 5]")
            return None
        low, high = (_literal_text(one) for one in found)
        return f"{before}({name} >= {low} and {name} <= {high})"
    if not isinstance(found, str):
        value.misfit(f"a text for `{word}`")
        return None
    return f"{before}{_CALLS[word]}({name}, {_literal_text(value.node)})"


def _parsed(spot: Spot, text: str) -> _Comparison | str | None:
    match = _WHEN.fullmatch(text)
    if not match:
        return _checked(spot, text)
    operator = OPERATORS[" ".join(match[4].lower().split())]
    try:
        if match[6] is not None:
            node = Node([Node(_literal(item)) for item in re.findall(_ITEM, match[6])])
        else:
            node = Node(_literal(match[5]))
    except BadScalar as error:
        spot.fault(error.what, error.fix)
        return None
    if not _fits(Spot(node, spot.path, spot.notes), operator):
        return None
    return _Comparison(match[1] or match[2] or match[3], operator, node)


def _literal(word: str) -> str | int | Decimal | bool | None:
    if word[0] == "'":
        return word[1:-1].replace("''", "'")
    return word[1:-1] if word[0] == '"' else resolve(word)


def _written(found: _Comparison | str | None) -> str | None:
    """A condition as part of an expression."""
    if found is None or isinstance(found, str):
        return None if found is None else f"({found})"
    name, value = f"`{found.column}`", found.value.value
    if isinstance(value, list):
        return f"{name} {found.operator} [{', '.join(map(_literal_text, value))}]"
    if value is None:
        return f"{name} is {'not ' if found.operator == '!=' else ''}null"
    return f"{name} {found.operator} {_literal_text(found.value)}"


def _literal_text(node: Node) -> str:
    """A value as an expression writes it."""
    value = node.value
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    doubled = str(value).replace("'", "''")
    return f"'{doubled}'"
