"""Faker's providers of a locale; what they lack of its country comes from another locale of that country."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from faker.factory import Factory
from faker.generator import Generator

SIBLINGS: Final = {
    "dk_DK": "da_DK", "es_CA": "es_ES", "fr_BE": "nl_BE", "fr_QC": "fr_CA", "ga_IE": "en_IE", "gu_IN": "en_IN",
    "it_CH": "fr_CH", "or_IN": "en_IN",
}  # fmt: skip
"""Locales without addresses, whose country has a locale with them in a script that the country writes."""
_OF_A_COUNTRY: Final = ("address", "automotive", "bank", "phone_number", "ssn")
_NOBODYS: Final = frozenset({"en_US", "en_GB"})
"""What Faker takes where a locale has no provider of its own."""


def generator_of(locale: str) -> Generator:
    """The providers that a pack is made of; without a sibling, Faker's own choice."""
    generator: Generator = Factory.create(locale)
    sibling = SIBLINGS.get(locale)
    for name in _OF_A_COUNTRY if sibling else ():
        module = f"faker.providers.{name}.{sibling}"
        known: Any = generator.provider(f"faker.providers.{name}")
        if known.__lang__ in _NOBODYS and find_spec(module):
            provider = import_module(module).Provider(generator)
            provider.__use_weighting__, provider.__provider__, provider.__lang__ = True, known.__provider__, sibling
            # The one in its place would be asked for what the new one does not know.
            generator.providers.remove(known)
            generator.add_provider(provider)
    return generator
