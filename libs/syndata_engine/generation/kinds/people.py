"""People: names, gender, e-mail, user name, phone, job; all columns of one person agree."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.patterns import REGEX, RegexOptions
from syndata_engine.generation.kinds.persons import PersonOptions, person
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Uniform, Weighted
from syndata_engine.generation.texts.grammar import Grammar
from syndata_engine.generation.texts.simplify import choice
from syndata_engine.generation.texts.text import Lit, Pick, Text
from syndata_engine.pools import Pool

SAFE_DOMAINS = Pool(("example.com", "example.org", "example.net"))
"""Reserved by RFC 2606: mail sent to generated people reaches nobody."""


def _str() -> ValueType:
    return ValueType("str")


class FirstName(Kind):
    name = "first_name"
    aliases = ("given_name", "firstname")
    summary = "The person's given name, by gender."
    types = ("str",)
    options = PersonOptions

    def build(self, ctx: ColumnContext, options: PersonOptions) -> Column:
        names = person(ctx, options.entity).first
        return Column(_str(), names.index, labels=names.values, low=0, high=len(names.values.values) - 1)


class LastName(Kind):
    name = "last_name"
    aliases = ("surname", "family_name", "lastname")
    summary = "The person's family name."
    types = ("str",)
    options = PersonOptions

    def build(self, ctx: ColumnContext, options: PersonOptions) -> Column:
        names = person(ctx, options.entity).last
        return Column(_str(), names.index, labels=names.values, low=0, high=len(names.values.values) - 1)


class FullNameOptions(PersonOptions):
    titles: bool = False


class FullName(Kind):
    name = "full_name"
    aliases = ("name", "person_name", "fullname")
    summary = "First and last name in the locale's order; with titles: true sometimes with prefix or suffix."
    types = ("str",)
    options = FullNameOptions

    def build(self, ctx: ColumnContext, options: FullNameOptions) -> Column:
        who = person(ctx, options.entity)
        return Column(_str(), text=who.by_gender("name") if options.titles else who.full_name())


class Prefix(Kind):
    name = "prefix"
    aliases = ("salutation", "honorific")
    summary = "Mr., Ms. and the like, by gender."
    types = ("str",)
    options = PersonOptions

    def build(self, ctx: ColumnContext, options: PersonOptions) -> Column:
        return Column(_str(), text=person(ctx, options.entity).by_gender("prefix"))


class GenderOptions(PersonOptions):
    values: tuple[str, str] = ("male", "female")


class Gender(Kind):
    name = "gender"
    aliases = ("sex",)
    summary = "male or female (or the two given values); names agree with it."
    types = ("str",)
    options = GenderOptions

    def build(self, ctx: ColumnContext, options: GenderOptions) -> Column:
        return Column(_str(), person(ctx, options.entity).gender, low=0, high=1, labels=Pool(options.values))


class EmailOptions(PersonOptions):
    domain: str | list[str] | None = None
    regex: str | None = None


class Email(Kind):
    name = "email"
    aliases = ("email_address", "safe_email", "mail", "company_email", "free_email")
    summary = "An address made from the person's names under a reserved domain, or any text that a regex matches."
    types = ("str",)
    options = EmailOptions

    def build(self, ctx: ColumnContext, options: EmailOptions) -> Column:
        if options.regex is not None:
            return REGEX.build(ctx, RegexOptions(regex=options.regex))
        return Column(
            _str(), text=(*person(ctx, options.entity).handle(unique=False), Lit("@"), *self._domain(ctx, options))
        )

    def unique(self, ctx: ColumnContext, options: EmailOptions, key: int) -> Column | None:  # noqa: ARG002
        if options.regex is not None:
            return None
        text = (*person(ctx, options.entity).handle(unique=True), Lit("@"), *self._domain(ctx, options))
        return Column(_str(), text=text, unique=True)

    def enumerate(self, ctx: ColumnContext, options: EmailOptions) -> Enumeration | None:
        return None if options.regex is None else REGEX.enumerate(ctx, RegexOptions(regex=options.regex))

    def _domain(self, ctx: ColumnContext, options: EmailOptions) -> Text:
        given = [options.domain] if isinstance(options.domain, str) else options.domain
        if given is not None and (not given or any("@" in domain or not domain.strip() for domain in given)):
            ctx.refuse(f"{options.domain!r} is not a domain", "write example.com, or a list of domains", "domain")
        pool = SAFE_DOMAINS if given is None else Pool(tuple(given))
        if len(pool.values) == 1:
            return (Lit(pool.values[0]),)
        grammar = person(ctx, options.entity).grammar
        return (Pick(pool, grammar.word, grammar.key("domain")),)


class Username(Kind):
    name = "username"
    aliases = ("user_name", "login", "account_name", "nickname")
    summary = "An account name made from the person's names."
    types = ("str",)
    options = PersonOptions

    def build(self, ctx: ColumnContext, options: PersonOptions) -> Column:
        return Column(_str(), text=person(ctx, options.entity).handle(unique=False))

    def unique(self, ctx: ColumnContext, options: PersonOptions, key: int) -> Column:  # noqa: ARG002
        return Column(_str(), text=person(ctx, options.entity).handle(unique=True), unique=True)


class Symbol(Kind):
    """A kind that reads one symbol of the pack over the column's own word."""

    types = ("str",)
    symbol: str

    def build(self, ctx: ColumnContext, options: Options) -> Column:  # noqa: ARG002
        return symbol_column(ctx, self.symbol)

    def enumerate(self, ctx: ColumnContext, options: Options) -> Enumeration | None:  # noqa: ARG002
        if ctx.pack.templates(self.symbol) is not None:
            return None
        pool = ctx.pack.pool(self.symbol)
        return Enumeration(
            len(pool.values), lambda index: Column(_str(), index, labels=pool, low=0, high=len(pool.values) - 1)
        )


