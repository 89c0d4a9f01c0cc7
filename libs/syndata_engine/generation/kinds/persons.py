"""The person that several columns of a row describe together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Options
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Grouped, Mapped, Permuted, RowNumber, Uniform, Weighted
from syndata_engine.generation.texts.grammar import Grammar
from syndata_engine.generation.texts.text import Case, Digits, Integer, Item, Lit, Switch, Text
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import Codes, Words
from syndata_engine.pools import Pool, alias_table
from syndata_engine.vocabularies import Pack

PERSON_WORDS = frozenset(
    # Words of a column name that say what of a person it holds, and not which person.
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
        "work",
        "home",
        "personal",
        "private",
        "primary",
        "main",
        "contact",
        "my",
        "own",
        "years",
        "vorname",
        "nachname",
        "prenom",
        "nom",
        "nombre",
        "apellido",
        "apellidos",
        "cognome",
        "nome",
        "sobrenome",
    ]
)
GENDERS = ("male", "female")
MOST_NAMES = 20_000
"""Names that a grammar of names is spelled out to."""
WEIGHT_SCALE = 2**48
_TOKENS = re.compile(r"([^{}]+)|\{(\w+)\}")
NUMBER_BLOCK = 1_000_000
"""Numbers that make a name unique are mixed inside blocks of this many rows, so that they look drawn."""


class PersonOptions(Options):
    entity: str | None = Field(default=None, description="which person of the row; default: from the column's name")


@dataclass(frozen=True, eq=False)
class _Laid:
    """The names of both genders end to end, or once where they are the same, with their weights."""

    values: Pool
    ascii: Pool
    starts: Codes
    alias: Words

    @classmethod
    def of(cls, pack: Pack, role: str) -> _Laid:
        """A part of names as the pack has it."""
        spelled = [spelled_out(pack, f"{role}_{gender}") for gender in GENDERS]
        if spelled[0] == spelled[1]:
            spelled = spelled[:1]
        starts = np.cumsum([0, *(len(names) for names in spelled)]).astype(np.int64)
        alias = np.concatenate([alias_table(tuple(names.values())) for names in spelled])
        values, slugs = (Pool(tuple(entry[at] for names in spelled for entry in names)) for at in (0, 1))
        return cls(values, slugs, starts, alias)


@dataclass(eq=False)
class Names:
    """One part of names (first or last): the pools of both genders laid end to end, and the row's index."""

    values: Pool
    ascii: Pool
    """a-z transliterations, entry by entry."""
    index: Node


