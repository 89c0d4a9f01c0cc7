"""Real cities: of tables whose places are real, the columns of one address share a city, and with it all that follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from syndata_engine.gazetteers import COUNTRIES, folded
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.nodes import Constant, Mapped, Taken, Uniform, Weighted
from syndata_engine.generation.texts.grammar import Grammar
from syndata_engine.generation.texts.text import Case, Text
from syndata_engine.pools import Pool

if TYPE_CHECKING:
    from syndata_engine.gazetteers import Gazetteer
    from syndata_engine.generation.columns.context import ColumnContext
    from syndata_engine.generation.nodes.frame import Node

AROUND: Final = 20_000
"""Millionths of a degree, some two kilometres: how far an address lies from the middle of its city, at most, each way."""


class RealPlace:
    """The city of an address, drawn by population, and what follows from it."""

    def __init__(self, ctx: ColumnContext, gazetteer: Gazetteer, name: str) -> None:
        self.ctx, self.gazetteer, self.name = ctx, gazetteer, name
        word = ctx.entity_word("place", name)
        self.grammar = Grammar(ctx.pack, word)
        drawn = Weighted(word, gazetteer.alias, key=self.grammar.key("real city"))
        self._city = ctx.table.shared(("place", name, "real city"), lambda: drawn)

    def city(self) -> Column:
        """The city's name."""
        pool, table = self.gazetteer.city_names
        return _labelled(Taken(self._city, table), pool)

    def state(self) -> Column:
        """The division that the city lies in, as the vocabulary spells it where it knows it."""
        known = self._known_states()
        names = [
            known[1][at] if at >= 0 else name for at, (_, name) in zip(known[0], self.gazetteer.divisions, strict=True)
        ]
        return _labelled(self._division(), Pool(tuple(names)))

    def state_abbr(self) -> Column:
        """The division's code, the part of ISO 3166-2 after the hyphen."""
        return _labelled(self._division(), Pool(tuple(iso for iso, _ in self.gazetteer.divisions)))

    def timezone(self) -> Column:
        """The time zone that the city lies in."""
        return _labelled(Taken(self._city, self.gazetteer.zone), Pool(self.gazetteer.zones))

    def country(self) -> Column:
        """The country that the cities are of, which some vocabularies do not know of themselves."""
        return _labelled(Constant(0), Pool((COUNTRIES[self.gazetteer.country],)))

    def country_code(self) -> Column:
        """Its two letters."""
        return _labelled(Constant(0), Pool((self.gazetteer.country,)))

    def latitude(self) -> Node:
        """Millionths of a degree: a point around the middle of the city."""
        return self._around("latitude", self.gazetteer.latitude)

    def longitude(self) -> Node:
        """Millionths of a degree."""
        return self._around("longitude", self.gazetteer.longitude)

    def postcode(self) -> Text:
        """A postal code of the city's division where it is known which are, else any of the locale."""
        pack = self.ctx.pack
        if self.gazetteer.postcodes:
            return self.grammar.by_templates(self._division(), self.gazetteer.postcodes, "real postcode")
        if not pack.has("postcode_by_state"):
            return self.grammar.symbol("postcode")
        places = np.array(self._known_states()[0], np.int64)
        of_state = self.grammar.by_index(
            "postcode_by_state", Taken(self._division(), np.maximum(places, 0)), "postcode"
        )
        if places.min() >= 0:
            return of_state
        known = Taken(self._division(), (places >= 0).astype(np.int64))
        return (Case(known, (self.grammar.symbol("postcode"), of_state)),)

    def _division(self) -> Node:
        return Taken(self._city, self.gazetteer.division)

    def _around(self, which: str, table: np.ndarray) -> Node:
        word = self.ctx.entity_word("place", self.name, which)
        return Mapped(
            lambda middle, apart: middle + apart, (Taken(self._city, table), Uniform(word, -AROUND, 2 * AROUND + 1))
        )

    def _known_states(self) -> tuple[list[int], tuple[str, ...]]:
        """Of each division, its place among the vocabulary's states, or -1; and these."""
        pack = self.ctx.pack
        states = () if pack.templates("state") is not None else pack.pool("state").values
        place = {folded(state): at for at, state in enumerate(states)}
        return [place.get(folded(name), -1) for _, name in self.gazetteer.divisions], states


def _labelled(code: Node, labels: Pool) -> Column:
    return Column(ValueType("str"), code, labels=labels, low=0, high=len(labels.values) - 1)
