"""Words and sentences, and what the vocabularies hold besides people, places and companies."""

from __future__ import annotations

from pydantic import Field

from syndata_engine.generation.codes import ValueType
from syndata_engine.generation.columns import Column
from syndata_engine.generation.context import ColumnContext
from syndata_engine.generation.frame import Node
from syndata_engine.generation.kinds.people import Symbol
from syndata_engine.generation.nodes import Uniform
from syndata_engine.generation.registry import Kind, Options
from syndata_engine.generation.text import Case, Chars, Lit, Pick, Piece, Text
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


def sentence(ctx: ColumnContext, low: int, high: int, path: str) -> Text:
    """A sentence of low..high words."""
    pool = _words(ctx)
    first = Pool(tuple(value[:1].upper() + value[1:] for value in pool.values))
    spaced = Pool(tuple(" " + value for value in pool.values))
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


class Ipv4(Kind):
    name = "ipv4"
    aliases = ("ip", "ip_address")
    summary = "An address from 10.0.0.0/8, which is never routed on the Internet."
    types = ("str",)

    def build(self, ctx: ColumnContext, options: Options) -> Column:  # noqa: ARG002
        numbers = Pool(tuple(str(number) for number in range(256)))
        octets = [Pick(numbers, ctx.word(), ctx.key("octet", str(n))) for n in range(3)]
        return Column(ValueType("str"), text=(Lit("10."), octets[0], Lit("."), octets[1], Lit("."), octets[2]))


def _symbol(kind_name: str, symbol: str, summary: str, *aliases: str) -> Kind:
    kind: Kind = type(
        f"{symbol.title()}Kind",
        (Symbol,),
        {"name": kind_name, "symbol": symbol, "summary": summary, "aliases": aliases},
    )()
    return kind


KINDS = (
    Word(),
    Sentence(),
    Paragraph(),
    Ipv4(),
    _symbol("color", "color_name", "A colour's name.", "color_name", "colour"),
    _symbol("currency_code", "currency_code", "An ISO 4217 code.", "currency"),
    _symbol("language", "language_name", "A language's name.", "language_name"),
    _symbol("business_phrase", "bs", "A phrase of business talk.", "bs", "buzzword"),
    _symbol("license_plate", "license_plate", "A licence plate of the locale.", "plate"),
    _symbol("file_extension", "file_extension", "A file name's ending."),
    _symbol("mime_type", "mime_type", "A media type."), Bytes())
