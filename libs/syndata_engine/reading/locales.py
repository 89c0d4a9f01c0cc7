"""How a locale is spelt; whether there are words for it is planning's question."""

from __future__ import annotations

import re

from syndata_engine.reading.spots import Spot

LOCALE = r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?"


def read_locale(spot: Spot) -> str | None:
    """A locale as `en_US`, from `en-US`, `en_us` or `EN_US`."""
    text = spot.text("a locale, such as en_US")
    if text is None:
        return None
    match = re.fullmatch(LOCALE, text)
    if not match:
        spot.fault(f"{text[:40]!r} is not a locale", "write language and country, such as en_US or de_DE")
        return None
    language, script, country = match.groups()
    return "_".join(part for part in (language.lower(), script and script.title(), country and country.upper()) if part)
