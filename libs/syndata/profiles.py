"""Profiles of tables that a user has: reports of what they hold, and configurations that make such tables."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from syndata_contracts.errors import Defect, Fault, Refused

if TYPE_CHECKING:
    from syndata_engine.learning import Aspect, LearntTables, Names

_NAME_LOCALES: Final = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_BR", "nl_NL", "pl_PL", "sv_SE")
"""Whose names of people columns are compared with."""
_ASPECT_BY_PATH: Final[tuple[tuple[tuple[str, ...], Aspect], ...]] = (
    ((".rule",), "formulas"),
    ((".combinations",), "combinations"),
    ((".correlate",), "correlations"),
    ((".foreign_keys", ".fan_out", ".rows"), "fan_outs"),
    ((".unique", ".primary_key"), "unique"),
    ((".foreign_keys",), "references"),
    ((".primary_key",), "keys"),
)
"""What a fault's path says of what it is about."""
MIN_COUNT: Final = 10
"""A value is told that so many rows have, unless someone says another number."""


class Profile:
    """What was found in tables that were given together."""

    def __init__(self, learnt: LearntTables) -> None:
        self._learnt = learnt
        self._configurations: dict[int | None, str] = {}

    def report(self) -> dict[str, Any]:
        """What was found: columns, keys, references, correlations, and findings with what to do about them."""
        from syndata_engine.learning import report

        return report(self._learnt)

    def document(self) -> str:
        """The report as JSON."""
        return json.dumps(self.report(), ensure_ascii=False, indent=2) + "\n"

    def page(self) -> str:
        """The report as a page of HTML that needs nothing else."""
        from syndata_engine.learning import page

        return page(self.report())

    def config(self, rows: int | None = None) -> str:
        """A configuration (YAML) that makes such tables; `generate` takes it as it is.

        No value stands in it that fewer rows have than `min_count` and 0.1 %; values that look personal are made up.

        Args:
            rows: how many rows the first table gets; others keep their proportion to it. Else all have those of the data.
        """
        if rows not in self._configurations:
            self._configurations[rows] = self._configuration(rows)
        return self._configurations[rows]

    def _configuration(self, rows: int | None) -> str:
        from syndata.preparing import prepare
        from syndata_engine.learning import ASPECTS, write_configuration

        dropped: set[tuple[str, Aspect]] = set()
        remarks: list[str] = []
        for _ in range(len(ASPECTS) * (len(self._learnt.tables) + 1) + 1):
            text = write_configuration(self._learnt, frozenset(dropped), tuple(remarks), rows)
            try:
                prepare(text)
            except Refused as refusal:
                fault = refusal.faults[0]
                more = self._given_up(fault, dropped)
                dropped |= more
                if not more:
                    raise Defect(f"no configuration could be made: {fault.path}: {fault.what}") from refusal
                remarks.append(f"left out, since no plan can hold it: {_told(more)} ({fault.path}: {fault.what})")
            else:
                return text
        raise Defect(f"no configuration could be made: {'; '.join(remarks[-1:])}")

    def _given_up(self, fault: Fault, dropped: set[tuple[str, Aspect]]) -> set[tuple[str, Aspect]]:
        """What to leave out next: what a fault names, else of its tables whatever comes first."""
        from syndata_engine.learning import ASPECTS

        tables = [table.name for table in self._learnt.tables]
        paths = (fault.path, *fault.related)
        places = [int(place) for path in paths for place in re.findall(r"^tables\[(\d+)\]", path)]
        faulty = [tables[place] for place in dict.fromkeys(places) if place < len(tables)] or tables
        named = [aspect for words, aspect in _ASPECT_BY_PATH if any(word in path for path in paths for word in words)]
        for aspect in (*named, *ASPECTS):
            more = {(table, aspect) for table in faulty} - dropped
            if more:
                return more
        return {(table, aspect) for table in tables for aspect in ASPECTS} - dropped

    def summary(self) -> str:
        """How much was found, in a few words."""
        tables = self._learnt.tables
        columns = sum(len(table.columns) for table in tables)
        rows = sum(table.observed.rows for table in tables)
        counts = (
            (len(tables), "table"),
            (columns, "column"),
            (rows, "row"),
            (len(self._learnt.references), "reference"),
        )
        return ", ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in counts)


def _told(more: set[tuple[str, Aspect]]) -> str:
    return ", ".join(f"{aspect} of {table}" for table, aspect in sorted(more))


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
