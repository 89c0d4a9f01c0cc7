"""The functions of expressions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from syndata_engine.generation.expressions import moments, numbers, parsing, texts
from syndata_engine.generation.expressions.computing import Computer, Nothing, Truth, Value, described
from syndata_engine.generation.expressions.moments import MONTHS, UNITS, Moment, Step
from syndata_engine.generation.expressions.numbers import Term, settled
from syndata_engine.generation.expressions.parsing import Call, Tree, Wrong
from syndata_engine.generation.expressions.texts import Rendered, Words
from syndata_engine.generation.nodes.codes import MICROS_PER_DAY, ValueType
from syndata_engine.generation.nodes.nodes import Constant, Mapped, any_of
from syndata_engine.generation.texts.filters import FILTERS
from syndata_engine.generation.texts.text import Integer
from syndata_engine.generation.words.bits import Codes

MOST_DIGITS: Final = 12


def call(computer: Computer, tree: Call) -> Value:
    """What a function makes of its arguments; Wrong where it has not as many, or others."""
    known = _FUNCTIONS.get(tree.function)
    if known is None or not known[0] <= len(tree.arguments) <= known[1]:
        raise Wrong(f"{tree.function}() with {len(tree.arguments)} arguments is not known",
                    f"use {_nearest(tree.function)}", tree.at)  # fmt: skip
    return known[2](computer, tree)


def _nearest(name: str) -> str:
    if name in _FUNCTIONS:
        least, most, _ = _FUNCTIONS[name]
        return f"{name} with {least} arguments" if least == most else f"{name} with {least} or more arguments"
    return ", ".join(sorted(_FUNCTIONS))


def _if(computer: Computer, tree: Call) -> Value:
    condition, yes, no = tree.arguments
    holds = computer.holds(computer.of(condition), condition)
    return computer.chosen(holds, computer.of(yes), computer.of(no), tree)


def _coalesce(computer: Computer, tree: Call) -> Value:
    values = [computer.of(argument) for argument in tree.arguments]
    result = values[-1]
    for value in reversed(values[:-1]):
        if isinstance(value, Nothing):
            continue
        if isinstance(value, Step) or not value.nulls:
            result = value
            continue
        there = Mapped(lambda missing: (missing == 0).astype(np.int64), (any_of(*value.nulls),))
        # Where it is chosen it is not NULL, so the others alone decide that.
        result = computer.chosen(there, replace(value, nulls=()), result, tree)
    return result


def _round(computer: Computer, tree: Call) -> Value:
    digits = 0
    if len(tree.arguments) > 1:
        second = tree.arguments[1]
        digits = int(second.digits) if isinstance(second, parsing.Number) and second.digits.isdecimal() else -1
    if not 0 <= digits <= MOST_DIGITS:
        raise Wrong(f"round needs a whole number of digits from 0 to {MOST_DIGITS}", "write round(x, 2)", tree.at)
    return numbers.checked(numbers.rescaled(computer.number(tree.arguments[0]), digits), tree.at)


def _extreme(computer: Computer, tree: Call) -> Value:
    return numbers.extreme(tree.function, [computer.number(argument) for argument in tree.arguments], tree.at)


def _sign(computer: Computer, tree: Call) -> Value:
    term = settled(computer.number(tree.arguments[0]))
    return Term(Mapped(np.sign, (term.node,)), 0, -1, 1, term.nulls)


def _text(computer: Computer, tree: Call) -> Value:
    return computer.text_of(tree.arguments[0])


def _concat(computer: Computer, tree: Call) -> Value:
    parts = [computer.text_of(argument) for argument in tree.arguments]
    return Words(
        tuple(piece for part in parts for piece in part.text), tuple(node for part in parts for node in part.nulls)
    )


def _cased(change: Callable[[str], str]) -> Callable[[Computer, Call], Value]:
    def cased(computer: Computer, tree: Call) -> Value:
        words = computer.text_of(tree.arguments[0])
        whole = texts.per_entry(words, change)
        if whole is not None:
            return whole
        try:
            return Words(FILTERS[tree.function](words.text), words.nulls)
        except (KeyError, ValueError):
            raise _composed(computer, tree) from None

    return cased


def _composed(computer: Computer, tree: Call) -> Wrong:
    what = f"{computer.cut(tree.arguments[0])} is composed, so {tree.function}() cannot look inside it"
    return Wrong(what, "apply it to the columns that it is composed of", tree.at)


def _slug(computer: Computer, tree: Call) -> Value:
    words = computer.text_of(tree.arguments[0])
    try:
        return Words(FILTERS["slug"](words.text), words.nulls)
    except ValueError as error:
        raise Wrong(f"there is no slug of it: {error}", "apply slug() to plain texts", tree.at) from None


def _whole(tree: Tree, least: int, name: str) -> int:
    if not isinstance(tree, parsing.Number) or not tree.digits.isdecimal() or int(tree.digits) < least:
        raise Wrong(
            f"{name} needs a whole number of at least {least} here", f"write for example {max(least, 3)}", tree.at
        )
    return int(tree.digits)


def _literal(computer: Computer, tree: Tree, name: str) -> str:
    value = computer.of(tree)
    if not isinstance(value, Words) or value.literal is None:
        raise Wrong(f"{name} needs a text in quotes here", "write for example 'abc'", tree.at)
    return value.literal


def _substr(computer: Computer, tree: Call) -> Value:
    start = _whole(tree.arguments[1], 1, "substr")
    stop = None if len(tree.arguments) < 3 else start - 1 + _whole(tree.arguments[2], 0, "substr")
    return _changed(computer, tree, lambda value: value[start - 1 : stop])


def _left(computer: Computer, tree: Call) -> Value:
    count = _whole(tree.arguments[1], 0, tree.function)
    if tree.function == "left":
        return _changed(computer, tree, lambda value: value[:count])
    return _changed(computer, tree, lambda value: value[max(0, len(value) - count) :])


def _replace(computer: Computer, tree: Call) -> Value:
    old, new = (_literal(computer, argument, "replace") for argument in tree.arguments[1:])
    if not old:
        raise Wrong("replace needs a text to look for", "write replace(x, '-', '')", tree.arguments[1].at)
    return _changed(computer, tree, lambda value: value.replace(old, new))


def _changed(computer: Computer, tree: Call, change: Callable[[str], str]) -> Value:
    changed = texts.per_entry(computer.text_of(tree.arguments[0]), change)
    if changed is None:
        raise _composed(computer, tree)
    return changed


def _length(computer: Computer, tree: Call) -> Value:
    words = computer.text_of(tree.arguments[0])
    node = texts.by_label(words, len) or texts.Measured(texts.characters, (Rendered(words.text),))
    most = max(map(len, words.labels.values)) if words.labels is not None else 2**31
    return Term(node, 0, 0, most, words.nulls)


_SEARCHES: Final[dict[str, tuple[Callable[[str, str], bool], Callable[[texts.Block, bytes], Codes]]]] = {
    "contains": (lambda value, wanted: wanted in value, texts.contains),
    "starts_with": (str.startswith, texts.begins_with),
    "ends_with": (str.endswith, texts.ends_with),
}


def _search(computer: Computer, tree: Call) -> Value:
    words = computer.text_of(tree.arguments[0])
    wanted = _literal(computer, tree.arguments[1], tree.function)
    known, found = _SEARCHES[tree.function]
    body = wanted.encode()
    node = texts.by_label(words, lambda value: int(known(value, wanted)))
    return Truth(node or texts.Measured(lambda block: found(block, body), (Rendered(words.text),)), words.nulls)


def _pad(computer: Computer, tree: Call) -> Value:
    term = settled(computer.number(tree.arguments[0]))
    width = _whole(tree.arguments[1], 1, "pad")
    if term.scale or width > 19:
        raise Wrong("pad needs a whole number, and a width of at most 19", "write pad(id, 6)", tree.at)
    return Words((Integer(term.node, width),), term.nulls)


def _moment(computer: Computer, tree: Tree) -> Moment:
    value = computer.of(tree)
    if isinstance(value, Words) and value.literal is not None:
        kind = ValueType("datetime" if "T" in value.literal else "date")
        code = computer.ctx.code(value.literal, kind, computer.option)
        return Moment(kind, Constant(code), code, code)
    if isinstance(value, Moment):
        return value
    raise Wrong(
        f"{computer.cut(tree)} is {described(value)}, not a date or time", "name a date, datetime or time", tree.at
    )


def _part(computer: Computer, tree: Call) -> Value:
    return moments.part(tree.function, _moment(computer, tree.arguments[0]), tree.at)


def _between(computer: Computer, tree: Call) -> Value:
    first, last = (_moment(computer, argument) for argument in tree.arguments)
    return moments.distance(tree.function.removesuffix("s_between"), first, last, tree.at)


def _add(computer: Computer, tree: Call) -> Value:
    count = settled(computer.number(tree.arguments[1]))
    if count.scale:
        raise Wrong(
            f"{computer.cut(tree.arguments[1])} is not a whole number", "round it: round(x)", tree.arguments[1].at
        )
    unit = tree.function.removeprefix("add_").removesuffix("s")
    return moments.shifted(_moment(computer, tree.arguments[0]), Step(1, unit), count, tree.at)


def _date(computer: Computer, tree: Call) -> Value:
    moment = _moment(computer, tree.arguments[0])
    if moment.type.name not in {"date", "datetime"}:
        raise Wrong(f"a {moment.type.name} has no date", "name a date or datetime", tree.at)
    return moments.as_date(moment) if tree.function == "date" else moments.as_datetime(moment)


def _now(computer: Computer, tree: Call) -> Value:
    code = computer.now()
    if tree.function == "today":
        day = code // MICROS_PER_DAY
        return Moment(ValueType("date"), Constant(day), day, day)
    code -= code % 1_000_000
    return Moment(ValueType("datetime"), Constant(code), code, code)


def _numeric(function: Callable[[Term], Term]) -> Callable[[Computer, Call], Value]:
    return lambda computer, tree: function(computer.number(tree.arguments[0]))


_MANY: Final = 64
_FUNCTIONS: Final[dict[str, tuple[int, int, Callable[[Computer, Call], Value]]]] = {
    "if": (3, 3, _if), "coalesce": (2, _MANY, _coalesce),
    "round": (1, 2, _round), "min": (2, _MANY, _extreme), "max": (2, _MANY, _extreme), "sign": (1, 1, _sign),
    "abs": (1, 1, _numeric(numbers.absolute)),
    "floor": (1, 1, _numeric(lambda term: numbers.cut(term, up=False))),
    "ceil": (1, 1, _numeric(lambda term: numbers.cut(term, up=True))),
    "text": (1, 1, _text), "concat": (1, _MANY, _concat), "slug": (1, 1, _slug), "length": (1, 1, _length),
    "lower": (1, 1, _cased(str.lower)), "upper": (1, 1, _cased(str.upper)), "title": (1, 1, _cased(str.title)),
    "trim": (1, 1, _cased(str.strip)), "substr": (2, 3, _substr), "left": (2, 2, _left), "right": (2, 2, _left),
    "replace": (3, 3, _replace), "pad": (2, 2, _pad), **dict.fromkeys(_SEARCHES, (2, 2, _search)),
    **dict.fromkeys(moments.PARTS, (1, 1, _part)), "date": (1, 1, _date), "datetime": (1, 1, _date),
    "today": (0, 0, _now), "as_of": (0, 0, _now),
    **{f"{unit}s_between": (2, 2, _between) for unit in (*UNITS, *MONTHS)},
    **{f"add_{unit}s": (2, 2, _add) for unit in (*UNITS, *MONTHS)},
}  # fmt: skip
"""Every function with its least and most arguments."""
FUNCTION_NAMES: Final = tuple(sorted(_FUNCTIONS))
