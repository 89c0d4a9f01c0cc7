"""Payment cards: brand, number, expiry and security code of one card agree."""

from __future__ import annotations

from datetime import UTC
from typing import Final

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped, Uniform, Weighted
from syndata_engine.generation.texts.text import Case, Integer, Lit
from syndata_engine.generation.words.bits import Codes
from syndata_engine.pools import Pool, alias_table

CARD_WORDS: Final = frozenset([
    "card", "credit", "debit", "payment", "number", "no", "pan", "brand", "network", "scheme", "type", "issuer", "expiry", "expires",
    "expiration", "expire", "valid", "until", "thru", "exp", "date", "cvv", "cvc", "cvv2", "cvc2", "cid", "csc", "security", "code", "end", "ends", "through",
])  # fmt: skip
BRANDS: Final = ("visa", "mastercard", "amex", "discover", "diners", "jcb")
"""In the order of the numbers' formats."""
WEIGHTS: Final = (60, 30, 5, 2, 1, 2)
"""By rank of the cards in circulation outside of China; the shares are ours."""
_NAMES: Final = Pool(("Visa", "Mastercard", "American Express", "Discover", "Diners Club", "JCB"))
_AMEX: Final = BRANDS.index("amex")


class CardOptions(Options):
    entity: str | None = Field(default=None, description="which card of the row; default: from the column's name")


def _word(ctx: ColumnContext, entity: str | None, *part: str) -> Node:
    return ctx.entity_word("card", ctx.entity_name(CARD_WORDS, entity), *part)


def brand_of(ctx: ColumnContext, entity: str | None) -> Node:
    """The place of the row's card's brand in `BRANDS`."""
    return Weighted(_word(ctx, entity), alias_table(WEIGHTS))


class CardBrand(Kind):
    name = "card_brand"
    aliases = ("card_network", "card_scheme", "credit_card_brand", "credit_card_provider")
    summary = "The brand of the row's card; a `credit_card` of brand any and a `card_cvv` follow it."
    types = ("str",)
    options = CardOptions

    def build(self, ctx: ColumnContext, options: CardOptions) -> Column:
        return Column(ValueType("str"), brand_of(ctx, options.entity), labels=_NAMES, low=0, high=len(BRANDS) - 1)


class CardCvv(Kind):
    name = "card_cvv"
    aliases = ("cvv", "cvc", "card_security_code", "credit_card_security_code")
    summary = "The security code of the row's card: four digits of American Express, three of others."
    types = ("str",)
    options = CardOptions

    def build(self, ctx: ColumnContext, options: CardOptions) -> Column:
        word = _word(ctx, options.entity, "cvv")
        is_amex = Mapped(lambda brands: (brands == _AMEX).astype(np.int64), (brand_of(ctx, options.entity),))
        codes = [(Integer(Uniform(word, 0, 10**width), width),) for width in (3, 4)]
        return Column(ValueType("str"), text=(Case(is_amex, tuple(codes)),))


class CardExpiry(Kind):
    class CardExpiryOptions(CardOptions):
        years: int = Field(default=5, ge=1, le=20, description="the card ends within so many years after as_of")

    name = "card_expiry"
    aliases = ("card_expiration", "credit_card_expire", "card_expires", "expiry_date")
    summary = "When the row's card ends: month and year as MM/YY, or as a date the last day of that month; never before as_of."
    types = ("str", "date")
    options = CardExpiryOptions

    def build(self, ctx: ColumnContext, options: CardExpiryOptions) -> Column:
        today = ctx.as_of.astimezone(UTC).date()
        first = today.year * 12 + today.month - 1
        if first + 12 * options.years >= 12 * 10_000:
            ctx.refuse(
                f"{options.years} years after as_of the calendar has ended", "move as_of, or lower years", "years"
            )
        month = Uniform(_word(ctx, options.entity, "expiry"), first, 12 * options.years)
        if ctx.type is not None and ctx.type.name == "date":
            return Column(
                ValueType("date"),
                Mapped(_last_day, (month,)),
                low=_end(first),
                high=_end(first + 12 * options.years - 1),
            )
        shown = Mapped(lambda months: months % 12 + 1, (month,)), Mapped(lambda months: months // 12 % 100, (month,))
        return Column(ValueType("str"), text=(Integer(shown[0], 2), Lit("/"), Integer(shown[1], 2)))


def _last_day(months: Codes) -> Codes:
    """Days since 1970 of the last day of months counted from year 0."""
    following = (months + 1 - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    days: Codes = following - 1
    return days


def _end(month: int) -> int:
    return int(_last_day(np.array([month], np.int64))[0])


KINDS = (CardBrand(), CardCvv(), CardExpiry())
