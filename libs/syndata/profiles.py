"""Profiles of tables that a user has: reports of what they hold, and configurations that make such tables."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from syndata_contracts.errors import Defect, Fault, Refused

if TYPE_CHECKING:
    from syndata_engine.learning import LearntTables, Names

_NAME_LOCALES: Final = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_BR", "nl_NL", "pl_PL", "sv_SE")
"""Whose names of people columns are compared with."""
MIN_COUNT: Final = 10
"""A value is told that so many rows have, unless someone says another number."""


class Profile:
    """What was found in tables that were given together."""

    def __init__(self, learnt: LearntTables) -> None:
        self._learnt = learnt

    def config(self) -> str:
        """A configuration (YAML) that makes such tables; `generate` takes it as it is.

        No value stands in it that fewer rows have than `min_count` and 0.1 %; values that may tell who somebody is are made up.
        """
        return self._configuration

    @cached_property
    def _configuration(self) -> str:
        from syndata.preparing import prepare
        from syndata_engine.learning import LESS, write_configuration

        remarks: list[str] = []
        for kept in LESS:
            text = write_configuration(self._learnt, kept, tuple(remarks))
            try:
                prepare(text)
            except Refused as refusal:
                remarks.append(f"left out what planning refused: {refusal.faults[0].path}: {refusal.faults[0].what}")
            else:
                return text
        raise Defect(f"no configuration could be made: {remarks[-1]}")


def profile(data: Any, *, min_count: int = MIN_COUNT) -> Profile:
    """Find out what tables hold.

    Args:
        data: a path of a CSV or Parquet file, a table of Arrow, pandas or Polars, a list of paths, or a mapping of names
            to any of these. Tables that are given together are looked through for references between them.
        min_count: a value stands in `config()` only if so many rows have it, and 0.1 % of all.

    Raises:
        Refused: the data cannot be read; where, what and how to mend it.
    """
    from syndata.observing import observe
    from syndata_engine.learning import Threshold, learn

    if min_count < 1:
        raise Refused(Fault("min_count", f"{min_count} rows are no threshold", "give 1 or more"))
    return Profile(learn(observe(data), Threshold(rows=min_count), known_names()))


@cache
def known_names() -> Names:
    """Names that people of several countries have."""
    from syndata.binding import packed_vocabularies
    from syndata_engine.learning import Names

    vocabularies = packed_vocabularies()
    given: set[str] = set()
    family: set[str] = set()
    for locale in _NAME_LOCALES:
        pack = vocabularies.pack(locale)
        for symbol, names in (("first_name", given), ("last_name", family)):
            names |= {name.lower() for name in pack.symbols.get(symbol, {}).get("values", ())}
    return Names(frozenset(given), frozenset(family))
