"""Words and sentences, and what the vocabularies hold besides people, places and companies."""

from __future__ import annotations

from pydantic import Field

from syndata_engine.generation.codes import ValueType
from syndata_engine.generation.columns import Column
from syndata_engine.generation.context import ColumnContext
from syndata_engine.generation.frame import Node
from syndata_engine.generation.kinds.people import Symbol
from syndata_engine.generation.nodes import Mapped, Uniform
from syndata_engine.generation.registry import Kind, Options
from syndata_engine.generation.text import Case, Chars, Integer, Lit, Pick, Piece, Text
from syndata_engine.pools import Pool

MAX_WORDS = 400


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


class CreditCardOptions(Options):
    prefix: str = Field(default="4000", pattern=r"^\d{1,8}$")


class CreditCard(Kind):
    name = "credit_card"
    aliases = ("credit_card_number", "card_number")
    summary = "Sixteen digits that pass the Luhn check, under a prefix that test systems use."
    types = ("str",)
    options = CreditCardOptions

    def build(self, ctx: ColumnContext, options: CreditCardOptions) -> Column:
        body = 15 - len(options.prefix)
        number = Uniform(ctx.word(), 0, 10**body)
        prefix = int(options.prefix)

        def with_check(codes):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            total = codes * 0
            digits = codes + prefix * 10**body
            for place in range(15):
                digit = digits // 10**place % 10
                doubled = digit * 2 if place % 2 == 0 else digit
                total = total + doubled // 10 + doubled % 10
            return digits * 10 + (10 - total % 10) % 10

        return Column(ValueType("str"), text=(Integer(Mapped(with_check, (number,)), 16),))


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
    CreditCard(),
    _symbol("color", "color_name", "A colour's name.", "color_name", "colour"),
    _symbol("currency_code", "currency_code", "An ISO 4217 code.", "currency"),
    _symbol("language", "language_name", "A language's name.", "language_name"),
    _symbol("business_phrase", "bs", "A phrase of business talk.", "bs", "buzzword"),
    _symbol("license_plate", "license_plate", "A licence plate of the locale.", "plate"),
    _symbol("file_extension", "file_extension", "A file name's ending."),
    _symbol("mime_type", "mime_type", "A media type."),
)
