"""Places: street, city, state, postal code and country of one address agree."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.people import Symbol
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Uniform
from syndata_engine.generation.texts.grammar import Grammar
from syndata_engine.generation.texts.text import Item, Lit, Text

if TYPE_CHECKING:
    from syndata_engine.generation.kinds.real_places import RealPlace

PLACE_WORDS = frozenset(
    [
        "street",
        "address",
        "addr",
        "line",
        "line1",
        "line2",
        "1",
        "2",
        "city",
        "town",
        "place",
        "municipality",
        "state",
        "province",
        "region",
        "county",
        "zip",
        "zipcode",
        "postal",
        "postcode",
        "code",
        "country",
        "building",
        "house",
        "number",
        "full",
        "abbr",
        "iso",
        "suite",
        "apartment",
        "unit",
        "secondary",
        "name",
    ]
)


class PlaceOptions(Options):
    entity: str | None = Field(default=None, description="which address of the row; default: from the column's name")


class Place:
    """The parts of the address that a column belongs to."""

    def __init__(self, ctx: ColumnContext, options: PlaceOptions) -> None:
        self.ctx = ctx
        self.name = ctx.entity_name(PLACE_WORDS, options.entity)
        self.word = ctx.entity_word("place", self.name)
        self.grammar = Grammar(ctx.pack, self.word)
        gazetteer = ctx.gazetteer
        self.real: RealPlace | None = None
        if gazetteer is not None:
            from syndata_engine.generation.kinds.real_places import RealPlace

            self.real = RealPlace(ctx, gazetteer, self.name)

    def city(self) -> Text:
        """The city's name."""
        return self.real.city().written() if self.real else self.grammar.symbol("city")

    def state_index(self) -> Node:
        """Which of the locale's states."""
        states = len(self.ctx.pack.pool("state").values)
        draw = Uniform(self.word, 0, states, key=self.grammar.key("state"))
        return self.ctx.table.shared(("place", self.name, "state"), lambda: draw)

    def postcode(self) -> Text:
        """A postal code of the state where the vocabulary knows which are, else any of the locale."""
        if self.real:
            return self.real.postcode()
        if self.ctx.pack.has("postcode_by_state"):
            return self.grammar.by_index("postcode_by_state", self.state_index(), "postcode")
        return self.grammar.symbol("postcode")

    def state(self, symbol: str) -> Text:
        """The state's name or abbreviation; a composed text in locales that have no list of states."""
        if self.real:
            return (self.real.state() if symbol == "state" else self.real.state_abbr()).written()
        if self.ctx.pack.templates(symbol) is not None:
            return self.grammar.symbol(symbol, "state")
        return (Item(self.ctx.pack.pool(symbol), self.state_index()),)

    def one_line(self) -> Text:
        """Street, city, state and postal code in one line."""
        street, city = self.grammar.symbol("street_address"), self.city()
        if self.ctx.pack.locale in _STATE_LINE:
            return (*street, Lit(", "), *city, Lit(", "), *self.state("state_abbr"), Lit(" "), *self.postcode())
        return (*street, Lit(", "), *self.postcode(), Lit(" "), *city)


_STATE_LINE = frozenset({"en_US", "en_CA", "en_AU", "en_IN", "es_MX", "pt_BR"})


class _PlaceKind(Kind):
    types = ("str",)
    options = PlaceOptions

    def build(self, ctx: ColumnContext, options: PlaceOptions) -> Column:
        return Column(ValueType("str"), text=self.text(Place(ctx, options)))

    @abstractmethod
    def text(self, place: Place) -> Text:
        """The kind's text."""


class StreetAddress(_PlaceKind):
    name = "street_address"
    aliases = ("street", "address_line", "address_line1")
    summary = "House number and street."

    def text(self, place: Place) -> Text:
        return place.grammar.symbol("street_address")


class Address(_PlaceKind):
    name = "address"
    aliases = ("full_address", "shipping_address", "billing_address")
    summary = "The whole address in one line."

    def text(self, place: Place) -> Text:
        return place.one_line()


class City(_PlaceKind):
    name = "city"
    aliases = ("town", "municipality")
    summary = "A city of the locale; where the table's places are real, one that exists, by its population."

    def build(self, ctx: ColumnContext, options: PlaceOptions) -> Column:
        place = Place(ctx, options)
        return place.real.city() if place.real else Column(ValueType("str"), text=self.text(place))

    def text(self, place: Place) -> Text:
        return place.city()


class PostalCode(_PlaceKind):
    name = "postal_code"
    aliases = ("postcode", "zip", "zipcode", "zip_code")
    summary = "A postal code; of the address's state where the locale's relation is known."

    def text(self, place: Place) -> Text:
        return place.postcode()


class State(Kind):
    name = "state"
    aliases: ClassVar[tuple[str, ...]] = ("province", "region", "administrative_unit")
    summary = "The state or province of the address."
    types = ("str",)
    options = PlaceOptions
    symbol = "state"

    def build(self, ctx: ColumnContext, options: PlaceOptions) -> Column:
        place = Place(ctx, options)
        if place.real:
            return place.real.state() if self.symbol == "state" else place.real.state_abbr()
        if ctx.pack.templates(self.symbol) is not None:
            return Column(ValueType("str"), text=place.state(self.symbol))
        pool = ctx.pack.pool(self.symbol)
        return Column(ValueType("str"), place.state_index(), labels=pool, low=0, high=len(pool.values) - 1)


class StateAbbr(State):
    name = "state_abbr"
    aliases: ClassVar[tuple[str, ...]] = ("state_code", "province_abbr")
    summary = "The abbreviation of the address's state."
    symbol = "state_abbr"


class Country(Kind):
    name = "country"
    aliases: ClassVar[tuple[str, ...]] = ("current_country", "country_name")
    summary = "The locale's own country, so that the address agrees; any country with any: true."
    types = ("str",)

    class CountryOptions(PlaceOptions):
        any: bool = False

    options = CountryOptions
    symbols = ("current_country", "country")

    def build(self, ctx: ColumnContext, options: CountryOptions) -> Column:
        real = None if options.any else Place(ctx, options).real
        if real:
            return real.country() if self.name == "country" else real.country_code()
        pool = ctx.pack.pool(self.symbols[1] if options.any else self.symbols[0])
        index = Uniform(ctx.word(), 0, len(pool.values))
        return Column(ValueType("str"), index, labels=pool, low=0, high=len(pool.values) - 1)


class CountryCode(Country):
    name = "country_code"
    aliases: ClassVar[tuple[str, ...]] = ("current_country_code", "iso_country")
    summary = "The two-letter code of the locale's own country; of any country with any: true."
    symbols = ("current_country_code", "country_code")


class StreetName(Symbol):
    name = "street_name"
    summary = "A street without a house number."
    symbol = "street_name"


KINDS = (StreetAddress(), Address(), City(), PostalCode(), State(), StateAbbr(), Country(), CountryCode(), StreetName())
