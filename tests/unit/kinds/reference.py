"""docs/kinds.md from the registry: `python -m tests.unit.kinds.reference` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin

import numpy as np
from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from syndata_contracts.errors import Refused
from syndata_engine.generation import BoundTable
from syndata_engine.generation.kinds.drawing import Distribution
from syndata_engine.generation.kinds.registry import Kind, all_kinds
from syndata_engine.generation.quantiles.table import Quantile
from tests.running import REPOSITORY
from tests.unit.kinds.drawings import ROWS, bars, drawing
from tests.unit.kinds.examples import BESIDE, OF_OTHERS, OF_RELATIONS, example
from tests.unit.kinds.limits import LIMITS
from tests.unit.kinds.making import capacity_of, table_of
from tests.unit.kinds.related import OF_LINES, OF_ORDERS, related

PAGE = REPOSITORY / "docs" / "kinds.md"
HEAD = """\
# Kinds

Every kind of rule, from the registry (`python -m tests.unit.kinds.reference` writes this page; a test fails when it is stale).
How rules are written is in [the schema language](schema-reference.md), how values become bytes in [formats](formats.md).

A kind is named in any letter case, with `_`, `-` or blanks between words. *Makes* lists the types that a column may
declare; without a declared type it is the first, or what the options give. Every kind can also be declared `str`, which takes its text as CSV
shows it. *Unique* says whether a column marked unique or as a key can have the rule (with the vocabulary en_US). *Version* rises when the values
of a kind change; plans carry it, and equal versions promise equal bytes.

*Example* is a rule that tests run; below it stand its values, drawn: 10,000 rows of it, of seed 0 and the locale en_US. Few different values are shown with
their shares, numbers and moments as a histogram between the quantiles of 1 % and 99 %, of texts some values and how long they are. (Of a distribution,
the shape is drawn from its own table.) Examples of what reads parents, children or siblings stand in `orders` with 2 to 6 `lines` each. *Limits* are what
a kind does not promise, and how many different values it has.

Columns of one row that describe the same person, place or company agree. Which one it is follows from the column's name
without the words that name the kind (`billing_city` and `billing_zip` share `billing`), or from the option `entity`.
"""
DRAWN, BARS, MOST_BARS = 100_000, 40, 50
_PLAIN = {int: "whole number", str: "text", bool: "true or false", Decimal: "number", Any: "any value", float: "number"}


def page() -> str:
    """The page's whole text."""
    kinds = all_kinds()
    index = ["| kind | makes | unique |", "|---|---|---|"]
    index += [f"| [{kind.name}](#{kind.name}) | {', '.join(kind.types)} | {_unique(kind)} |" for kind in kinds]
    return "\n".join([HEAD, *index, "", *(line for kind in kinds for line in _section(kind))])


def _section(kind: Kind) -> Iterator[str]:
    yield f"## {kind.name}"
    yield ""
    yield kind.summary
    yield ""
    if kind.aliases:
        yield f"- also called: {', '.join(f'`{alias}`' for alias in kind.aliases)}"
    yield f"- makes: {', '.join(kind.types)}"
    yield f"- unique: {_unique(kind)}; version: {kind.version}"
    if kind.name not in OF_OTHERS:
        yield f"- example: `{_flow(_rule(kind.name))}`"
    if isinstance(kind, Distribution):
        yield f"- its shape: {shape(kind)}"
    limits = "; ".join(filter(None, [LIMITS.get(kind.name, ""), capacity(kind)]))
    yield f"- limits: {limits}"
    yield ""
    if kind.name not in OF_OTHERS and not isinstance(kind, Distribution):
        yield from ("```text", *drawing(drawn(kind.name)), "```", "")
    if kind.options.model_fields:
        yield "| option | value | left out | |"
        yield "|---|---|---|---|"
        yield from (_option(name, field) for name, field in kind.options.model_fields.items())
        yield ""


