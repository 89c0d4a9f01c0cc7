"""Identifiers with check digits: cards, articles, books, vehicles, phones, legal entities, banks."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.figures import Fields, Format, Identifier, completing, luhn, weighted
from syndata_engine.generation.kinds.registry import Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped, Taken
from syndata_engine.generation.texts.text import Case, Integer, Item, Lit, Text
from syndata_engine.generation.words.bits import Codes
from syndata_engine.pools import Pool

DIGITS_AND_X = Pool((*"0123456789", "X"))
ALPHANUMERIC = Pool(tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
LETTERS = Pool(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _behind(prefix: str, number: Node, places: int) -> Node:
    """A number of so many digits with a fixed number before it."""
    before = int(prefix or "0") * 10**places
    return Mapped(lambda codes: codes + before, (number,))


def _with_check(body: Node, check: Node) -> Node:
    return Mapped(lambda codes, digit: codes * 10 + digit, (body, check))


class CreditCardOptions(Options):
    prefix: str = Field(default="4000", pattern=r"^\d{1,8}$")
    brand: Literal["visa", "mastercard", "amex", "discover", "diners", "jcb", "any"] | None = Field(
        default=None,
        description="a number with the brand's first digits and length, instead of a prefix; any: the brand of the row's card, as `card_brand` shows it",
    )
    entity: str | None = Field(default=None, description="which card of the row, of brand any; default: from the column's name")  # fmt: skip


_BRANDS: dict[str, tuple[int, tuple[int, ...]]] = {
    "visa": (16, (4,)),
    "mastercard": (16, (*range(2221, 2721), *range(5100, 5600))),
    "amex": (15, (34, 37)),
    "discover": (16, (6011, *range(6440, 6600))),
    "diners": (14, (36,)),
    "jcb": (16, tuple(range(3528, 3590))),
}
"""Length, and first digits, of each brand (ISO/IEC 7812-2 issuers as the brands publish them)."""


class CreditCard(Identifier):
    name = "credit_card"
    aliases = ("credit_card_number", "card_number")
    summary = "Sixteen digits that pass the Luhn check, under a prefix that test systems use; or as many as the given brand has."
    options = CreditCardOptions

    def format(self, ctx: ColumnContext, options: CreditCardOptions) -> Format:
        if options.brand is None or options.brand == "any":
            return _card(16, (int(options.prefix),), len(options.prefix))
        if "prefix" in options.model_fields_set:
            ctx.refuse(f"{options.brand} has its own first digits", "drop the prefix, or the brand", "prefix")
        length, heads = _BRANDS[options.brand]
        return _card(length, heads, len(str(heads[0])))

    def build(self, ctx: ColumnContext, options: CreditCardOptions) -> Column:
        if options.brand != "any":
            if options.entity is not None:
                ctx.refuse("an entity is given, but no brand that follows it", "write brand: any, or drop it", "entity")
            return super().build(ctx, options)
        if "prefix" in options.model_fields_set:
            ctx.refuse("each brand has its own first digits", "drop the prefix, or the brand", "prefix")
        from syndata_engine.generation.kinds.cards import brand_of

        numbers = (_card(length, heads, len(str(heads[0]))).column(ctx).written() for length, heads in _BRANDS.values())
        return Column(ValueType("str"), text=(Case(brand_of(ctx, options.entity), tuple(numbers)),))

    def enumerate(self, ctx: ColumnContext, options: CreditCardOptions) -> Enumeration | None:
        return None if options.brand == "any" else super().enumerate(ctx, options)


def _card(length: int, heads: tuple[int, ...], width: int) -> Format:
    free = length - 1 - width
    table = np.array(heads, np.int64) * 10**free

    def text(fields: Fields) -> Text:
        if len(heads) == 1:
            body: Node = Mapped(lambda codes: codes + table[0], fields)
        else:
            body = Mapped(lambda codes, head: codes + head, (fields[0], Taken(fields[1], table)))
        return (Integer(_with_check(body, luhn(body, length - 1)), length),)

    return Format((10**free,) if len(heads) == 1 else (10**free, len(heads)), text)


class Imei(Identifier):
    class ImeiOptions(Options):
        prefix: str = Field(default="35", pattern=r"^\d{1,8}$", description="the type allocation code, or its start")

    name = "imei"
    aliases = ("device_imei",)
    summary = "A mobile device's number (3GPP TS 23.003): fifteen digits that pass the Luhn check."
    options = ImeiOptions

    def format(self, ctx: ColumnContext, options: ImeiOptions) -> Format:  # noqa: ARG002
        return _card(15, (int(options.prefix),), len(options.prefix))


class Ean(Identifier):
    class EanOptions(Options):
        length: Literal[8, 12, 13, 14] = 13
        prefix: str = Field(
            default="2", pattern=r"^\d{0,6}$", description="2 is for use inside a company, and on no product of others"
        )

    name = "ean"
    aliases = ("ean13", "gtin", "barcode", "upc")
    summary = "An article's number (GS1 General Specifications, GTIN-8, -12, -13 or -14) with its check digit."
    options = EanOptions

    def format(self, ctx: ColumnContext, options: EanOptions) -> Format:  # noqa: ARG002
        places = options.length - 1
        free = places - len(options.prefix)
        weights = [3 if (places - at) % 2 else 1 for at in range(places)]

        def text(fields: Fields) -> Text:
            body = _behind(options.prefix, fields[0], free)
            return (Integer(_with_check(body, completing(weighted(body, weights), 10)), options.length),)

        return Format((10**free,), text)


class Isbn(Identifier):
    class IsbnOptions(Options):
        length: Literal[10, 13] = 13

    name = "isbn"
    aliases = ("isbn13", "book_number")
    summary = "A book's number (ISO 2108) without hyphens: 978, nine digits and a check digit; of length 10 the older one, which may end in X."
    options = IsbnOptions

    def format(self, ctx: ColumnContext, options: IsbnOptions) -> Format:  # noqa: ARG002
        def thirteen(fields: Fields) -> Text:
            body = _behind("978", fields[0], 9)
            return (Integer(_with_check(body, completing(weighted(body, [1, 3] * 6), 10)), 13),)

        def ten(fields: Fields) -> Text:
            check = completing(weighted(fields[0], range(10, 1, -1)), 11)
            return (Integer(fields[0], 9), Item(DIGITS_AND_X, check))

        return Format((10**9,), thirteen if options.length == 13 else ten)


_VIN = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
"""Characters of a VIN: no I, O or Q."""
_VIN_VALUES = {**{digit: int(digit) for digit in "0123456789"}, **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
               **dict(zip("JKLMN", range(1, 6), strict=True)), "P": 7, "R": 9, **dict(zip("STUVWXYZ", range(2, 10), strict=True))}  # fmt: skip
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8)
_VIN_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_VIN_PLACES = ("12345", _VIN, _VIN, *([_VIN] * 5), "", _VIN_YEARS, _VIN)
"""What stands at the first eleven places; the ninth is the check digit, and six digits follow."""


class Vin(Identifier):
    name = "vin"
    aliases = ("vehicle_identification_number", "chassis_number")
    summary = "A vehicle's number (ISO 3779) of North America, with the check digit of 49 CFR 565 at its ninth place."

    def format(self, ctx: ColumnContext, options: Options) -> Format:  # noqa: ARG002
        pools = [Pool(tuple(chars)) for chars in _VIN_PLACES if chars]
        weights = [weight for weight, chars in zip(_VIN_WEIGHTS, _VIN_PLACES, strict=True) if chars]
        tables = [
            np.array([_VIN_VALUES[char] * weight for char in pool.values], np.int64)
            for pool, weight in zip(pools, weights, strict=True)
        ]

        def text(fields: Fields) -> Text:
            serial = fields[-1]

            def check(total: Codes, *codes: Codes) -> Codes:
                for table, code in zip(tables, codes, strict=True):
                    total = total + table[code]
                return total % 11

            digit = Mapped(check, (weighted(serial, range(7, 1, -1)), *fields[:-1]))
            places = [Item(pool, code) for pool, code in zip(pools, fields[:-1], strict=True)]
            return (*places[:8], Item(DIGITS_AND_X, digit), *places[8:], Integer(serial, 6))

        return Format((*(len(pool.values) for pool in pools), 10**6), text)


class Lei(Identifier):
    name = "lei"
    aliases = ("legal_entity_identifier",)
    summary = "A legal entity's identifier (ISO 17442): four digits, 00, twelve letters or digits, and two check digits (ISO 7064, mod 97-10)."

    def format(self, ctx: ColumnContext, options: Options) -> Format:  # noqa: ARG002
        def check(issuer: Codes, *codes: Codes) -> Codes:
            rest = issuer % 97 * (100 % 97) % 97
            for code in codes:
                # A letter counts as two digits, A as 10.
                rest = (rest * np.where(code < 10, 10, 100) + code) % 97
            return 98 - rest * 100 % 97

        def text(fields: Fields) -> Text:
            places = (Item(ALPHANUMERIC, code) for code in fields[1:])
            return (Integer(fields[0], 4), Lit("00"), *places, Integer(Mapped(check, fields), 2))

        return Format((10**4, *[36] * 12), text)


_BIC_COUNTRIES = ("AT", "BE", "CH", "DE", "ES", "FR", "GB", "IE", "IT", "LU", "NL", "PL", "PT", "SE", "US")


class Bic(Identifier):
    class BicOptions(Options):
        country: str | None = Field(
            default=None, pattern="^[A-Z]{2}$", description="two letters; default: one of fifteen"
        )
        branch: bool = Field(default=False, description="eleven characters, with a branch, instead of eight")
        local: bool = Field(default=False, description="true: of the country of the row's locale, as an `iban` is")

    name = "bic"
    aliases = ("swift", "swift_code")
    summary = "A bank's code by shape (ISO 9362): four letters, a country, two letters or digits, and on demand a branch; no bank need have it."
    options = BicOptions

    def format(self, ctx: ColumnContext, options: BicOptions) -> Format:
        countries = Pool((options.country,) if options.country else _BIC_COUNTRIES)
        if options.local:
            countries = Pool((self._country(ctx, options),))

        def text(fields: Fields) -> Text:
            bank, rest = fields[:4], fields[5:]
            # 0 and 1 as second character of the place mark test and passive codes, so a letter stands there.
            place = (Item(ALPHANUMERIC, rest[0]), Item(LETTERS, rest[1]))
            return (*(Item(LETTERS, code) for code in bank), Item(countries, fields[4]), *place,
                    *(Item(ALPHANUMERIC, code) for code in rest[2:]))  # fmt: skip

        sizes = (26, 26, 26, 26, len(countries.values), 36, 26)
        return Format((*sizes, 36, 36, 36) if options.branch else sizes, text)

    def _country(self, ctx: ColumnContext, options: BicOptions) -> str:
        if options.country is not None:
            ctx.refuse("a country and local are given", "drop one of them", "local")
        country = ctx.pack.region
        if len(country) != 2 or not country.isupper():
            ctx.refuse(
                f"the locale {ctx.pack.locale} names no country", "use one such as de_AT, or write country", "local"
            )
        return country


KINDS = (CreditCard(), Imei(), Ean(), Isbn(), Vin(), Lei(), Bic())
