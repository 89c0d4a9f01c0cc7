"""Identifiers as numbered texts: their free figures are the digits of one number, their check figures follow from those."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Kind
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Mapped, Uniform, digit_of
from syndata_engine.generation.texts.text import Text
from syndata_engine.generation.words.bits import Codes
from syndata_engine.generation.words.draws import digit_sums

MAX_NUMBERED = 2**62
"""Fields are numbered until their combinations pass this; later ones are drawn."""
Fields = tuple[Node, ...]


@dataclass(frozen=True)
class Format:
    """How an identifier is written: the sizes of its free fields, and its text over their codes 0..size-1."""

    sizes: tuple[int, ...]
    text: Callable[[Fields], Text]

    @property
    def capacity(self) -> int:
        """Texts that can be numbered, all of them different."""
        return prod(self.sizes[: self._numbered])

    @property
    def _numbered(self) -> int:
        total, count = 1, 0
        while count < len(self.sizes) and total * self.sizes[count] <= MAX_NUMBERED:
            total *= self.sizes[count]
            count += 1
        return count

    def column(self, ctx: ColumnContext, number: Node | None = None) -> Column:
        """The texts with these numbers; drawn where none are given."""
        index = Uniform(ctx.word(), 0, self.capacity) if number is None else number
        fields: list[Node] = []
        divisor = 1
        for at, size in enumerate(self.sizes):
            if at >= self._numbered:
                fields.append(Uniform(ctx.word(), 0, size, key=ctx.key("figures", str(at))))
            elif size == self.capacity:
                fields.append(index)
            else:
                fields.append(digit_of(index, divisor, size))
                divisor *= size
        return Column(ValueType("str"), text=self.text(tuple(fields)), unique=number is not None)


class Identifier(Kind):
    """A kind whose values are a format's texts."""

    types = ("str",)

    @abstractmethod
    def format(self, ctx: ColumnContext, options: Any) -> Format:
        """The format that the options ask for; Refused where there is none."""

    def build(self, ctx: ColumnContext, options: Any) -> Column:
        return self.format(ctx, options).column(ctx)

    def enumerate(self, ctx: ColumnContext, options: Any) -> Enumeration | None:
        form = self.format(ctx, options)
        return Enumeration(form.capacity, lambda number: form.column(ctx, number))


@dataclass(frozen=True, eq=False, slots=True)
class DigitSum(Node):
    """The sum over a number's decimal digits of what a table says for each; int64[10 * places], last digit first."""

    number: Node
    places: int
    table: Codes

    def compute(self, frame: Frame, out: Codes) -> None:
        digit_sums(frame.get(self.number), self.places, self.table, out)


def weighted(number: Node, weights: Sequence[int]) -> Node:
    """The sum of the number's digits, each times its weight; weights as one writes the number, first digit first."""
    table = [weight * digit for weight in reversed(weights) for digit in range(10)]
    return DigitSum(number, len(weights), np.array(table, np.int64))


def looked_up(number: Node, tables: Sequence[Sequence[int]]) -> Node:
    """The sum of what each digit's own table of ten says; tables as one writes the number."""
    return DigitSum(number, len(tables), np.array([value for row in reversed(tables) for value in row], np.int64))


def luhn(number: Node, places: int) -> Node:
    """The check digit to put behind a number of so many digits (ISO/IEC 7812-1, annex B)."""
    doubled = [sum(divmod(2 * digit, 10)) for digit in range(10)]
    rows = [doubled if (places - at) % 2 else list(range(10)) for at in range(places)]
    return completing(looked_up(number, rows), 10)


def completing(total: Node, modulus: int) -> Node:
    """What is to be added to a sum, so that the modulus divides it."""
    return Mapped(lambda totals: -totals % modulus, (total,))


def remainder(parts: Sequence[tuple[Node | int, int]], modulus: int = 97) -> Node:
    """The remainder of a long decimal number, given as parts: each a number (or a fixed one) and its width in digits.

    No part may pass 2**62, nor its width 18.
    """
    nodes = tuple(part for part, _ in parts if isinstance(part, Node))

    def compute(*codes: Codes) -> Codes:
        rest = np.zeros(len(codes[0]), np.int64)
        given = iter(codes)
        for part, width in parts:
            value = next(given) if isinstance(part, Node) else np.int64(part)
            rest = (rest * (10**width % modulus) + value % modulus) % modulus
        return rest

    return Mapped(compute, nodes)
