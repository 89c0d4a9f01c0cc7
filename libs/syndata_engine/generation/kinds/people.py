"""People: names, gender, e-mail, user name, phone, job; all columns of one person agree."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from syndata_engine.generation.bijection import Bijection
from syndata_engine.generation.codes import ValueType
from syndata_engine.generation.columns import Column, Enumeration
from syndata_engine.generation.context import ColumnContext
from syndata_engine.generation.frame import Node
from syndata_engine.generation.grammar import Grammar
from syndata_engine.generation.kinds.patterns import REGEX, RegexOptions
from syndata_engine.generation.nodes import Mapped, Permuted, RowNumber, Uniform, Weighted
from syndata_engine.generation.registry import Kind, Options
from syndata_engine.generation.text import (
    Case,
    Digits,
    Integer,
    Lit,
    Pick,
    Switch,
    Text,
    rewire,
)
from syndata_engine.pools import Pool

PERSON_WORDS = frozenset(
    [
        "first",
        "last",
        "full",
        "name",
        "given",
        "family",
        "sur",
        "surname",
        "middle",
        "prefix",
        "suffix",
        "title",
        "email",
        "e",
        "mail",
        "user",
        "username",
        "login",
        "handle",
        "gender",
        "sex",
        "phone",
        "mobile",
        "cell",
        "telephone",
        "tel",
        "number",
        "age",
        "birth",
        "date",
        "of",
        "dob",
        "birthday",
        "birthdate",
        "born",
        "address",
        "job",
        "occupation",
        "profession",
        "position",
    ]
)
_ROLES = {
    symbol: role
    for role, symbols in {
        "first_name": ("first_name", "first_name_male", "first_name_female"),
        "last_name": ("last_name", "last_name_male", "last_name_female"),
        "prefix": ("prefix_male", "prefix_female"),
        "suffix": ("suffix_male", "suffix_female"),
    }.items()
    for symbol in symbols
}
SAFE_DOMAINS = Pool(("example.com", "example.org", "example.net"))
"""Reserved by RFC 2606: mail sent to generated people reaches nobody."""
EMAIL_NUMBERS = 10_000


class PersonOptions(Options):
    entity: str | None = Field(default=None, description="which person of the row; default: from the column's name")


def _str() -> ValueType:
    return ValueType("str")


def person_grammar(ctx: ColumnContext, options: PersonOptions, *, ascii_only: bool = False) -> Grammar:
    """The grammar of this column's person."""
    return Grammar(ctx.pack, ctx.entity("person", PERSON_WORDS, options.entity), _ROLES, ascii_only)


def gender_index(ctx: ColumnContext, options: PersonOptions) -> Node:
    """0 for male, 1 for female."""
    return Uniform(ctx.entity("person", PERSON_WORDS, options.entity), 0, 2, key=ctx.key("gender"))


def by_gender(ctx: ColumnContext, options: PersonOptions, symbol: str, *, ascii_only: bool = False) -> Text:
    """`symbol`_male or `symbol`_female, as the person is."""
    grammar = person_grammar(ctx, options, ascii_only=ascii_only)
    male, female = (f"{symbol}_{gender}" for gender in ("male", "female"))
    if ctx.pack.symbols[male] == ctx.pack.symbols[female]:
        return grammar.symbol(male, symbol)
    return (Case(gender_index(ctx, options), (grammar.symbol(male, symbol), grammar.symbol(female, symbol))),)


class _Name(Kind):
    types = ("str",)
    options = PersonOptions
    symbol: str

    def build(self, ctx: ColumnContext, options: PersonOptions) -> Column:
        return Column(_str(), text=by_gender(ctx, options, self.symbol))


class FirstName(_Name):
    name = "first_name"
    aliases = ("given_name", "firstname")
    summary = "The person's given name, by gender."
    symbol = "first_name"


class LastName(_Name):
    name = "last_name"
    aliases = ("surname", "family_name", "lastname")
    summary = "The person's family name."
    symbol = "last_name"


class FullName(_Name):
    name = "full_name"
    aliases = ("name", "person_name", "fullname")
    summary = "First and last name in the locale's order, sometimes with prefix or suffix where titles is true."
    symbol = "name"

    class FullNameOptions(PersonOptions):
        titles: bool = False

    options = FullNameOptions

    def build(self, ctx: ColumnContext, options: Any) -> Column:
        if options.titles:
            return Column(_str(), text=by_gender(ctx, options, "name"))
        first, last = by_gender(ctx, options, "first_name"), by_gender(ctx, options, "last_name")
        return Column(_str(), text=(*last, *first) if _family_first(ctx, glued=True) else
                      (*last, Lit(" "), *first) if _family_first(ctx) else (*first, Lit(" "), *last))  # fmt: skip


