"""What a rule makes of a cell that it hits: one function for each kind of dirt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from syndata_contracts.schema import DirtKind
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.dirt.formats import FORMATTED, reformatted
from syndata_engine.generation.dirt.outliers import check_fits, outlier
from syndata_engine.generation.dirt.targets import KEY, Effect, Target
from syndata_engine.generation.expressions.texts import Block, Measured, Rendered, equals, same
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Mapped, Selected, Taken, Uniform, any_of
from syndata_engine.generation.rendering import damage
from syndata_engine.generation.texts.text import Case, Damaged, Item, Switch, Text
from syndata_engine.generation.words.bits import Codes
from syndata_engine.pools import Pool

WAYS: Final[dict[str, dict[str, int]]] = {
    "typo": {
        "insert": damage.INSERT,
        "delete": damage.DELETE,
        "transpose": damage.TRANSPOSE,
        "replace": damage.REPLACE,
        "keyboard": damage.KEYBOARD,
    },
    "case": {"upper": damage.UPPER, "lower": damage.LOWER, "invert": damage.INVERT},
    "whitespace": {"before": damage.BEFORE, "after": damage.AFTER, "doubled": damage.DOUBLED},
    "encoding": {"misread": damage.MISREAD},
}
PLACEHOLDERS: Final = ("N/A", "unknown", "-", "?")
"""What stands for a missing text where a rule lists nothing."""
_SHORT: Final = 3
"""Letters of an abbreviated name."""


def effect(target: Target) -> Effect:
    """What the rule makes of the column; Refused where the column cannot hold it."""
    return _EFFECTS[target.rule.kind](target)


def _missing(target: Target) -> Effect:
    if not target.schema.nullable:
        what = f"{target.name} is NOT NULL, so no value of it can go missing"
        target.refuse(what, "allow NULL, or choose another kind, such as placeholder", "columns")
    return Effect(null=True)


def _damaged(target: Target) -> Effect:
    target.need("str")
    known = WAYS[target.rule.kind]
    ways = sum(known[way] for way in target.rule.options.get("ways", known))
    return Effect(text=(Damaged(target.column.written(), target.word, KEY, ways),))


def _format(target: Target) -> Effect:
    target.need("str")
    text = target.column.written()
    options = reformatted(text, target.rule.options.get("ways"))
    if options is None:
        what = f"{target.name} is not written as one number or date throughout"
        fix = "declare `type: str` for a column whose rule makes numbers or dates, without a zone"
        target.refuse(what, fix, "columns")
    if not options:
        named = next(ways for piece, ways in FORMATTED.items() if isinstance(text[0], piece))
        target.refuse(f"none of the ways is one for {target.name}", f"its ways are: {', '.join(named)}", "ways")
    return Effect(text=(Switch(target.word, KEY, (1,) * len(options), tuple(options)),))


def _variant(target: Target) -> Effect:
    target.need("str")
    pool, index = target.column.labels, target.column.code
    if pool is None or index is None:
        what = f"the values of {target.name} do not come from a list"
        target.refuse(what, "choose a column with the rule choice, or the kind typo", "columns")
    given: dict[str, list[str]] | None = target.rule.options.get("values")
    for label in given or ():
        if label not in pool.values:
            target.refuse(f"{target.name} never is {label!r}", f"it is one of: {', '.join(pool.values[:12])}", "values")
    lists = [_variants(label, pool) if given is None else tuple(given.get(label, ())) for label in pool.values]
    sizes = np.array([len(one) for one in lists], np.int64)
    starts = np.cumsum(sizes) - sizes
    word = target.word

    def pick(codes: Codes, drawn: Codes) -> Codes:
        return np.asarray(starts[codes] + drawn % np.maximum(sizes[codes], 1), np.int64)

    chosen = Mapped(pick, (index, Uniform(word, 0, 2**31, key=KEY)))
    values = tuple(value for one in lists for value in one)
    able = None if sizes.all() else Taken(index, (sizes > 0).astype(np.int64))
    return Effect(text=(Item(Pool(values), chosen),), able=able)


def _variants(label: str, pool: Pool) -> tuple[str, ...]:
    """Ways in which people write a name from a list; never one that stands in the list."""
    # Letter case of ASCII alone: of other letters it depends on the version of Python.
    cased = (label.upper(), label.lower(), label.capitalize()) if label.isascii() else ()
    short = (f"{label[:_SHORT]}.",) if len(label) > _SHORT + 1 else ()
    joined = (label.replace(" ", "_"), label.replace(" ", "")) if " " in label.strip() else ()
    taken = {*pool.values, ""}
    found = dict.fromkeys(text for text in (*cased, *short, *joined, f"{label} ") if text not in taken)
    marked = f"{label} ?"
    while marked in taken:
        marked += "?"
    return tuple(found) or (marked,)


def _swap(target: Target) -> Effect:
    (other,) = target.others
    if other.type != target.column.type or other.parts or target.column.parts:
        what = f"swap cannot exchange {target.name}, which is {target.column.type.name}, with another type: {other.type.name}"
        target.refuse(what, "choose two columns of one type", "columns")
    if other.type.textual:
        text = other.written()
        differ = Measured(_unlike, (Rendered(target.column.written()), Rendered(text)))
        return Effect(text=text, able=differ)
    assert target.column.code is not None  # noqa: S101 -- what is no text has a code
    assert other.code is not None  # noqa: S101 -- as above
    able = Mapped(lambda one, two: (one != two).astype(np.int64), (target.column.code, other.code))
    return Effect(code=other.code, low=other.low, high=other.high, able=able)


def _unlike(one: Block, other: Block) -> Codes:
    return 1 - same(one, other)


def _placeholder(target: Target) -> Effect:
    target.need("str", "int", "float", "decimal", "date", "datetime")
    values = target.rule.options.get("values")
    if target.column.type.textual:
        return _text_placeholder(target, tuple(map(str, values or PLACEHOLDERS)))
    if not values:
        target.refuse(f"nothing is said that could stand for a missing {target.name}", "write values: [...]", "values")
    return _code_placeholder(target, list(values))


def _text_placeholder(target: Target, values: tuple[str, ...]) -> Effect:
    column = target.column
    text: Text = (Item(Pool(values), Uniform(target.word, 0, len(values), key=KEY)),)
    pool = column.pool()
    if pool is not None and not set(values) & set(pool.values):
        return Effect(text=text)
    wanted = [value.encode() for value in values]
    able = Measured(
        lambda block: 1 - np.maximum.reduce([equals(block, one) for one in wanted]), (Rendered(column.written()),)
    )
    return Effect(text=text, able=able)


def _code_placeholder(target: Target, values: list[object]) -> Effect:
    column = target.column
    codes = np.array([target.context().code(value, column.type, "values") for value in values], np.int64)
    low, high = int(codes.min()), int(codes.max())
    check_fits(target, low, high, "values")
    drawn = Taken(Uniform(target.word, 0, len(codes), key=KEY), codes)
    outside = column.low is not None and column.high is not None
    outside = outside and not any((column.low or 0) <= code <= (column.high or 0) for code in codes)
    assert column.code is not None  # noqa: S101 -- what is no text has a code
    able = None if outside else Mapped(lambda found: 1 - np.isin(found, codes).astype(np.int64), (column.code,))
    return Effect(code=drawn, low=low, high=high, able=able)


_EFFECTS: Final[dict[DirtKind, Callable[[Target], Effect]]] = {
    "missing": _missing,
    "typo": _damaged,
    "case": _damaged,
    "whitespace": _damaged,
    "encoding": _damaged,
    "format": _format,
    "variant": _variant,
    "outlier": outlier,
    "swap": _swap,
    "placeholder": _placeholder,
}


def written(clean: Column, made: Effect) -> Text:
    """How a damaged value reads; nothing where it is NULL."""
    if made.null:
        return ()
    if made.text is not None:
        return made.text
    return replace(clean, code=made.code, text=None, labels=None).written()


def with_effects(column: Column, index: Node, effects: list[Effect]) -> Column:
    """The column as it is where `index` is 0, and with effect n - 1 where it is n."""
    gone = np.array([0, *(one.null for one in effects)], np.int64)
    null = column.null
    if gone.any():
        lost = Taken(index, gone)
        null = lost if null is None else any_of(null, lost)
    if all(one.null for one in effects):
        return replace(column, null=null, narrow=None)
    if column.type.textual:
        options = (column.written(), *(written(column, one) for one in effects))
        return replace(
            column, code=None, labels=None, text=(Case(index, options),), null=null, narrow=None, unique=False
        )
    return _recoded(replace(column, null=null, narrow=None, unique=False), index, effects)


def _recoded(column: Column, index: Node, effects: list[Effect]) -> Column:
    assert column.code is not None  # noqa: S101 -- what is no text has a code
    coded = [one for one in effects if one.code is not None]
    lows, highs = [column.low, *(one.low for one in coded)], [column.high, *(one.high for one in coded)]
    return replace(
        column,
        code=Selected(index, (column.code, *(one.code or Constant(0) for one in effects))),
        text=None,
        labels=None,
        low=None if None in lows else min(low for low in lows if low is not None),
        high=None if None in highs else max(high for high in highs if high is not None),
    )
