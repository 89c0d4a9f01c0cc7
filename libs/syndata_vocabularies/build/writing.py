"""Turns the marked texts of runs into templates."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from typing import Final, Literal, Protocol, get_args

from syndata_vocabularies.build.choices import CASES, INTEGER_MARK, MARK, Number, Open, Reference, Run, Untraceable
from syndata_vocabularies.build.grammars import Grammar, Symbol, digits_between, escape, pool_of, symbol_of

MOST_WITH_STEPS: Final = 20_000
_ALPHABETS: Final = {
    "abcdefghijklmnopqrstuvwxyz": "?",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ": "^",
    "0123456789": "#",
    "123456789": "%",
}


Padding = Literal["none", "own", "widest"]
PADDINGS: Final[tuple[Padding, ...]] = get_args(Padding)


@dataclass(frozen=True, slots=True)
class Manner:
    """One way to follow a method; the first that agrees with real draws is kept."""

    refers: bool
    """Calls of other methods become references; otherwise they are followed too."""
    settle_below: int
    """Lists shorter than this are settled item by item."""
    padding: Padding = "none"
    """What width to give to numbers printed in a way that hides it: none, that of their own
    largest value, or that of the largest number of the whole symbol."""
    drops: bool = False
    """Choices may be missing from the text, as when a method prepares what it then leaves out."""


class Names(Protocol):
    """Where the parts of a template are kept under a name."""

    def part(self, hint: str, symbol: Symbol) -> str:
        """Keep an unnamed symbol; return the name it got."""

    def in_case(self, name: str, case: str) -> str:
        """Return the name of a symbol that says what `name` says, in upper or lower case."""


def one_line(value: object, *, keep_commas: bool = False) -> str:
    """Return a drawn value as the text a pack would hold: line breaks become a comma."""
    return str(value).replace("\n" if keep_commas else ",\n", ", ").replace("\n", ", ")


class Writer:
    """Turns marked texts into templates."""

    def __init__(self, symbol: str, manner: Manner, names: Names, lists: dict[int, str], widest: int) -> None:
        self._symbol, self._manner, self._names, self._lists = symbol, manner, names, lists
        self._widest = widest
        self._written: dict[tuple[Open, str], str] = {}
        self._parts: dict[str, Symbol] = {}

    def template(self, run: Run, text: str) -> str:
        """Return the template of one run; every open choice must show exactly once."""
        seen: list[int] = []
        pieces: list[str] = []
        rest = 0
        marks = sorted([*MARK.finditer(text), *INTEGER_MARK.finditer(text)], key=lambda found: found.start())
        for mark in marks:
            cased = mark.re is MARK
            case = CASES.get(mark[1] + mark[3]) if cased else "same"
            index = int("".join(str(ord(letter) - 0x12000) for letter in mark[2])) if cased else int(mark[1])
            if case is None or index >= len(run.open):
                raise Untraceable("a mark was cut")
            pieces += [escape(text[rest : mark.start()]), self._piece(run.open[index], case)]
            rest = mark.end()
            seen.append(index)
        missing = len(run.open) - len(set(seen))
        if len(seen) != len(set(seen)) or (missing and not self._manner.drops):
            raise Untraceable("a choice shows twice or not at all")
        return "".join([*pieces, escape(text[rest:])])

    def _piece(self, choice: Open, case: str) -> str:
        key = (choice, case)
        if key not in self._written:
            self._written[key] = self._write(choice, case)
        return self._written[key]

    def _write(self, choice: Open, case: str) -> str:
        if isinstance(choice, Reference):
            name = choice.symbol if case == "same" else self._names.in_case(choice.symbol, case)
            return "{" + name + "}"
        if isinstance(choice, Number):
            return self._number(choice)
        options = choice.options
        said = (one_line(value if case == "same" else getattr(value, case)()) for value in options.items)
        pool = pool_of(zip(said, options.shares or repeat(Fraction(1)), strict=False))
        short = _ALPHABETS.get("".join(pool.values)) if not pool.weights else None
        hint = self._lists.get(id(options.elements), f"{self._symbol}_part")
        return short or self._keep(hint if case == "same" else f"{hint}_{case}", pool)

    def _number(self, number: Number) -> str:
        low, high, step = number.low, number.high, number.step
        hidden = {"none": 0, "own": len(str(high)), "widest": self._widest}[self._manner.padding]
        width = hidden if number.width is None else number.width
        hint = f"number_{low}_{high}" + (f"_by_{step}" if step > 1 else "") + (f"_wide_{width}" if width else "")
        if low >= 0 and step == 1:
            symbol = symbol_of(digits_between(low, high, width))
        elif (high - low) // step < MOST_WITH_STEPS:
            symbol = pool_of((str(value).rjust(width, "0"), Fraction(1)) for value in range(low, high + 1, step))
        else:
            raise Untraceable("a wide range with steps")
        alone = _sole_template(symbol)
        return self._keep(hint.replace("-", "minus_"), symbol) if alone is None else alone

    def _keep(self, hint: str, symbol: Symbol) -> str:
        name = self._names.part(hint, symbol)
        self._parts["{" + name + "}"] = symbol
        return "{" + name + "}"

    def sole_part(self, symbol: Symbol) -> Symbol:
        """A symbol that says one unnamed part and nothing else is that part."""
        alone = _sole_template(symbol)
        return symbol if alone is None else self._parts.get(alone, symbol)


def _sole_template(symbol: Symbol) -> str | None:
    """Return the only template of a grammar that has one."""
    return symbol.templates[0][0] if isinstance(symbol, Grammar) and len(symbol.templates) == 1 else None