def _rule(kind: str) -> dict[str, Any]:
    """The rule of the kind's example."""
    if kind in OF_RELATIONS:
        return {"type": kind, **{**OF_ORDERS, **OF_LINES}[kind]}
    rule: dict[str, Any] = example(kind)["rule"]
    return rule


def drawn(kind: str) -> BoundTable:
    """The table whose column `x` is the kind's example."""
    return related(kind) if kind in OF_RELATIONS else table_of({**BESIDE, "x": example(kind)}, ROWS)


def capacity(kind: Kind) -> str:
    """How many different values a unique column of the example has, where that is counted."""
    if kind.name in OF_RELATIONS | OF_OTHERS:
        return ""
    column = example(kind.name)
    column["rule"].pop("weights", None)
    found = capacity_of({**BESIDE, "x": {**column, "unique": True}})
    return "" if found is None else f"{found:,} different values where it is unique"


def shape(kind: Distribution) -> str:
    """A drawing of the example's frequencies, from its 1 % quantile to its 99 % quantile."""
    column = table_of({"x": example(kind.name)}, 1).columns["x"]
    assert isinstance(column.code, Quantile)
    codes = np.sort(column.code.table.codes(np.array([2**64 * n // DRAWN for n in range(DRAWN)], np.uint64)))
    shown = codes[DRAWN // 100 : -DRAWN // 100]
    low, high = int(shown[0]), int(shown[-1])
    bins = BARS if high - low > MOST_BARS else high - low + 1
    counts = np.bincount((shown - low) * bins // (high - low + 1), minlength=bins)
    ends = (f"{Decimal(code).scaleb(-column.type.scale).normalize():f}" for code in (low, high))
    return f"`{bars(counts)}` from {' to '.join(ends)}"


def _option(name: str, field: FieldInfo) -> str:
    default = "required" if field.is_required() else f"`{_flow(field.get_default(call_default_factory=True))}`"
    return f"| {' or '.join(f'`{spelling}`' for spelling in _spellings(name, field))} | {_accepts(field)} | {default} | {field.description or ''} |"


def _spellings(name: str, field: FieldInfo) -> list[str]:
    choices = field.validation_alias
    if isinstance(choices, AliasChoices):
        return [str(choice) for choice in choices.choices]
    return [field.alias, name] if field.alias and field.alias != name else [name]


def _accepts(field: FieldInfo) -> str:
    words = _words(field.annotation)
    limits = {type(part).__name__: part for part in field.metadata}
    low, high = (getattr(limits.get(name), name.lower(), None) for name in ("Ge", "Le"))
    if low is not None and high is not None:
        words += f", {low} to {high}"
    shortest = getattr(limits.get("MinLen"), "min_length", None)
    return f"{words}, {shortest} or more" if shortest and "list" in words else words


def _words(annotation: Any) -> str:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return " or ".join(_words(part) for part in inner if part is not type(None))
    if origin is list:
        return f"list of {_words(inner[0])}s"
    if origin is tuple:
        return f"{len(inner)} of: {_words(inner[0])}"
    return "mapping of text to any value"


def _unique(kind: Kind) -> str:
    """Tried, not read off."""
    if kind.name in OF_RELATIONS:
        return "beside its reference" if kind.name == "position" else "no"
    if kind.name in OF_OTHERS:
        return "each value once" if kind.name == "faker" else "as the package says"
    column = example(kind.name)
    if kind.name == "regex":
        column["rule"]["regex"] = "[A-C]{2}"
    column["rule"].pop("weights", None)
    try:
        table_of({**BESIDE, "x": {**column, "unique": True}}, 1)
    except Refused:
        return "no"
    return "without branches" if kind.name == "regex" else "yes"


def _flow(value: Any) -> str:
    """A value as it would stand in a document."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None:
        return "none"
    plain = isinstance(value, str) and value.replace("_", "a").isalnum() and not value.isdigit()
    return str(value) if plain or isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    PAGE.write_text(page())