def _family_first(ctx: ColumnContext, *, glued: bool = False) -> bool:
    """Whether the locale writes the family name first (and, if glued, without a space)."""
    templates = [template for template, _ in ctx.pack.templates("name_male") or []]
    plain = [t for t in templates if "first_name" in t and "last_name" in t]
    if not plain:
        return False
    template = min(plain, key=len)
    first = template.index("{last_name") < template.index("{first_name")
    return first and (not glued or "} {" not in template)


class Prefix(_Name):
    name = "prefix"
    aliases = ("salutation", "honorific")
    summary = "Mr., Ms. and the like, by gender."
    symbol = "prefix"


class Gender(Kind):
    name = "gender"
    aliases = ("sex",)
    summary = "male or female (or the two given values); names agree with it."
    types = ("str",)

    class GenderOptions(PersonOptions):
        values: tuple[str, str] = ("male", "female")

    options = GenderOptions

    def build(self, ctx: ColumnContext, options: Any) -> Column:
        return Column(_str(), gender_index(ctx, options), low=0, high=1, labels=Pool(options.values))


def slug_parts(ctx: ColumnContext, options: PersonOptions) -> tuple[Text, Text, Text]:
    """First name, last name and first initial in a-z, the same draws as the names themselves."""
    first = by_gender(ctx, options, "first_name", ascii_only=True)
    last = by_gender(ctx, options, "last_name", ascii_only=True)
    return first, last, tuple(_initial(first))


def _initial(text: Text) -> Text:
    shortened: dict[int, Pool] = {}

    def first_letter(pool: Pool) -> Pool:
        return shortened.setdefault(id(pool), Pool(tuple(value[:1] for value in pool.values), pool.weights))

    return rewire(text, lambda node: node, first_letter)


def handle(ctx: ColumnContext, options: PersonOptions, number: Text | None) -> Text:
    """An account name from the person's names; `number` ends it where it must be unique."""
    grammar = person_grammar(ctx, options)
    word = grammar.word
    first, last, initial = slug_parts(ctx, options)
    bodies = ((*first, Lit("."), *last), (*first, *last), (*initial, *last), (*first, Lit("_"), *last))
    body = Switch(word, grammar.key("handle"), (4, 3, 3, 1), bodies)
    if number is not None:
        return (body, *number)
    short = (Digits(word, grammar.key("handle.2"), 2, 10, 90),)
    long = (Digits(word, grammar.key("handle.4"), 4, 1_000, 9_000),)
    return (body, Switch(word, grammar.key("handle#"), (2, 4, 4), ((), short, long)))


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
        return Column(_str(), text=(*handle(ctx, options, None), Lit("@"), *self._domain(ctx, options)))

    def unique(self, ctx: ColumnContext, options: EmailOptions, key: int) -> Column | None:
        if options.regex is not None:
            return None
        text = (*handle(ctx, options, unique_number(key)), Lit("@"), *self._domain(ctx, options))
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
        grammar = person_grammar(ctx, options)
        return (Pick(pool, grammar.word, grammar.key("domain")),)


def unique_number(key: int) -> Text:
    """Digits that no other row ends with: the row's number, mixed inside its million so that it looks drawn.

    Names hold no digits, so texts that end in different numbers differ.
    """
    return (Integer(_scattered(key)),)


def _scattered(key: int) -> Node:
    block = 1_000_000
    bijection = Bijection(block, key)
    inner = Permuted(Mapped(lambda rows: rows % block, (RowNumber(),)), bijection)
    return Mapped(lambda mixed, rows: mixed + rows // block * block, (inner, RowNumber()))


class Username(Kind):
    name = "username"
    aliases = ("user_name", "login", "account_name", "nickname")
    summary = "An account name made from the person's names."
    types = ("str",)
    options = PersonOptions

    def build(self, ctx: ColumnContext, options: PersonOptions) -> Column:
        return Column(_str(), text=handle(ctx, options, None))

    def unique(self, ctx: ColumnContext, options: PersonOptions, key: int) -> Column:
        return Column(_str(), text=handle(ctx, options, unique_number(key)), unique=True)


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
            Weighted(ctx.word(), *pool.alias_table()) if pool.weights else Uniform(ctx.word(), 0, len(pool.values))
        )
        return Column(_str(), index, labels=pool, low=0, high=len(pool.values) - 1)
    return Column(_str(), text=Grammar(ctx.pack, ctx.word()).symbol(symbol))


class Phone(Symbol):
    name = "phone"
    aliases = ("phone_number", "telephone", "mobile", "cell_phone", "msisdn")
    summary = "A phone number as the locale writes it."
    symbol = "phone_number"


class Job(Symbol):
    name = "job"
    aliases = ("job_title", "occupation", "profession")
    summary = "A job title."
    symbol = "job"


KINDS = (FirstName(), LastName(), FullName(), Prefix(), Gender(), Email(), Username(), Phone(), Job())
