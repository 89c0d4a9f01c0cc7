"""Companies: name, web site and e-mail of one company agree."""

from __future__ import annotations

from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.people import Symbol
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.texts.grammar import Grammar
from syndata_engine.generation.texts.text import Case, Lit, Pick, Piece, Switch, Text

COMPANY_WORDS = frozenset(
    [
        "company",
        "organization",
        "organisation",
        "business",
        "employer",
        "firm",
        "legal",
        "trading",
        "brand",
        "trade",
        "name",
        "website",
        "web",
        "site",
        "url",
        "homepage",
        "domain",
        "email",
        "e",
        "mail",
        "address",
        "official",
        "contact",
    ]
)


class CompanyOptions(Options):
    entity: str | None = Field(default=None, description="which company of the row; default: from the column's name")


def company_grammar(ctx: ColumnContext, options: CompanyOptions, *, ascii_only: bool = False) -> Grammar:
    """The grammar of this column's company."""
    word = ctx.entity_word("company", ctx.entity_name(COMPANY_WORDS, options.entity))
    return Grammar(ctx.pack, word, ascii_only=ascii_only)


def slug(text: Text) -> Text:
    """A company name as a-z: only parts with a transliteration stay, joined without blanks."""
    kept: list[Piece] = []
    for piece in text:
        if isinstance(piece, Pick):
            if all(value.isascii() and value.isalpha() and value.islower() for value in piece.pool.values):
                kept.append(piece)
        elif isinstance(piece, Switch):
            options = tuple(slug(option) or (Lit("firm"),) for option in piece.options)
            kept.append(Switch(piece.word, piece.key, piece.weights, options))
        elif isinstance(piece, Case):
            kept.append(Case(piece.index, tuple(slug(option) or (Lit("firm"),) for option in piece.options)))
    return tuple(kept)


def domain(ctx: ColumnContext, options: CompanyOptions) -> Text:
    """The company's host name under the reserved name example.com (RFC 2606)."""
    grammar = company_grammar(ctx, options, ascii_only=True)
    return (*(slug(grammar.symbol("company")) or (Lit("firm"),)), Lit(".example.com"))


class Company(Kind):
    name = "company"
    aliases = ("company_name", "organization", "employer")
    summary = "A company's name."
    types = ("str",)
    options = CompanyOptions

    def build(self, ctx: ColumnContext, options: CompanyOptions) -> Column:
        return Column(ValueType("str"), text=company_grammar(ctx, options).symbol("company"))


class Website(Kind):
    name = "website"
    aliases = ("url", "homepage", "uri")
    summary = "The company's web address, under a reserved domain."
    types = ("str",)
    options = CompanyOptions

    def build(self, ctx: ColumnContext, options: CompanyOptions) -> Column:
        return Column(ValueType("str"), text=(Lit("https://www."), *domain(ctx, options)))


class Domain(Kind):
    name = "domain"
    aliases = ("domain_name", "hostname")
    summary = "The company's host name, under a reserved domain."
    types = ("str",)
    options = CompanyOptions

    def build(self, ctx: ColumnContext, options: CompanyOptions) -> Column:
        return Column(ValueType("str"), text=domain(ctx, options))


class BusinessEmail(Kind):
    name = "business_email"
    aliases = ("organization_email", "contact_email")
    summary = "An address of the company itself, at its own domain."
    types = ("str",)
    options = CompanyOptions

    def build(self, ctx: ColumnContext, options: CompanyOptions) -> Column:
        grammar = company_grammar(ctx, options)
        boxes = tuple((Lit(box),) for box in ("info@", "contact@", "office@", "hello@"))
        box = Switch(grammar.word, grammar.key("mailbox"), (4, 3, 2, 1), boxes)
        return Column(ValueType("str"), text=(box, *domain(ctx, options)))


class CatchPhrase(Symbol):
    name = "catch_phrase"
    aliases = ("slogan", "tagline")
    summary = "A company's slogan."
    symbol = "catch_phrase"


class CompanySuffix(Symbol):
    name = "company_suffix"
    summary = "Inc, GmbH and the like."
    symbol = "company_suffix"


KINDS = (Company(), Website(), Domain(), BusinessEmail(), CatchPhrase(), CompanySuffix())
