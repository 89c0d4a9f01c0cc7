"""Codes that the world has agreed upon: countries, languages, currencies, time zones, colours, diagnoses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, Literal

from pydantic import Field

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.categories import inherit_null
from syndata_engine.generation.kinds.codes_of_the_world import (
    ALPHA_3,
    CURRENCY_SYMBOLS,
    LANGUAGES,
    LOCALES,
    TIME_ZONES,
)
from syndata_engine.generation.kinds.figures import Fields, Format, Identifier
from syndata_engine.generation.kinds.points import real_place
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.nodes import Uniform
from syndata_engine.generation.texts.text import Hex, Integer, Item, Lit, Text
from syndata_engine.pools import Pool


class Listed(Kind):
    """A kind that draws from a fixed list."""

    types = ("str",)
    values: ClassVar[Sequence[str]]

    def build(self, ctx: ColumnContext, options: Options) -> Column:
        pool = self.pool(options)
        return Column(
            ValueType("str"), Uniform(ctx.word(), 0, len(pool.values)), labels=pool, low=0, high=len(pool.values) - 1
        )

    def enumerate(self, ctx: ColumnContext, options: Options) -> Enumeration | None:  # noqa: ARG002
        pool = self.pool(options)
        return Enumeration(len(pool.values), lambda index: Column(ValueType("str"), index, labels=pool, low=0, high=len(pool.values) - 1))  # fmt: skip

    def pool(self, options: Options) -> Pool:  # noqa: ARG002
        """The list that the options ask for."""
        return Pool(tuple(self.values))


class TimeZoneOptions(Options):
    entity: str | None = Field(default=None, description="which address of the row, where places are real; default: from the column's name")  # fmt: skip


class TimeZone(Listed):
    name = "timezone"
    aliases = ("time_zone", "tz")
    summary = "A time zone's name, such as Europe/Vienna; that of the row's city where the table's places are real."
    options = TimeZoneOptions
    values = TIME_ZONES

    def build(self, ctx: ColumnContext, options: Options) -> Column:
        assert isinstance(options, TimeZoneOptions)  # noqa: S101 -- the kind's own options
        real = real_place(ctx, options.entity)
        return real.timezone() if real else super().build(ctx, options)


class LanguageCode(Listed):
    name = "language_code"
    aliases = ("iso_language", "lang")
    summary = "A language's two letters (ISO 639-1)."
    values = LANGUAGES


class LocaleCode(Listed):
    class LocaleCodeOptions(Options):
        separator: Literal["_", "-"] = "_"

    name = "locale_code"
    aliases = ("locale",)
    summary = "Language and country, such as de_AT; with separator - as BCP 47 writes it."
    options = LocaleCodeOptions
    values = LOCALES

    def pool(self, options: Options) -> Pool:
        assert isinstance(options, LocaleCode.LocaleCodeOptions)  # noqa: S101 -- the kind's own options
        return Pool(tuple(code.replace("_", options.separator) for code in self.values))


class FollowingOptions(Options):
    column: str | None = Field(default=None, description="a column of codes that it follows; default: drawn by itself")


def _following(ctx: ColumnContext, column: str, known: Mapping[str, str], code: str) -> Column:
    """The text that belongs to the code in another column."""
    source = ctx.other(column)
    if source.labels is None or source.code is None:
        ctx.refuse(f"{column} is not chosen from a list of {code}", f"name a column of {code}", "column")
    unknown = [label for label in source.labels.values if label not in known]
    if unknown:
        ctx.refuse(f"{column} can be {unknown[0]!r}, which is none of the {code}", f"name a column of {code}", "column")
    labels = Pool(tuple(known[label] for label in source.labels.values), source.labels.weights)
    made = Column(ValueType("str"), source.code, labels=labels, low=source.low, high=source.high, cost=1 + source.cost)
    return inherit_null(made, source)


class CountryAlpha3(Kind):
    name = "country_alpha3"
    aliases = ("country_code3", "iso3")
    summary = "A country's three letters (ISO 3166-1), of the two letters in another column or of any country."
    types = ("str",)
    options = FollowingOptions

    def build(self, ctx: ColumnContext, options: FollowingOptions) -> Column:
        if options.column is not None:
            return _following(ctx, options.column, ALPHA_3, "two-letter countries")
        pool = Pool(tuple(ALPHA_3.values()))
        return Column(
            ValueType("str"), Uniform(ctx.word(), 0, len(pool.values)), labels=pool, low=0, high=len(pool.values) - 1
        )


def _currencies(ctx: ColumnContext, names: Sequence[str]) -> dict[str, str]:
    return dict(zip(ctx.pack.pool("currency_code").values, names, strict=True))


class CurrencyName(Kind):
    name = "currency_name"
    summary = "A currency's name, of the code in another column or of any currency."
    types = ("str",)
    options = FollowingOptions

    def build(self, ctx: ColumnContext, options: FollowingOptions) -> Column:
        names = ctx.pack.pool("currency_name").values
        if options.column is not None:
            return _following(ctx, options.column, _currencies(ctx, names), "currency codes")
        pool = ctx.pack.pool("currency_name")
        return Column(ValueType("str"), Uniform(ctx.word(), 0, len(names)), labels=pool, low=0, high=len(names) - 1)


class CurrencySymbol(Kind):
    name = "currency_symbol"
    summary = "A currency's sign, of the code in another column or of any that has one; a currency without a sign shows its code."
    types = ("str",)
    options = FollowingOptions

    def build(self, ctx: ColumnContext, options: FollowingOptions) -> Column:
        if options.column is not None:
            known = {
                code: CURRENCY_SYMBOLS.get(code, code)
                for code in (*ctx.pack.pool("currency_code").values, *CURRENCY_SYMBOLS)
            }
            return _following(ctx, options.column, known, "currency codes")
        pool = Pool(tuple(dict.fromkeys(CURRENCY_SYMBOLS.values())))
        return Column(
            ValueType("str"), Uniform(ctx.word(), 0, len(pool.values)), labels=pool, low=0, high=len(pool.values) - 1
        )


class HexColor(Identifier):
    name = "hex_color"
    aliases = ("hex_colour", "color_hex")
    summary = "A colour as #rrggbb."

    def format(self, ctx: ColumnContext, options: Options) -> Format:  # noqa: ARG002
        return Format((256**3,), lambda fields: (Lit("#"), Hex(fields[0], 6)))


class RgbColor(Identifier):
    name = "rgb_color"
    aliases = ("rgb_colour", "color_rgb")
    summary = "A colour as rgb(12, 34, 56)."

    def format(self, ctx: ColumnContext, options: Options) -> Format:  # noqa: ARG002
        def text(fields: Fields) -> Text:
            red, green, blue = fields
            return (Lit("rgb("), Integer(red), Lit(", "), Integer(green), Lit(", "), Integer(blue), Lit(")"))

        return Format((256, 256, 256), text)


_ICD_10: Final = {"I": "A00-B99", "II": "C00-D48", "III": "D50-D89", "IV": "E00-E90", "V": "F00-F99", "VI": "G00-G99", "VII": "H00-H59",
                  "VIII": "H60-H95", "IX": "I00-I99", "X": "J00-J99", "XI": "K00-K93", "XII": "L00-L99", "XIII": "M00-M99", "XIV": "N00-N99",
                  "XV": "O00-O99", "XVI": "P00-P96", "XVII": "Q00-Q99", "XVIII": "R00-R99", "XIX": "S00-T98", "XX": "V01-Y98",
                  "XXI": "Z00-Z99"}  # fmt: skip
"""The chapters of ICD-10 and their ranges of categories."""


class Icd10(Identifier):
    class Icd10Options(Options):
        chapters: list[str] | None = Field(
            default=None, min_length=1, description="Roman numerals, I to XXI; default: all"
        )
        subcategory: bool = Field(default=True, description="with a point and a fourth digit")

    name = "icd10"
    aliases = ("icd_10", "diagnosis_code")
    summary = (
        "A diagnosis by the shape of ICD-10, such as J45.9, inside the chapters' ranges; not every such code is in use."
    )
    options = Icd10Options

    def format(self, ctx: ColumnContext, options: Icd10Options) -> Format:
        chapters = list(_ICD_10) if options.chapters is None else list(dict.fromkeys(options.chapters))
        for chapter in chapters:
            if chapter not in _ICD_10:
                ctx.refuse(f"ICD-10 has no chapter {chapter!r}", f"use some of: {', '.join(_ICD_10)}", "chapters")
        pool = Pool(tuple(code for chapter in chapters for code in _categories(*_ICD_10[chapter].split("-"))))

        def text(fields: Fields) -> Text:
            category = Item(pool, fields[0])
            return (category, Lit("."), Integer(fields[1])) if options.subcategory else (category,)

        return Format((len(pool.values), 10) if options.subcategory else (len(pool.values),), text)


def _categories(first: str, last: str) -> list[str]:
    letters = [chr(code) for code in range(ord(first[0]), ord(last[0]) + 1)]
    return [
        code
        for letter in letters
        for code in (f"{letter}{number:02}" for number in range(100))
        if first <= code <= last
    ]


KINDS = (TimeZone(), LanguageCode(), LocaleCode(), CountryAlpha3(), CurrencyName(),
         CurrencySymbol(), HexColor(), RgbColor(), Icd10())  # fmt: skip
