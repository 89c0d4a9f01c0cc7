"""The nodes that kinds are built from: words, draws, choices between nodes, comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.words import draws
from syndata_engine.generation.words.bits import Codes, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from syndata_engine.generation.words.bijection import Bijection

# eq=False: a node is itself, so frames can key on it without comparing trees.


@dataclass(frozen=True, eq=False, slots=True)
class RowNumber(Node):
    """The row's own number."""

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = frame.rows


@dataclass(frozen=True, eq=False, slots=True)
class Constant(Node):
    """The same code in every row."""

    code: int

    def compute(self, frame: Frame, out: Codes) -> None:  # noqa: ARG002 -- the port's signature
        out[:] = self.code


@dataclass(frozen=True, eq=False, slots=True)
class Word(Node):
    """The word of a column or entity: a bijection of the row number on 64 bits."""

    key: int

    def compute(self, frame: Frame, out: Codes) -> None:
        draws.column_words(frame.inner, np.uint64(self.key), out.view(np.uint64))


@dataclass(frozen=True, eq=False, slots=True)
class SecretWord(Node):
    """A word that cannot be foretold without the secret (SipHash-2-4 of the row number)."""

    keys: tuple[int, int]

    def compute(self, frame: Frame, out: Codes) -> None:
        first, second = self.keys
        draws.secret_words(frame.rows, np.uint64(first), np.uint64(second), out.view(np.uint64))


@dataclass(frozen=True, eq=False, slots=True)
class Uniform(Node):
    """low + step * (0..size-1), each as likely."""

    word: Node
    low: int
    size: int
    step: int = 1
    key: int = 0

    def compute(self, frame: Frame, out: Codes) -> None:
        words = frame.words(self.word)
        draws.uniform_codes(words, np.uint64(self.key), self.low, np.uint64(self.size), self.step, out)


@dataclass(frozen=True, eq=False, slots=True)
class Between(Node):
    """Uniform between two nodes, both included; where the bounds cross, the low one."""

    word: Node
    low: Node
    high: Node

    def compute(self, frame: Frame, out: Codes) -> None:
        low = frame.get(self.low)
        draws.bounded_codes(frame.words(self.word), low, np.maximum(low, frame.get(self.high)), out)


@dataclass(frozen=True, eq=False, slots=True)
class Weighted(Node):
    """An index drawn with given weights."""

    word: Node
    alias: Words
    key: int = 0

    def compute(self, frame: Frame, out: Codes) -> None:
        draws.weighted_codes(frame.words(self.word), np.uint64(self.key), self.alias, out)


@dataclass(frozen=True, eq=False, slots=True)
class Grouped(Node):
    """An index into several pools laid end to end, drawn from the stretch that `group` names."""

    word: Node
    key: int
    group: Node
    starts: Codes
    alias: Words

    def compute(self, frame: Frame, out: Codes) -> None:
        words, groups = frame.words(self.word), frame.get(self.group)
        draws.grouped_codes(words, np.uint64(self.key), groups, self.starts, self.alias, out)


def probability_threshold(probability: Decimal) -> int:
    """A probability as a numerator over 2**64, in exact arithmetic."""
    numerator, denominator = probability.as_integer_ratio()
    return (numerator << 64) // denominator


@dataclass(frozen=True, eq=False, slots=True)
class Chance(Node):
    """1 with a probability given as a numerator over 2**64, else 0."""

    word: Node
    threshold: int
    key: int

    def compute(self, frame: Frame, out: Codes) -> None:
        if self.threshold >= 2**64:
            out[:] = 1
        else:
            draws.below_threshold(frame.words(self.word), np.uint64(self.key), np.uint64(self.threshold), out)


@dataclass(frozen=True, eq=False, slots=True)
class Permuted(Node):
    """A keyed bijection of another node."""

    number: Node
    bijection: Bijection

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = self.bijection.forward(frame.get(self.number))


@dataclass(frozen=True, eq=False, slots=True)
class Mapped(Node):
    """A function of whole arrays, for arithmetic that is not hot enough for a kernel of its own."""

    function: Callable[..., Codes]
    inputs: tuple[Node, ...]

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = self.function(*(frame.get(node) for node in self.inputs))


@dataclass(frozen=True, eq=False, slots=True)
class Taken(Node):
    """table[index]: a code looked up in a small table; int64[k]."""

    index: Node
    table: Codes

    def compute(self, frame: Frame, out: Codes) -> None:
        np.take(self.table, frame.get(self.index), out=out, mode="clip")


@dataclass(frozen=True, eq=False, slots=True)
class Selected(Node):
    """options[index] row by row; rows that no option claims get 0."""

    index: Node
    options: tuple[Node, ...]

    def compute(self, frame: Frame, out: Codes) -> None:
        index = frame.get(self.index)
        out[:] = 0
        for number, option in enumerate(self.options):
            draws.take_where(index, number, frame.get(option), out)


@dataclass(frozen=True, eq=False, slots=True)
class FirstTrue(Node):
    """Number of the first condition that holds, else the number of conditions."""

    conditions: tuple[Node, ...]

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = len(self.conditions)
        for number in range(len(self.conditions) - 1, -1, -1):
            draws.number_where(frame.get(self.conditions[number]), number, out)


def digit_of(number: Node, divisor: int, radix: int) -> Node:
    """One digit of a mixed-radix number."""
    return Mapped(lambda codes: codes // divisor % radix, (number,))


def any_of(*nodes: Node) -> Node:
    """1 where any of the nodes is not 0."""
    if len(nodes) == 1:
        return nodes[0]
    return Mapped(lambda *codes: np.logical_or.reduce([code != 0 for code in codes]).astype(np.int64), nodes)
