"""How a locale is spelt; whether there are words for it is planning's question."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, get_args

from syndata_contracts.schema import LocaleShare, Places
from syndata_engine.reading.nodes import Node
from syndata_engine.reading.spots import Spot
from syndata_engine.reading.weights import read_weight

LOCALE = r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?"
PLACES: Final[tuple[Places, ...]] = get_args(Places)
MOST_LOCALES: Final = 20
"""Of one table: each is a set of columns of its own until rows choose between them."""
_SHAPE: Final = "a locale, a list of locales, or a mapping of locales to weights"


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


def read_locales(spot: Spot) -> tuple[LocaleShare, ...]:
    """One locale, a list of some, or a mapping of them to weights; empty where it has faults."""
    value = spot.node.value
    if not isinstance(value, list | dict):
        one = read_locale(spot)
        return () if one is None else (LocaleShare(locale=one),)
    weights = spot.entries(_SHAPE) if isinstance(value, dict) else None
    items = spot.items(_SHAPE) if weights is None else None
    found: dict[str, LocaleShare] = {}
    good = bool(weights or items)
    if not good:
        spot.fault("there is no locale in it", "write at least one, such as en_US")
    for key, at in [(None, item) for item in items or ()] + list((weights or {}).items()):
        named = at if key is None else Spot(Node(key), at.path, at.notes)
        locale, weight = read_locale(named), Decimal(1) if key is None else read_weight(at)
        if locale in found:
            at.fault(f"the locale {locale} stands twice", "keep one of the two")
        elif weight == 0:
            at.fault("the weight is 0", "leave the locale out, or write a number above 0")
        good = good and locale not in found and bool(locale) and bool(weight)
        if good and locale and weight:
            found[locale] = LocaleShare(path=at.path, locale=locale, weight=weight)
    if len(found) > MOST_LOCALES:
        spot.fault(f"there are {len(found)} locales", f"write at most {MOST_LOCALES}")
        return ()
    return tuple(found.values()) if good else ()


def read_places(spot: Spot | None) -> Places | None:
    """`real` or `made up`; None where nothing is said, or something else, which is noted."""
    return spot.one_of(PLACES, "what places are") if spot else None
