"""The two shapes of a symbol, and the template syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Final

HEAVIEST: Final = 2**31
_SPECIAL: Final = re.compile(r"[{}#%?^\\]")
_PIECE: Final = re.compile(r"\\.|\{[^{}]+\}|[^\\{}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pool:
    """Distinct texts, drawn by weight; `weights` is empty when all are equally likely."""

    values: tuple[str, ...]
    weights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grammar:
    """Templates with integer weights, sorted by text."""

    templates: tuple[tuple[str, int], ...]


Symbol = Pool | Grammar


def escape(text: str) -> str:
    """Return the template that says exactly `text`."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def split_template(template: str) -> list[str]:
    """Return the pieces of a template: references with their braces, escapes, single characters."""
    return _PIECE.findall(template)


def plain_text(template: str) -> str | None:
    """Return what a template says when it always says the same, else None."""
    said = []
    for piece in split_template(template):
        if piece.startswith("\\"):
            said.append(piece[1])
        elif piece.startswith("{") or piece in "#%?^":
            return None
        else:
            said.append(piece)
    return "".join(said)


def references(symbol: Symbol) -> list[str]:
    """Return the names a symbol refers to, in order of appearance, with repetitions."""
    if isinstance(symbol, Pool):
        return []
    pieces = (piece for template, _ in symbol.templates for piece in split_template(template))
    return [piece[1:-1] for piece in pieces if piece.startswith("{")]


def rename_references(symbol: Symbol, names: Mapping[str, str]) -> Symbol:
    """Return the symbol with every reference replaced by its entry in `names`, if it has one."""
    if isinstance(symbol, Pool):
        return symbol

    def renamed(piece: str) -> str:
        return "{" + names.get(piece[1:-1], piece[1:-1]) + "}" if piece.startswith("{") else piece

    return Grammar(tuple(("".join(map(renamed, split_template(text))), weight) for text, weight in symbol.templates))


def whole_weights(weights: Sequence[Fraction]) -> list[int]:
    """Scale positive weights to whole numbers of at most 2**31, exactly when that is possible."""
    common = lcm(*(weight.denominator for weight in weights))
    scaled = [int(weight * common) for weight in weights]
    divisor = gcd(*scaled)
    whole = [weight // divisor for weight in scaled]
    if max(whole) > HEAVIEST:
        factor = Fraction(HEAVIEST, 1) / max(weights)
        whole = [max(1, round(weight * factor)) for weight in weights]
    return whole


def gather(weighted: Iterable[tuple[str, Fraction]]) -> tuple[list[str], list[int]]:
    """Merge equal texts, adding their weights; drop what can never happen; sort by text."""
    total: dict[str, Fraction] = {}
    for text, weight in weighted:
        if weight > 0:
            total[text] = total.get(text, Fraction(0)) + weight
    texts = sorted(total)
    return texts, whole_weights([total[text] for text in texts]) if texts else []


def pool_of(weighted: Iterable[tuple[str, Fraction]]) -> Pool:
    """Return the pool of weighted texts."""
    texts, weights = gather(weighted)
    return Pool(tuple(texts), () if len(set(weights)) <= 1 else tuple(weights))


def symbol_of(weighted: Iterable[tuple[str, Fraction]]) -> Symbol:
    """Return the grammar of weighted templates, or the pool when no template varies."""
    texts, weights = gather(weighted)
    plain = [plain_text(text) for text in texts]
    if all(text is not None for text in plain):
        return pool_of((str(text), Fraction(weight)) for text, weight in zip(plain, weights, strict=True))
    return Grammar(tuple(zip(texts, weights, strict=True)))


def digits_between(low: int, high: int, width: int) -> list[tuple[str, Fraction]]:
    """Return templates that say each whole number from `low` to `high` equally often.

    Numbers are padded with zeros to `width`; a width of 0 means no padding.
    """
    blocks: list[tuple[int, int]] = []
    while low <= high:
        size = 1
        while low % (size * 10) == 0 and low + size * 10 - 1 <= high and (width or low or size == 1):
            size *= 10
        blocks.append((low, size))
        low += size
    return [(text, Fraction(weight)) for text, weight in _joined(blocks, width)]


def _joined(blocks: list[tuple[int, int]], width: int) -> list[tuple[str, int]]:
    """Write blocks as templates; nine neighbours that differ in a digit 1 to 9 become one `%`."""
    written: list[tuple[str, int]] = []
    at = 0
    while at < len(blocks):
        start, size = blocks[at]
        nine = blocks[at : at + 9]
        joins = len(nine) == 9 and start // size % 10 == 1 and all(block[1] == size for block in nine)
        tail = ("%" if joins else "") + "#" * (len(str(size)) - 1)
        stem = start // size // 10 if joins else start // size
        head = str(stem) if stem or not tail else ""
        written.append((head.rjust(max(width - len(tail), 0), "0") + tail, size * (9 if joins else 1)))
        at += 9 if joins else 1
    return written