def symbol_column(ctx: ColumnContext, symbol: str) -> Column:
    """A column over one symbol; a pool's index can be compared in conditions."""
    if not ctx.pack.has(symbol):
        ctx.refuse(f"the vocabulary {ctx.pack.locale} has no {symbol}", "use another rule or locale")
    if ctx.pack.templates(symbol) is None:
        pool = ctx.pack.pool(symbol)
        index: Node = (
            Weighted(ctx.word(), pool.alias_table()) if pool.weights else Uniform(ctx.word(), 0, len(pool.values))
        )
        return Column(_str(), index, labels=pool, low=0, high=len(pool.values) - 1)
    return Column(_str(), text=Grammar(ctx.pack, ctx.word()).symbol(symbol))


class PhoneOptions(Options):
    format: Literal["locale", "e164"] = Field(
        default="locale",
        description="as the locale writes it; e164: + and digits only, and a number that the country has",
    )
    line: Literal["mobile", "fixed"] | None = Field(default=None, description="of e164: mobile unless stated")
    country: str | None = Field(default=None, description="of e164: two letters; default: the locale's country")


class Phone(Symbol):
    name = "phone"
    aliases = ("phone_number", "telephone", "mobile", "cell_phone", "msisdn")
    summary = (
        "A phone number as the locale writes it, or with format e164 one that is valid in its country (ITU-T E.164)."
    )
    symbol = "phone_number"
    options = PhoneOptions

    def build(self, ctx: ColumnContext, options: Options) -> Column:
        assert isinstance(options, PhoneOptions)  # noqa: S101 -- the kind's own options
        if options.format == "e164":
            return self._valid(ctx, options)
        for name in ("line", "country"):
            if getattr(options, name) is not None:
                ctx.refuse(
                    f"a {name} is given, but the locale writes the number", "write format: e164, or drop it", name
                )
        return super().build(ctx, options)

    def enumerate(self, ctx: ColumnContext, options: Options) -> Enumeration | None:
        assert isinstance(options, PhoneOptions)  # noqa: S101 -- the kind's own options
        return None if options.format == "e164" else super().enumerate(ctx, options)

    def _valid(self, ctx: ColumnContext, options: PhoneOptions) -> Column:
        """A calling code, and what the country has behind it."""
        country = options.country or ctx.pack.region.upper()
        known = ctx.table.phones().countries
        line = options.line or "mobile"
        if country not in known or line not in known[country]:
            what = f"no {line} numbers of {country} are known"
            ctx.refuse(what, f"write country: one of {', '.join(known)}", "country")
        ways = [REGEX.build(ctx, RegexOptions(regex=regex)).written() for regex, _ in known[country][line]]
        weights = tuple(weight for _, weight in known[country][line])
        return Column(
            _str(), text=(Lit(f"+{known[country]['code']}"), *choice(ctx.word("way"), 0, weights, tuple(ways)))
        )


class Job(Symbol):
    name = "job"
    aliases = ("job_title", "occupation", "profession")
    summary = "A job title."
    symbol = "job"


KINDS = (FirstName(), LastName(), FullName(), Prefix(), Gender(), Email(), Username(), Phone(), Job())
