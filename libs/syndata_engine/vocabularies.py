"""Frozen vocabularies, parsed: pools and grammars of a locale, referred to by the digest of their bytes."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, TypeVar

from syndata_contracts.errors import Fault, Refused
from syndata_engine.pools import Pool

if TYPE_CHECKING:
    from syndata_engine.gazetteers import Gazetteer

Derived = TypeVar("Derived")
_MEANT: Final = {"es_CA": "ES", "fr_QC": "CA"}
"""Catalan of Spain and French of Quebec, which Faker names by their region."""


@dataclass(eq=False)
class Pack:
    """One locale's symbols."""

    locale: str
    digest: str
    symbols: dict[str, dict[str, Any]]
    _pools: dict[str, Pool] = field(default_factory=dict)
    _derived: dict[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """What the locale names behind its language, or the whole locale: a country's code for most."""
        return _MEANT.get(self.locale, self.locale.rpartition("_")[2])

    def derived(self, name: str, make: Callable[[], Derived]) -> Derived:
        """What follows from the pack alone, made once for all tables that use it."""
        if name not in self._derived:
            self._derived[name] = make()
        found: Derived = self._derived[name]
        return found

    def has(self, symbol: str) -> bool:
        """Whether the pack knows a symbol."""
        return symbol in self.symbols

    def pool(self, symbol: str, *, ascii_only: bool = False) -> Pool:
        """The pool of a symbol, or its a-z transliteration; one object per pool, so heaps share it."""
        name = f"{symbol}@ascii" if ascii_only else symbol
        if name not in self._pools:
            entry = self.symbols[symbol]
            values = entry["ascii"] if ascii_only else entry["values"]
            weights = entry.get("weights")
            self._pools[name] = Pool(tuple(values), tuple(weights) if weights else None)
        return self._pools[name]

    def slugs(self, symbol: str) -> tuple[str, ...]:
        """The a-z transliteration of each of a pool's entries; of a pool without any, its plain letters."""
        entry = self.symbols[symbol]
        plain = ("".join(c for c in value.lower() if "a" <= c <= "z") for value in entry["values"])
        return tuple(entry["ascii"]) if "ascii" in entry else tuple(plain)

    def templates(self, symbol: str) -> list[tuple[str, int]] | None:
        """A grammar's templates with weights; None for a pool."""
        found = self.symbols[symbol].get("templates")
        return None if found is None else [(template, weight) for template, weight in found]


@dataclass(frozen=True, eq=False)
class Phones:
    """What telephone numbers of each country look like."""

    digest: str
    countries: dict[str, dict[str, Any]]
    """By two letters: `code`, and regular expressions with weights of `mobile` and `fixed` numbers."""


@dataclass(eq=False)
class Vocabularies:
    """Reads packs through a function that the caller brings, and keeps what it has parsed."""

    read_pack: Callable[[str], bytes]
    locales: Sequence[str]
    sample: Callable[[str, str, dict[str, Any], int], dict[str, Any]] | None = None
    """sample(provider, locale, arguments, size): what another library says, for plans to keep; Refused with its reasons."""
    _packs: dict[str, Pack] = field(default_factory=dict)
    _phones: Phones | None = None
    _gazetteers: dict[str, Gazetteer | None] = field(default_factory=dict)

    def gazetteer(self, country: str) -> Gazetteer | None:
        """The real cities of a country (two letters); None where there is no list of them."""
        if country not in self._gazetteers:
            from syndata_engine.gazetteers import PLACES, Gazetteer

            try:
                body = self.read_pack(f"{PLACES}{country}")
            except KeyError:
                self._gazetteers[country] = None
            else:
                self._gazetteers[country] = Gazetteer.parse(country, blake2b(body, digest_size=32).hexdigest(), body)
        return self._gazetteers[country]

    def phones(self) -> Phones:
        """What telephone numbers look like."""
        if self._phones is None:
            body = self.read_pack("phones")
            self._phones = Phones(blake2b(body, digest_size=32).hexdigest(), json.loads(body)["countries"])
        return self._phones

    def digest(self, name: str) -> str:
        """The digest of a locale's pack of a gazetteer or of the telephone numbers, by its name in plans; Refused when there is none."""
        if name.startswith("places/"):
            found = self.gazetteer(name.removeprefix("places/"))
            return "" if found is None else found.digest
        return self.phones().digest if name == "phones" else self.pack(name).digest

    def pack(self, locale: str, path: str = "locale") -> Pack:
        """The pack of a locale; Refused, with the nearest names, when there is none."""
        if locale not in self.locales:
            near = difflib.get_close_matches(locale, self.locales, 3, 0.5)
            fix = f"did you mean {' or '.join(near)}?" if near else f"use one of: {', '.join(self.locales)}"
            raise Refused(Fault(path, f"no vocabulary for the locale {locale!r}", fix))
        if locale not in self._packs:
            body = self.read_pack(locale)
            digest = blake2b(body, digest_size=32).hexdigest()
            self._packs[locale] = Pack(locale, digest, json.loads(body)["symbols"])
        return self._packs[locale]
