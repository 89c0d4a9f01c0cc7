"""Numbers that states give to people, for the states whose rules are published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.categories import inherit_null
from syndata_engine.generation.kinds.figures import (
    Fields,
    Format,
    Identifier,
    completing,
    luhn,
    remainder,
    weighted,
)
from syndata_engine.generation.kinds.persons import PERSON_WORDS, person
from syndata_engine.generation.kinds.registry import Options
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped
from syndata_engine.generation.texts.text import Integer, Item, Lit, Text
from syndata_engine.generation.words.bits import Codes
from syndata_engine.pools import Pool

FIRST_DAY, LAST_DAY = date(1940, 1, 1), date(2009, 12, 31)
"""Births that numbers with a date in them hold."""
_EPOCH = date(1970, 1, 1).toordinal()
_DAYS = (LAST_DAY - FIRST_DAY).days + 1


def _split(node: Node, *widths: int) -> list[Node]:
    """The decimal figures of a number in groups, first group first."""
    places = [sum(widths[at:]) for at in range(len(widths) + 1)]
    return [
        Mapped(lambda codes, high=high, low=low: codes % 10**high // 10**low, (node,)) for high, low in pairwise(places)
    ]


def _grouped(node: Node, widths: Sequence[int], marks: Sequence[str]) -> Text:
    """A number in groups with marks between them."""
    groups = _split(node, *widths)
    text: list[Integer | Lit] = [Integer(groups[0], widths[0])]
    for mark, group, width in zip(marks, groups[1:], widths[1:], strict=True):
        text += [Lit(mark), Integer(group, width)]
    return tuple(text)


def _birthday(days: Codes) -> Codes:
    """YYYYMMDD of a day counted from FIRST_DAY."""
    found = np.datetime64(FIRST_DAY, "D") + days
    months = found.astype("datetime64[M]")
    years = found.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (found - months).astype(np.int64) + 1
    written: Codes = years * 10_000 + month * 100 + day
    return written


def _united_states(fields: Fields) -> Text:
    # Areas from 900 are never issued; groups below 50 keep clear of the taxpayers' numbers that begin like that.
    return (Integer(Mapped(lambda codes: codes + 900, fields[:1]), 3), Lit("-"),
            Integer(Mapped(lambda codes: codes + 1, fields[1:2]), 2), Lit("-"),
            Integer(Mapped(lambda codes: codes + 1, fields[2:]), 4))  # fmt: skip


def _free_digits() -> Codes:
    """[mask * 10 + k]: the k-th digit, from 0, that a set of used digits leaves; int64[10240]."""
    table = np.zeros(1024 * 10, np.int64)
    for mask in range(1024):
        for k, digit in enumerate(digit for digit in range(10) if not mask >> digit & 1):
            table[mask * 10 + k] = digit
    return table


_PLACES = np.array([(first, second) for second in range(10) for first in range(second)], np.int64)
"""The 45 pairs of places that may hold the same digit."""


def _german(fields: Fields) -> Text:
    """The tax number: of its first ten digits one stands twice, one is missing; then ISO 7064, mod 11,10."""
    free = _free_digits()

    def number(places: Codes, order: Codes) -> Codes:
        pairs = _PLACES[places]
        used = np.zeros(len(order), np.int64)
        twice = np.zeros(len(order), np.int64)
        body = np.zeros(len(order), np.int64)
        check = np.full(len(order), 10, np.int64)
        rest = order
        for at in range(10):
            # Nine distinct digits in turn; at the pair's second place stands what stood at its first.
            repeated = pairs[:, 1] == at
            taken = at - (pairs[:, 1] < at)
            left = np.where(taken == 0, 9, 10 - taken)
            pick = rest % left + (taken == 0)
            digit = np.where(repeated, twice, free[used * 10 + pick])
            rest = np.where(repeated, rest, rest // left)
            twice = np.where(pairs[:, 0] == at, digit, twice)
            used |= np.int64(1) << digit
            body = body * 10 + digit
            total = (digit + check) % 10
            check = np.where(total == 0, 10, total) * 2 % 11
        return body * 10 + (11 - check) % 10

    return (Integer(Mapped(number, fields), 11),)


def _french(fields: Fields) -> Text:
    sex, year, month, department, town, order = (
        Mapped(lambda codes, low=low: codes + low, (field,))
        for field, low in zip(fields, (1, 0, 1, 0, 1, 1), strict=True)
    )
    # Departments 1 to 95 without 20, which is written 2A and 2B.
    department = Mapped(lambda codes: codes + 1 + (codes >= 19), (department,))
    parts = [(sex, 1), (year, 2), (month, 2), (department, 2), (town, 3), (order, 3)]
    key = Mapped(lambda rest: 97 - rest, (remainder(parts),))
    return (*(Integer(part, width) for part, width in parts), Integer(key, 2))


def _brazilian(fields: Fields) -> Text:
    def closed(total: Codes) -> Codes:
        digit: Codes = (11 - total % 11) % 11 % 10
        return digit

    first = Mapped(lambda codes, total: codes * 10 + closed(total), (fields[0], weighted(fields[0], range(10, 1, -1))))
    whole = Mapped(lambda codes, total: codes * 10 + closed(total), (first, weighted(first, range(11, 1, -1))))
    return _grouped(whole, (3, 3, 3, 2), (".", ".", "-"))


_SPANISH = Pool(tuple("TRWAGMYFPDXBNJZSQVHLCKE"))


def _spanish(fields: Fields) -> Text:
    return (Integer(fields[0], 8), Item(_SPANISH, Mapped(lambda codes: codes % 23, fields)))


def _dutch(fields: Fields) -> Text:
    def number(head: Codes, free: Codes, total: Codes) -> Codes:
        # The check digit is the remainder of a sum by 11, which may not be 10: one value of the eighth digit is left out.
        barred = 6 * (10 - total) % 11
        eighth = free + (free >= barred)
        return head * 100 + eighth * 10 + (total + 2 * eighth) % 11

    head = Mapped(lambda codes: codes + 10**6, fields[:1])
    return (Integer(Mapped(number, (head, fields[1], weighted(head, range(9, 2, -1)))), 9),)


def _polish(fields: Fields) -> Text:
    def body(days: Codes, order: Codes) -> Codes:
        birth = _birthday(days)
        # Months of births from 2000 on are written 20 higher.
        written: Codes = (birth % 1_000_000 + 2_000 * (birth >= 20_000_000)) * 10_000 + order
        return written

    whole = Mapped(body, fields)
    check = completing(weighted(whole, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)), 10)
    return (Integer(whole, 10), Integer(check))


def _swiss(fields: Fields) -> Text:
    body = Mapped(lambda codes: codes + 756 * 10**9, fields)
    whole = Mapped(lambda codes, check: codes * 10 + check, (body, completing(weighted(body, [1, 3] * 6), 10)))
    return _grouped(whole, (3, 4, 4, 2), (".", ".", "."))


def _belgian(fields: Fields) -> Text:
    def whole(days: Codes, order: Codes) -> Codes:
        birth = _birthday(days)
        body = birth % 1_000_000 * 1_000 + order + 1
        # Births from 2000 on are checked with a 2 before the number.
        check = 97 - (body + 2_000_000_000 * (birth >= 20_000_000)) % 97
        written: Codes = body * 100 + check
        return written

    return _grouped(Mapped(whole, fields), (2, 2, 2, 3, 2), (".", ".", "-", "."))


def _swedish(fields: Fields) -> Text:
    birth = Mapped(_birthday, fields[:1])
    body = Mapped(lambda births, order: births % 1_000_000 * 1_000 + order, (birth, fields[1]))
    # With full years, because 40-01-01 would be told apart from 1940-01-01 by today's date only.
    century = Mapped(lambda births: births // 1_000_000, (birth,))
    day, order = _split(body, 6, 3)
    return (Integer(century, 2), Integer(day, 6), Lit("-"), Integer(order, 3), Integer(luhn(body, 9)))


_FINNISH = Pool(tuple("0123456789ABCDEFHJKLMNPRSTUVWXY"))


def _finnish(fields: Fields) -> Text:
    birth = Mapped(_birthday, fields[:1])
    born = Mapped(lambda births: births % 100 * 10_000 + births // 100 % 100 * 100 + births // 10_000 % 100, (birth,))
    # Numbers from 900 are for use where nobody is meant.
    order = Mapped(lambda codes: codes + 900, fields[1:])
    mark = Mapped(lambda births: (births >= 20_000_000).astype(np.int64), (birth,))
    check = remainder([(born, 6), (order, 3)], 31)
    return (Integer(born, 6), Item(Pool(("-", "A")), mark), Integer(order, 3), Item(_FINNISH, check))


_COUNTRIES: dict[str, tuple[tuple[int, ...], Callable[[Fields], Text]]] = {
    "BE": ((_DAYS, 997), _belgian),
    "BR": ((10**9,), _brazilian),
    "CH": ((10**9,), _swiss),
    # 9 first digits, then 9 * 8 * ... * 2 ways to go on.
    "DE": ((len(_PLACES), 9 * 362_880), _german),
    "ES": ((10**8,), _spanish),
    "FI": ((_DAYS, 100), _finnish),
    "FR": ((2, 100, 12, 94, 989, 999), _french),
    "NL": ((9 * 10**6, 9), _dutch),
    "PL": ((_DAYS, 10**4), _polish),
    "SE": ((_DAYS, 10**3), _swedish),
    "US": ((100, 49, 9_999), _united_states),
}


def _parity(offset: int) -> Callable[[Node, Node], Node]:
    """A number by which men and women are told apart: twice the drawn one, and one more for one of the two."""
    return lambda drawn, gender: Mapped(
        lambda codes, sex: 2 * codes + (sex if offset == 0 else 1 - sex), (drawn, gender)
    )


_BORN: dict[str, tuple[int, Callable[[Node, Node], Node]]] = {
    "BE": (498, _parity(0)),
    "FI": (50, _parity(1)),
    "PL": (5_000, _parity(1)),
    "SE": (500, _parity(1)),
}
"""Countries whose numbers hold day of birth and sex, odd for men: how many numbers there are for a day and sex, and which."""
_FIRST_BORN, _LAST_BORN = date(1900, 1, 1), date(2099, 12, 31)
"""Births that the numbers' centuries can tell."""
_ID_WORDS = PERSON_WORDS | {
    "ssn",
    "national",
    "id",
    "social",
    "security",
    "tax",
    "pesel",
    "nir",
    "insurance",
    "identity",
}


