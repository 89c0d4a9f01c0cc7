"""Bank accounts as IBANs, with the check digits of ISO 13616 and those that a country has inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import Field

from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.figures import Fields, Format, Identifier, looked_up, remainder, weighted
from syndata_engine.generation.kinds.identifiers import LETTERS
from syndata_engine.generation.kinds.registry import Options
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped, digit_of
from syndata_engine.generation.texts.text import Integer, Item, Lit, Text
from syndata_engine.generation.words.bits import Codes


@dataclass(frozen=True)
class Part:
    """A stretch of an account's number: a number of so many digits, or so many letters as a number in base 26."""

    code: Node
    width: int
    letters: bool = False

    def value(self) -> tuple[Node, int]:
        """As digits, a letter counting as two of them, A as 10."""
        if not self.letters:
            return self.code, self.width

        def spelt(codes: Codes) -> Codes:
            total = codes * 0
            for place in range(self.width):
                total = total + (codes // 26**place % 26 + 10) * 100**place
            return total

        return Mapped(spelt, (self.code,)), 2 * self.width

    def text(self) -> Text:
        """As it is written."""
        if not self.letters:
            return (Integer(self.code, self.width),)
        return tuple(Item(LETTERS, digit_of(self.code, 26**place, 26)) for place in reversed(range(self.width)))


Account = Callable[[Fields], tuple[Part, ...]]


def _digits(*widths: int) -> Account:
    return lambda fields: tuple(Part(field, width) for field, width in zip(fields, widths, strict=True))


def _raised(node: Node, low: int) -> Node:
    return Mapped(lambda codes: codes + low, (node,))


def _german(fields: Fields) -> tuple[Part, ...]:
    # The first digit of a German bank code is its clearing area, 1 to 8.
    return (Part(_raised(fields[0], 10**7), 8), Part(fields[1], 10))


def _lettered(*widths: int) -> Account:
    return lambda fields: (Part(fields[0], 4, letters=True), *_digits(*widths)(fields[1:]))


def _belgian(fields: Fields) -> tuple[Part, ...]:
    check = Mapped(lambda codes: (codes - 1) % 97 + 1, (fields[0],))
    return (Part(fields[0], 10), Part(check, 2))


_SPANISH = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)


def _spanish(fields: Fields) -> tuple[Part, ...]:
    def check(bank: Codes, account: Codes) -> Codes:
        first, second = (11 - total % 11 for total in (bank, account))
        # 11 is written 0, and 10 is written 1.
        first, second = first % 11 - 9 * (first == 10), second % 11 - 9 * (second == 10)
        both: Codes = first * 10 + second
        return both

    figures = Mapped(check, (weighted(fields[0], _SPANISH[2:]), weighted(fields[1], _SPANISH)))
    return (Part(fields[0], 8), Part(figures, 2), Part(fields[1], 10))


def _french(fields: Fields) -> tuple[Part, ...]:
    rest = remainder([(fields[0], 5), (fields[1], 5), (fields[2], 11), (0, 2)])
    return (*_digits(5, 5, 11)(fields), Part(Mapped(lambda codes: 97 - codes, (rest,)), 2))


_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)


def _italian(fields: Fields) -> tuple[Part, ...]:
    even = tuple(range(10))
    tables = [_ODD if at % 2 == 0 else even for at in range(22)]
    bank, branch, account = (looked_up(f, t) for f, t in zip(fields, (tables[:5], tables[5:10], tables[10:]), strict=True))  # fmt: skip
    letter = Mapped(lambda *sums: (sums[0] + sums[1] + sums[2]) % 26, (bank, branch, account))
    return (Part(letter, 1, letters=True), *_digits(5, 5, 12)(fields))


def _dutch(fields: Fields) -> tuple[Part, ...]:
    def account(head: Codes, free: Codes, total: Codes) -> Codes:
        # Weighted 10 to 1 the digits add up to a multiple of 11. The last may not be 10, so one value of the ninth is left out.
        barred = 6 * (1 - total) % 11
        ninth = free + (free >= barred)
        number: Codes = head * 100 + ninth * 10 + -(total + 2 * ninth) % 11
        return number

    number = Mapped(account, (fields[1], fields[2], weighted(fields[1], range(10, 2, -1))))
    return (Part(fields[0], 4, letters=True), Part(number, 10))


def _polish(fields: Fields) -> tuple[Part, ...]:
    total = weighted(fields[0], (3, 9, 7, 1, 3, 9, 7))
    bank = Mapped(lambda codes, sums: codes * 10 + -sums % 10, (fields[0], total))
    return (Part(bank, 8), Part(fields[1], 16))


_COUNTRIES: dict[str, tuple[tuple[int, ...], Account]] = {
    "AT": ((10**5, 10**11), _digits(5, 11)),
    "BE": ((10**10,), _belgian),
    "CH": ((10**5, 10**12), _digits(5, 12)),
    "DE": ((8 * 10**7, 10**10), _german),
    "DK": ((10**4, 10**10), _digits(4, 10)),
    "ES": ((10**8, 10**10), _spanish),
    "FR": ((10**5, 10**5, 10**11), _french),
    "GB": ((26**4, 10**6, 10**8), _lettered(6, 8)),
    "IE": ((26**4, 10**6, 10**8), _lettered(6, 8)),
    "IT": ((10**5, 10**5, 10**12), _italian),
    "LI": ((10**5, 10**12), _digits(5, 12)),
    "NL": ((26**4, 10**8, 9), _dutch),
    "PL": ((10**7, 10**16), _polish),
}


class Iban(Identifier):
    class IbanOptions(Options):
        country: str | None = Field(default=None, description="two letters; default: the locale's country, else DE")

    name = "iban"
    aliases = ("bank_account", "account_iban")
    summary = (
        f"A bank account of {', '.join(_COUNTRIES)} (ISO 13616), with the check digits that BE, ES, FR, IT, NL and PL have inside; "
        "that the bank exists, or not, is not promised."
    )
    options = IbanOptions

    def format(self, ctx: ColumnContext, options: IbanOptions) -> Format:
        own = ctx.pack.region
        country = options.country or (own if own in _COUNTRIES else "DE")
        if country not in _COUNTRIES:
            ctx.refuse(f"there is no IBAN for {country!r} here", f"use one of: {', '.join(_COUNTRIES)}", "country")
        sizes, account = _COUNTRIES[country]

        def text(fields: Fields) -> Text:
            parts = account(fields)
            spelt = 100 * (ord(country[0]) - 55) + ord(country[1]) - 55
            rest = remainder([*(part.value() for part in parts), (spelt, 4), (0, 2)])
            check = Mapped(lambda codes: 98 - codes, (rest,))
            return (Lit(country), Integer(check, 2), *(piece for part in parts for piece in part.text()))

        return Format(sizes, text)


KINDS = (Iban(),)
