"""Spells names in a to z, for the local part of e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from anyascii import anyascii
from faker.decode import unidecode

_OTHER: Final = re.compile(r"[^a-z]+")
_NOT_DOMAIN: Final = re.compile(r"[^a-z0-9-]+")


def spell(value: str, replacements: Sequence[tuple[str, str]], known: Mapping[str, str]) -> str:
    """Return `value` in lower-case a to z, never empty.

    `known` holds spellings the locale gives itself (Japanese romaji); `replacements` are the
    locale's own letter rules (German umlauts); everything else is transliterated.
    """
    text = known.get(value, value)
    for letters, latin in replacements:
        text = text.replace(letters, latin)
    slug = _OTHER.sub("", anyascii(text).lower())
    return slug or "".join(chr(ord("a") + int(digit, 16)) for letter in value or "x" for digit in f"{ord(letter):x}")


def spell_domain(value: str, replacements: Sequence[tuple[str, str]], *, empty: str = "x") -> str:
    """Return `value` as part of a domain name: a to z, digits and inner hyphens; spelled as Faker does if it can."""
    text = value
    for letters, instead in replacements:
        text = text.replace(letters, instead)
    for latin in (unidecode, anyascii):
        slug = _NOT_DOMAIN.sub("", latin(text).lower())
        if slug.strip("-"):
            return slug
    return slug or empty