def _of_person(ctx: ColumnContext, country: str, birth: Node, gender: Node) -> Column:
    """The number of somebody born on a day (counted from FIRST_DAY), man (0) or woman (1)."""
    if country in _BORN:
        size, order = _BORN[country]
        written = _COUNTRIES[country][1]
        return Format((size,), lambda fields: written((birth, order(fields[0], gender)))).column(ctx)
    year = Mapped(lambda days: _birthday(days) // 10_000 % 100, (birth,))
    month = Mapped(lambda days: _birthday(days) // 100 % 100 - 1, (birth,))
    return Format(_COUNTRIES["FR"][0][3:], lambda fields: _french((gender, year, month, *fields))).column(ctx)


class NationalId(Identifier):
    class NationalIdOptions(Options):
        country: str | None = Field(default=None, description="two letters; default: the locale's country")
        birth: str | None = Field(default=None, description="a column of dates: birth and sex in the number are those of the row's person, where the country's numbers hold them")  # fmt: skip
        entity: str | None = Field(default=None, description="which person of the row, beside `birth`; default: from the column's name")  # fmt: skip

    name = "national_id"
    aliases = ("ssn", "social_security_number", "personal_id", "tax_id")
    summary = (
        f"A person's number of {', '.join(_COUNTRIES)}, with its check digits. US and FI numbers are of ranges that are never issued; "
        "others may be somebody's. Sex and birth inside are the number's own unless `birth` names a column."
    )
    options = NationalIdOptions

    def format(self, ctx: ColumnContext, options: NationalIdOptions) -> Format:
        country = options.country or ctx.pack.region
        if country not in _COUNTRIES:
            what = f"the numbers of {country} are not known here"
            ctx.refuse(what, f"write country: one of {', '.join(_COUNTRIES)}", "country")
        sizes, text = _COUNTRIES[country]
        return Format(sizes, text)

    def build(self, ctx: ColumnContext, options: NationalIdOptions) -> Column:
        if options.birth is None:
            if options.entity is not None:
                ctx.refuse(
                    "an entity is given, but no column of births", "name it as birth, or drop the entity", "entity"
                )
            return super().build(ctx, options)
        self.format(ctx, options)  # refuses countries that are not known
        source = ctx.other(options.birth, "birth")
        first, last = (day.toordinal() - _EPOCH for day in (_FIRST_BORN, _LAST_BORN))
        if source.type.name != "date" or source.code is None:
            ctx.refuse(f"{options.birth} is no date", "name a column of dates, such as date_of_birth", "birth")
        if source.low is None or source.high is None or source.low < first or source.high > last:
            what = f"{options.birth} may lie before 1900 or after 2099, which no number can tell"
            ctx.refuse(what, "give it a min and max between", "birth")
        country = options.country or ctx.pack.region
        if country not in {*_BORN, "FR"}:
            return inherit_null(super().build(ctx, options), source)
        apart = FIRST_DAY.toordinal() - _EPOCH
        days = Mapped(lambda codes: codes - apart, (source.code,))
        gender = person(ctx, ctx.entity_name(_ID_WORDS, options.entity)).gender
        return inherit_null(_of_person(ctx, country, days, gender), source)

    def enumerate(self, ctx: ColumnContext, options: NationalIdOptions) -> Enumeration | None:
        # Several people may be born on one day, and each has only so many numbers.
        return super().enumerate(ctx, options) if options.birth is None else None


KINDS = (NationalId(),)
