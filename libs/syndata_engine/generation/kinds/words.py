"""Words and sentences, and what the vocabularies hold besides people, places and companies."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.people import Symbol
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Mapped, Uniform
from syndata_engine.generation.texts.text import Case, Chars, Lit, Pick, Piece, Text
from syndata_engine.pools import Pool

MAX_WORDS = 400
MOST_BYTES = 65_535
_HEX = Pool(tuple(f"{byte:02x}" for byte in range(256)))


class WordsOptions(Options):
    min: int = Field(default=4, ge=1, le=MAX_WORDS)
    max: int = Field(default=12, ge=1, le=MAX_WORDS)


def _words(ctx: ColumnContext) -> Pool:
    return ctx.pack.pool("word")


class Word(Symbol):
    name = "word"
    aliases = ("lorem_word",)
    summary = "One word."
    symbol = "word"


class Sentence(Kind):
    name = "sentence"
    aliases = ("title", "headline", "description", "lorem")
    summary = "min to max words, the first with a capital, and a full stop."
    types = ("str",)
    options = WordsOptions

    def build(self, ctx: ColumnContext, options: WordsOptions) -> Column:
        if options.min > options.max:
            ctx.refuse(f"the range is empty: min {options.min} is above max {options.max}", "swap min and max", "min")
        return Column(ValueType("str"), text=sentence(ctx, options.min, options.max, "sentence"))


def _sentence_pools(words: Pool) -> tuple[Pool, Pool]:
    """Words as a sentence begins with them, and as they follow: made once per table, for sentences are many."""
    return Pool(tuple(value[:1].upper() + value[1:] for value in words.values)), Pool(
        tuple(" " + value for value in words.values)
    )


def sentence(ctx: ColumnContext, low: int, high: int, path: str) -> Text:
    """A sentence of low..high words."""
    first, spaced = ctx.table.shared(("sentence",), lambda: _sentence_pools(_words(ctx)))
    pieces: list[Piece] = [Pick(first, ctx.word(), ctx.key(path, "first"))]
    if high > 1:
        pieces.append(Chars(ctx.word(), ctx.key(path, "rest"), spaced, low - 1, high - 1))
    return (*pieces, Lit("."))


class BytesOptions(Options):
    length: int | None = Field(default=None, ge=0, le=MOST_BYTES, description="the same as min and max")
    min: int = Field(default=16, ge=0, le=MOST_BYTES)
    max: int = Field(default=16, ge=0, le=MOST_BYTES)


class Bytes(Kind):
    name = "bytes"
    aliases = ("blob", "random_bytes", "binary")
    summary = "min to max random bytes; as text two hex digits each."
    types = ("binary", "str")
    options = BytesOptions

    def build(self, ctx: ColumnContext, options: BytesOptions) -> Column:
        low, high = (options.min, options.max) if options.length is None else (options.length, options.length)
        if options.length is not None and {"min", "max"} & options.model_fields_set:
            ctx.refuse("length says the same as min and max", "keep one of them", "length")
        if "min" in options.model_fields_set and "max" not in options.model_fields_set:
            high = max(low, high)
        if "max" in options.model_fields_set and "min" not in options.model_fields_set:
            low = min(low, high)
        if low > high:
            ctx.refuse(f"the range is empty: min {low} is above max {high}", "swap min and max", "min")
        text = (Chars(ctx.word(), ctx.key("bytes"), _HEX, low, high),)
        return Column(ValueType("str" if ctx.type and ctx.type.name == "str" else "binary"), text=text)


class ParagraphOptions(Options):
    sentences: int = Field(default=3, ge=1, le=50)


class Paragraph(Kind):
    name = "text"
    aliases = ("paragraph", "comment", "note", "notes", "body")
    summary = "One to the given number of sentences."
    types = ("str",)
    options = ParagraphOptions

    def build(self, ctx: ColumnContext, options: ParagraphOptions) -> Column:
        count: Node = Uniform(ctx.word(), 0, options.sentences, key=ctx.key("text", "count"))
        whole: list[Text] = []
        for number in range(options.sentences):
            before = whole[-1] if whole else ()
            gap = (Lit(" "),) if before else ()
            whole.append((*before, *gap, *sentence(ctx, 4, 12, f"text.{number}")))
        return Column(ValueType("str"), text=(Case(count, tuple(whole)),))


class Words(Kind):
    class SomeWordsOptions(Options):
        min: int = Field(default=2, ge=1, le=MAX_WORDS)
        max: int = Field(default=5, ge=1, le=MAX_WORDS)

    name = "words"
    aliases = ("tags", "keywords")
    summary = "min to max words with blanks between them."
    types = ("str",)
    options = SomeWordsOptions

    def build(self, ctx: ColumnContext, options: SomeWordsOptions) -> Column:
        if options.min > options.max:
            ctx.refuse(f"the range is empty: min {options.min} is above max {options.max}", "swap min and max", "min")
        pool = _words(ctx)
        pieces: list[Piece] = [Pick(pool, ctx.word(), ctx.key("words", "first"))]
        if options.max > 1:
            spaced = Pool(tuple(" " + value for value in pool.values))
            pieces.append(Chars(ctx.word(), ctx.key("words", "rest"), spaced, options.min - 1, options.max - 1))
        return Column(ValueType("str"), text=tuple(pieces))


class Paragraphs(Kind):
    class ParagraphsOptions(Options):
        min: int = Field(default=2, ge=1, le=20)
        max: int = Field(default=4, ge=1, le=20)
        sentences: int = Field(default=4, ge=1, le=20, description="sentences of a paragraph, at most")
        separator: str = Field(default="\n\n", max_length=64)

    name = "paragraphs"
    aliases = ("article", "long_text")
    summary = "min to max paragraphs of sentences, an empty line between them."
    types = ("str",)
    options = ParagraphsOptions

    def build(self, ctx: ColumnContext, options: ParagraphsOptions) -> Column:
        if options.min > options.max:
            ctx.refuse(f"the range is empty: min {options.min} is above max {options.max}", "swap min and max", "min")
        count = Uniform(ctx.word(), options.min, options.max - options.min + 1, key=ctx.key("paragraphs"))
        pieces: list[Piece] = []
        for number in range(options.max):
            body = ((Lit(options.separator),) if number else ()) + self._paragraph(ctx, options, number)
            pieces += body if number < options.min else _where(count, number, body)
        return Column(ValueType("str"), text=tuple(pieces))

    def _paragraph(self, ctx: ColumnContext, options: ParagraphsOptions, number: int) -> Text:
        count = Uniform(ctx.word(), 0, options.sentences, key=ctx.key("paragraphs", str(number)))
        pieces = [*sentence(ctx, 4, 12, f"paragraphs.{number}.0")]
        for at in range(1, options.sentences):
            pieces += _where(count, at - 1, (Lit(" "), *sentence(ctx, 4, 12, f"paragraphs.{number}.{at}")))
        return tuple(pieces)


def _where(count: Node, least: int, text: Text) -> Text:
    """The text where the count is above the least, else nothing."""
    return (Case(Mapped(lambda counts: (counts > least).astype(np.int64), (count,)), ((), text)),)


def _symbol(kind_name: str, symbol: str, summary: str, *aliases: str) -> Kind:
    kind: Kind = type(
        f"{symbol.title()}Kind",
        (Symbol,),
        {"name": kind_name, "symbol": symbol, "summary": summary, "aliases": aliases},
    )()
    return kind


class LocalOptions(Options):
    local: bool = Field(default=False, description="true: that of the row's locale")


class CurrencyCode(Symbol):
    name = "currency_code"
    aliases = ("currency",)
    summary = "An ISO 4217 code; with local: true that of the row's country."
    symbol = "currency_code"
    options = LocalOptions

    def build(self, ctx: ColumnContext, options: Options) -> Column:
        assert isinstance(options, LocalOptions)  # noqa: S101 -- the kind's own options
        if not options.local:
            return super().build(ctx, options)
        from syndata_engine.generation.kinds.codes_of_the_world import CURRENCY_OF

        country = ctx.pack.region.upper()
        if country not in CURRENCY_OF:
            ctx.refuse(
                f"the locale {ctx.pack.locale} names no country", "use one such as de_AT, or drop local", "local"
            )
        return Column(ValueType("str"), Constant(0), labels=Pool((CURRENCY_OF[country],)), low=0, high=0)

    def enumerate(self, ctx: ColumnContext, options: Options) -> Enumeration | None:
        assert isinstance(options, LocalOptions)  # noqa: S101 -- the kind's own options
        return None if options.local else super().enumerate(ctx, options)


KINDS = (
    Word(),
    Sentence(),
    Paragraph(),
    Words(),
    Paragraphs(),
    _symbol("color", "color_name", "A colour's name.", "color_name", "colour"),
    CurrencyCode(),
    _symbol("language", "language_name", "A language's name.", "language_name"),
    _symbol("business_phrase", "bs", "A phrase of business talk.", "bs", "buzzword"),
    _symbol("license_plate", "license_plate", "A licence plate of the locale.", "plate"),
    _symbol("file_extension", "file_extension", "A file name's ending."),
    _symbol("mime_type", "mime_type", "A media type."),
    Bytes(),
)
