"""Frozen vocabularies: names, places, companies, words and number formats of every locale.

A pack is one canonical JSON text per locale, shipped inside this package. Plans refer to a
pack by its digest, so the bytes of a pack decide the bytes of the data made from it; nothing
here reads Faker, which only the build script knows (see README.md for the format), and
`sampling`, which asks it while a plan with the rule `faker` is made.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import lzma
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["PHONES", "PLACES", "UnknownLocale", "available_locales", "pack_digest", "read_pack"]

PLACES: Final = "places/"
"""What the names of gazetteers begin with, before the country's two letters."""
PHONES: Final = "phones"
"""Names the telephone numbers of all countries."""

_PACKS: Final = files(__name__) / "packs"


class UnknownLocale(KeyError):
    """No pack exists for this locale; the text names the nearest locales that do exist."""

    def __init__(self, locale: str, known: tuple[str, ...]) -> None:
        by_folded = {name.casefold(): name for name in known}
        wanted = locale.replace("-", "_").casefold()
        near = difflib.get_close_matches(wanted, by_folded, n=3, cutoff=0.5)
        self.locale = locale
        self.did_you_mean: tuple[str, ...] = tuple(by_folded[name] for name in near)
        hint = f"did you mean {', '.join(self.did_you_mean)}?" if near else f"known are {', '.join(known)}"
        self.text = f"there is no vocabulary for the locale {locale!r}: {hint}"
        super().__init__(self.text)

    def __str__(self) -> str:
        return self.text


@cache
def _digests() -> dict[str, str]:
    index = json.loads((_PACKS / "index.json").read_text(encoding="utf-8"))
    return {locale: str(entry["digest"]) for locale, entry in index["packs"].items()}


@cache
def _gazetteers() -> tuple[str, ...]:
    index = json.loads((_PACKS / "places" / "index.json").read_text(encoding="utf-8"))
    return tuple(sorted(index["places"]))


def available_locales() -> tuple[str, ...]:
    """Return the locales that have a pack, sorted."""
    return tuple(sorted(_digests()))


def read_pack(locale: str) -> bytes:
    """Return the canonical JSON bytes of one pack.

    `places/DE` names the gazetteer of a country: real cities with their points, time zones and populations.

    `phones` names what telephone numbers of every country look like.

    Raises UnknownLocale, a KeyError, when there is none. The bytes are those whose digest
    `index.json` lists; a caller who keeps digests checks them with `pack_digest`.
    """
    if locale.startswith(PLACES) and locale.removeprefix(PLACES) in _gazetteers():
        return lzma.decompress((_PACKS / f"{locale}.json.xz").read_bytes())
    if locale == PHONES:
        return lzma.decompress((_PACKS / f"{PHONES}.json.xz").read_bytes())
    if locale not in _digests():
        raise UnknownLocale(locale, available_locales())
    return lzma.decompress((_PACKS / f"{locale}.json.xz").read_bytes())


def pack_digest(body: bytes) -> str:
    """Return the BLAKE2b-256 digest, in hex, by which plans refer to these pack bytes."""
    return hashlib.blake2b(body, digest_size=32).hexdigest()