@dataclass(eq=False)
class Person:
    """What the columns of one person share: gender, names, and the number that tells them apart."""

    pack: Pack
    word: Node
    seed_key: int
    _texts: dict[str, Text] = field(default_factory=dict)

    @cached_property
    def grammar(self) -> Grammar:
        """Symbols of the pack over this person's word, with the person's own names in them."""
        shared = {}
        for role, names in (("first_name", self.first), ("last_name", self.last)):
            text: Text = (Item(names.values, names.index),)
            for symbol in (role, *(f"{role}_{gender}" for gender in GENDERS)):
                shared[symbol] = (role, text)
        return Grammar(self.pack, self.word, shared)

    @cached_property
    def gender(self) -> Node:
        """0 for male, 1 for female."""
        return Uniform(self.word, 0, 2, key=Grammar(self.pack, self.word).key("gender"))

    @cached_property
    def first(self) -> Names:
        """Given names."""
        return self._names("first_name")

    @cached_property
    def last(self) -> Names:
        """Family names."""
        return self._names("last_name")

    def _names(self, role: str) -> Names:
        laid = self.pack.derived(f"names of {role}", lambda: _Laid.of(self.pack, role))
        group = self.gender if len(laid.starts) > 2 else Uniform(self.word, 0, 1)
        key = Grammar(self.pack, self.word).key(role)
        return Names(laid.values, laid.ascii, Grouped(self.word, key, group, laid.starts, laid.alias))

    def by_gender(self, symbol: str) -> Text:
        """`symbol`_male or `symbol`_female, as the person is."""
        male, female = (f"{symbol}_{gender}" for gender in GENDERS)
        if self.pack.symbols[male] == self.pack.symbols[female]:
            return self.grammar.symbol(male, symbol)
        return (Case(self.gender, (self.grammar.symbol(male, symbol), self.grammar.symbol(female, symbol))),)

    def full_name(self) -> Text:
        """First and last name in the locale's order."""
        first: Text = (Item(self.first.values, self.first.index),)
        last: Text = (Item(self.last.values, self.last.index),)
        order = self._order()
        return (
            (*first, Lit(" "), *last)
            if order == "first last"
            else (*last, Lit("" if order == "glued" else " "), *first)
        )

    def _order(self) -> str:
        templates = [template for template, _ in self.pack.templates("name_male") or []]
        plain = [template for template in templates if "first_name" in template and "last_name" in template]
        template = min(plain, key=len) if plain else "{first_name} {last_name}"
        if template.index("{first_name") < template.index("{last_name"):
            return "first last"
        return "last first" if "} {" in template else "glued"

    def handle(self, *, unique: bool) -> Text:
        """An account name from the person's names; it ends in the person's number where it must be unique."""
        heads, index = self._heads
        body: Text = (Item(heads, index), Item(self.last.ascii, self.last.index))
        if unique:
            return (*body, Integer(self.number))
        grammar = self.grammar
        short = (Digits(self.word, grammar.key("handle.2"), 2, 10, 90),)
        long = (Digits(self.word, grammar.key("handle.4"), 4, 1_000, 9_000),)
        return (*body, Switch(self.word, grammar.key("handle#"), (2, 4, 4), ((), short, long)))

    @cached_property
    def _heads(self) -> tuple[Pool, Node]:
        """What account names start with: first name or initial, joined to the last name in one of four ways."""
        first = self.first.ascii.values
        style = Weighted(self.word, alias_table((4, 3, 3, 1)), key=self.grammar.key("handle"))
        size = len(first)
        index = Mapped(lambda styles, names: styles * size + names, (style, self.first.index))
        return self.pack.derived("heads of account names", lambda: _heads_of(first)), index

    @cached_property
    def number(self) -> Node:
        """A number that no other row has. Names hold no digits, so texts that end in different numbers differ."""
        block = NUMBER_BLOCK
        inner = Permuted(Mapped(lambda rows: rows % block, (RowNumber(),)), Bijection(block, self.seed_key))
        return Mapped(lambda mixed, rows: mixed + rows // block * block, (inner, RowNumber()))


def _heads_of(names: tuple[str, ...]) -> Pool:
    styles = ([f"{name}." for name in names], names, [name[:1] for name in names], [f"{name}_" for name in names])
    return Pool(tuple(head for heads in styles for head in heads))


def spelled_out(pack: Pack, symbol: str) -> dict[tuple[str, str], int]:
    """Every (text, a-z transliteration) of a symbol with its weight.

    Of a grammar with too many texts only the simplest templates count, so compound names may be missing.
    """
    templates = pack.templates(symbol)
    if templates is None:
        pool, slugs = pack.pool(symbol), pack.slugs(symbol)
        return dict(zip(zip(pool.values, slugs, strict=True), pool.weights or (1,) * len(slugs), strict=True))
    found: dict[tuple[str, str], int] = {}
    for template, weight in sorted(templates, key=lambda entry: entry[0].count("{")):
        options = [{("", ""): 1}]
        for literal, name in _TOKENS.findall(template):
            options.append(spelled_out(pack, name) if name else {(literal, slugged(literal)): 1})
        if found and len(found) + prod(map(len, options)) > MOST_NAMES:
            continue
        scale = weight * (WEIGHT_SCALE // max(1, prod(sum(option.values()) for option in options)) or 1)
        for parts in product(*(option.items() for option in options)):
            texts, shares = [part[0] for part in parts], [part[1] for part in parts]
            entry = "".join(text for text, _ in texts), "".join(slug for _, slug in texts)
            found[entry] = found.get(entry, 0) + scale * prod(shares)
    return found


def slugged(text: str) -> str:
    """The letters a-z of a text."""
    return "".join(char for char in text.lower() if "a" <= char <= "z")


def person(ctx: ColumnContext, entity: str | None) -> Person:
    """The person that a column describes."""
    name = ctx.entity_name(PERSON_WORDS, entity)
    word = ctx.entity_word("person", name)
    return ctx.table.shared(
        ("person", name), lambda: Person(ctx.pack, word, ctx.key(ctx.table.schema.id, "number", name))
    )
