"""Draws from real Faker: to check what was traced, and to sample what cannot be."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from faker.generator import Generator

from syndata_vocabularies.build.grammars import Pool, pool_of
from syndata_vocabularies.build.siblings import generator_of
from syndata_vocabularies.build.tracing import UNTOUCHED, global_random
from syndata_vocabularies.build.writing import one_line

ROUND: Final = 20_000
MOST_ROUNDS: Final = 8
BUILD_DAY: Final = dt.datetime(2025, 1, 1)  # noqa: DTZ001  # providers use days without a zone


class _StillDate(dt.date):
    @classmethod
    def today(cls) -> dt.date:  # type: ignore[override]  # plain dates suffice to the providers
        return BUILD_DAY.date()


class _StillDatetime(dt.datetime):
    @classmethod
    def today(cls) -> dt.datetime:  # type: ignore[override]
        return BUILD_DAY

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
        return BUILD_DAY.replace(tzinfo=tz)


class _StillModule:
    """Stands for the module `datetime` inside a provider; some providers ask for the day."""

    date = _StillDate
    datetime = _StillDatetime

    def __getattr__(self, name: str) -> object:
        return getattr(dt, name)


def stop_the_clock() -> None:
    """Make providers that reckon from today reckon from BUILD_DAY, so that builds repeat."""
    for name, module in sorted(sys.modules.items()):
        if not name.startswith(("faker.providers.ssn", "faker.providers.company", "faker.providers.passport")):
            continue
        for attribute, value in list(vars(module).items()):
            if value is dt:
                setattr(module, attribute, _StillModule())
            elif value is dt.datetime:
                setattr(module, attribute, _StillDatetime)
            elif value is dt.date:
                setattr(module, attribute, _StillDate)


class Sampler:
    """The untouched providers of one locale."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self.generator: Generator = generator_of(locale)
        self._texts: dict[str, bool] = {}

    def draws(self, name: str, purpose: str, count: int) -> Iterator[str]:
        """Yield texts of one method as Faker says them; the same ones for the same purpose."""
        method: Callable[[], object] = getattr(self.generator, name)
        seed = hashlib.blake2b(f"{self._locale}/{name}/{purpose}".encode(), digest_size=8).digest()
        self.generator.seed_instance(int.from_bytes(seed, "big"))
        random.seed(int.from_bytes(seed, "big"))
        for _ in range(count):
            yield str(method())

    def says_text(self, name: str) -> bool:
        """Return whether a method, called without arguments, returns text."""
        if name not in self._texts:
            state, own = random.getstate(), self.generator.random.getstate()
            try:
                with global_random(UNTOUCHED):
                    self._texts[name] = all(isinstance(getattr(self.generator, name)(), str) for _ in range(3))
            except Exception:  # noqa: BLE001  # providers without data fail in their own ways
                self._texts[name] = False
            random.setstate(state)
            self.generator.random.setstate(own)
        return self._texts[name]

    def sample(self, name: str, most: int) -> Pool:
        """Return a pool of what a method says, up to `most` distinct texts."""
        counts: Counter[str] = Counter()
        drawn = 0
        draws = self.draws(name, "sample", ROUND * MOST_ROUNDS)
        for _ in range(MOST_ROUNDS):
            before = len(counts)
            for _ in range(ROUND):
                text = one_line(next(draws))
                drawn += 1
                if text in counts or len(counts) < most:
                    counts[text] += 1
            if len(counts) >= most or len(counts) - before < max(1, before // 1000):
                break
        even = len(counts) >= most or not _is_uneven(counts, drawn)
        return pool_of((text, Fraction(1 if even else count)) for text, count in counts.items())


def _is_uneven(counts: Counter[str], drawn: int) -> bool:
    """Index of dispersion: 1 for equally likely texts; doubt counts as equal."""
    mean = drawn / len(counts)
    spread = sum((count - mean) ** 2 for count in counts.values()) / len(counts)
    return mean >= 4 and spread / mean > 2
