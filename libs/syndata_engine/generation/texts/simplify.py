"""Drawing the same texts with fewer decisions: choices between pools, and between digit masks, become one draw.

Every decision that depends on a drawn bit costs the processor a mispredicted jump, which is as long as copying
a whole name. These rewritings keep the set of texts and their probabilities.
"""

from __future__ import annotations

from math import gcd

from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.texts.text import Digits, Lit, Mask, Masked, Pick, Piece, Switch, Text
from syndata_engine.pools import Pool

MAX_MERGED = 60_000
"""Entries of a merged pool."""
MASK_LENGTH = 32
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .+-()/#*:_")


def choice(word: Node, key: int, weights: tuple[int, ...], options: tuple[Text, ...]) -> Text:
    """One of the options by weight, in the simplest form that draws the same texts as often."""
    weights, options = _flattened(word, weights, options)
    if len(options) == 1:
        return options[0]
    merged = _merged_pools(key, weights, options)
    if merged is not None:
        return merged
    masks = [_mask(option) for option in options]
    if all(mask is not None for mask in masks):
        return (Masked(word, key, weights, tuple(mask for mask in masks if mask is not None)),)
    return (Switch(word, key, weights, options),)


def _flattened(
    word: Node, weights: tuple[int, ...], options: tuple[Text, ...]
) -> tuple[tuple[int, ...], tuple[Text, ...]]:
    """Options that are choices themselves, replaced by what they choose from."""
    inner = [option[0] if len(option) == 1 and isinstance(option[0], Switch) else None for option in options]
    if not any(piece is not None and piece.word is word for piece in inner):
        return weights, options
    total = 1
    for piece in inner:
        total *= 1 if piece is None else sum(piece.weights)
    flat: list[tuple[int, Text]] = []
    for weight, option, piece in zip(weights, options, inner, strict=True):
        if piece is None:
            flat.append((weight * total, option))
        else:
            flat += [
                (weight * total // sum(piece.weights) * share, text)
                for share, text in zip(piece.weights, piece.options, strict=True)
            ]
    divisor = gcd(*(weight for weight, _ in flat))
    return tuple(weight // divisor for weight, _ in flat), tuple(option for _, option in flat)


def _merged_pools(key: int, weights: tuple[int, ...], options: tuple[Text, ...]) -> Text | None:
    """The options as one text, where they differ in nothing but the pool of one pick."""
    first = options[0]
    if not first or any(len(option) != len(first) for option in options):
        return None
    differing = [at for at in range(len(first)) if not all(_alike(option[at], first[at]) for option in options)]
    if len(differing) != 1:
        return None
    at = differing[0]
    picks = [option[at] for option in options]
    solid = [pick for pick in picks if isinstance(pick, Pick)]
    if len(solid) != len(picks) or sum(len(pick.pool.values) for pick in solid) > MAX_MERGED:
        return None
    pool = _joined([pick.pool for pick in solid], weights)
    return (*first[:at], Pick(pool, solid[0].word, key), *first[at + 1 :])


def _alike(piece: Piece, other: Piece) -> bool:
    if isinstance(piece, Lit) and isinstance(other, Lit):
        return piece.text == other.text
    if isinstance(piece, Pick) and isinstance(other, Pick):
        return piece.pool is other.pool and piece.word is other.word
    return piece is other


def _joined(pools: list[Pool], weights: tuple[int, ...]) -> Pool:
    """All entries, each as likely as by drawing the pool first; equal texts share an entry."""
    totals = [sum(pool.weights) if pool.weights else len(pool.values) for pool in pools]
    common = 1
    for total in totals:
        common = common * total // gcd(common, total)
    shares: dict[str, int] = {}
    for pool, weight, total in zip(pools, weights, totals, strict=True):
        for value, share in zip(pool.values, pool.weights or (1,) * len(pool.values), strict=True):
            shares[value] = shares.get(value, 0) + weight * share * (common // total)
    return Pool(tuple(shares), tuple(shares.values()))


def _mask(option: Text) -> Mask | None:
    """The option as a digit mask, where it is only plain text, digits 0-9 and digits 2-9, and short enough."""
    text = ""
    digits: list[int] = []
    bounded: list[int] = []
    for piece in option:
        if isinstance(piece, Lit):
            text += piece.text
        elif isinstance(piece, Pick) and piece.pool.weights is None and "".join(piece.pool.values) == "23456789":
            bounded.append(len(text))
            text += "0"
        elif isinstance(piece, Digits) and piece.low == 0 and piece.size == 10**piece.count:
            digits += range(len(text), len(text) + piece.count)
            text += "0" * piece.count
        else:
            return None
    if not text or len(text) > MASK_LENGTH or not set(text) <= _PLAIN:
        return None
    return Mask(text, tuple(digits), tuple(bounded))
