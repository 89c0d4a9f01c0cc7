"""Frozen gazetteers, parsed: the real cities of a country, referred to by the digest of their bytes."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from syndata_engine.generation.words.bits import Codes, Words
from syndata_engine.pools import Pool, alias_table

PLACES: Final = "places/"
"""What the names of gazetteers begin with, in plans and where packs are read."""
COUNTRIES: Final = {
    "AR": "Argentina", "AT": "Austria", "AU": "Australia", "BE": "Belgium", "BR": "Brazil", "CA": "Canada", "CH": "Switzerland",
    "CZ": "Czech Republic", "DE": "Germany", "DK": "Denmark", "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "United Kingdom",
    "IE": "Ireland", "IT": "Italy", "MX": "Mexico", "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PL": "Poland",
    "PT": "Portugal", "SE": "Sweden", "US": "United States",
}  # fmt: skip
"""Countries that have one, and their names."""
MICRO_PER_UNIT: Final = 100
"""Points are kept in ten-thousandths of a degree; the engine counts millionths."""


@dataclass(eq=False)
class Gazetteer:
    """The cities of a country, each with division, point, time zone and population."""

    country: str
    digest: str
    names: tuple[str, ...]
    division: Codes
    """Of each city, its place in `divisions`; int64[cities]."""
    latitude: Codes
    """Millionths of a degree."""
    longitude: Codes
    zone: Codes
    population: tuple[int, ...]
    divisions: tuple[tuple[str, str], ...]
    """ISO 3166-2 part after the hyphen, and name."""
    zones: tuple[str, ...]
    postcodes: tuple[tuple[str, ...], ...]
    """Of each division, templates of its postal codes; empty where they are not known."""

    @classmethod
    def parse(cls, country: str, digest: str, body: bytes) -> Gazetteer:
        """A gazetteer of its bytes."""
        found = json.loads(body)
        names, division, latitude, longitude, zone, population = zip(*found["cities"], strict=True)
        return cls(
            country,
            digest,
            names,
            np.array(division, np.int64),
            np.array(latitude, np.int64) * MICRO_PER_UNIT,
            np.array(longitude, np.int64) * MICRO_PER_UNIT,
            np.array(zone, np.int64),
            population,
            tuple((iso, name) for iso, name in found["divisions"]),
            tuple(found["zones"]),
            tuple(map(tuple, found["postcodes"])),
        )

    @cached_property
    def alias(self) -> Words:
        """The alias table of the populations."""
        return alias_table(self.population)

    @cached_property
    def city_names(self) -> tuple[Pool, Codes]:
        """Every name once, and of each city the place of its name: several cities share one."""
        number: dict[str, int] = {}
        table = [number.setdefault(name, len(number)) for name in self.names]
        return Pool(tuple(number)), np.array(table, np.int64)


def folded(text: str) -> str:
    """A name without case and accents, for finding the same place in another list."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())
