"""How many rows each table gets where nobody said it: as many as in the live database, else guessed by who refers to whom."""

from __future__ import annotations

from decimal import Decimal
from math import prod

from syndata_engine.generation.columns.context import name_words
from syndata_engine.reading.sql.drafts import Draft, Link, TableDraft
from syndata_engine.reading.sql.keying import members

LOOKUP_ROWS = 20
EACH = 3
"""Rows for each row of the largest table that a table refers to."""
MOST_GUESSED = 100_000
MOST_BARS = 40
"""Numbers of children in a histogram, beside the first and the last."""
_LOOKUP_COLUMNS = 2
_LOOKUPS = frozenset([
    "category", "class", "color", "colour", "country", "currency", "genre", "group", "kind", "language", "level", "method",
    "permission", "plan", "priority", "reason", "region", "role", "size", "state", "status", "tag", "territory", "tier",
    "type", "zone",
])  # fmt: skip
"""Last words of names of tables that list what others choose from."""


def size(draft: Draft) -> None:
    """State the rows of every table, with where they come from; and the rule of guesses, where anything is guessed."""
    guessed = _Guesses(draft)
    for table in draft.tables:
        rows, why = guessed.of(table)
        if table.sql.rows:
            table.rows, table.rows_told = table.sql.rows, "as in the database"
        elif table.sql.rows == 0 or rows != draft.rows:
            empty = "there are none in the database; " if table.sql.rows == 0 else ""
            table.rows, table.rows_told = rows, f"{empty}guessed: {why or 'it refers to nothing'}"
    if any(not table.sql.rows for table in draft.tables):
        draft.rows_told = (
            f"Rows are guessed: {LOOKUP_ROWS} of what others choose from, {EACH} for each row of the largest other table "
            f"referred to, else {draft.rows:,}. Change them, or make less of all with --scale."
        )
    else:
        draft.rows_told = (
            "Rows and children per parent are those of the database; --scale 0.01 makes a hundredth of all."
        )
    for table in draft.tables:
        _spread(table)


def _spread(table: TableDraft) -> None:
    """State how many children parents have, and how many rows have none, where that was asked and can be kept."""
    paired: list[Link] = []
    for link in table.links:
        shared = any(other is not link and set(other.columns) & set(link.columns) for other in table.links)
        alone = any(set(link.columns) == set(key) for key in (table.sql.primary_key, *table.sql.uniques))
        if not link.families or not table.sql.rows or link.parent is table or shared or alone or link in paired:
            continue
        referring = sum(children * parents for children, parents in link.families)
        if referring == table.sql.rows or link.null_rate:
            missing = Decimal(table.sql.rows - referring) / table.sql.rows
            link.null_rate = round(missing, 15).normalize() if missing else None
            link.fan_out = {"histogram": [list(bar) for bar in _bars(link.families)]}
            # Of references that are unique together one says it.
            keys = [key for key in (table.sql.primary_key, *table.sql.uniques) if set(link.columns) < set(key)]
            paired += [other for other in table.links if any(set(other.columns) <= set(key) for key in keys)]


def _bars(families: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Few numbers of children with their parents: neighbours are one, the first and last number stay."""
    inner = families[1:-1]
    size = -(-len(inner) // MOST_BARS) or 1
    groups = [inner[at : at + size] for at in range(0, len(inner), size)]
    merged = []
    for group in groups:
        parents = sum(number for _, number in group)
        merged.append((sum(children * number for children, number in group) // parents, parents))
    return [families[0], *merged, *families[1:][-1:]]


class _Guesses:
    """Rows of tables, those that are referred to first."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._referred = {link.parent.name for table in draft.tables for link in _links(table)}
        self._rows: dict[str, tuple[int, str]] = {}
        left = list(draft.tables)
        while left:
            ready = [table for table in left if not self._unknown(table)] or [self._first_of_a_circle(left)]
            for table in ready:
                self._rows[table.name] = self._guess(table)
            left = [table for table in left if table.name not in self._rows]

    def of(self, table: TableDraft) -> tuple[int, str]:
        """Rows, and why as many."""
        return self._rows[table.name]

    def _unknown(self, table: TableDraft) -> list[Link]:
        return [link for link in _links(table) if link.parent.name not in self._rows]

    def _first_of_a_circle(self, left: list[TableDraft]) -> TableDraft:
        """Where tables refer to each other, the one that can best do without: fewest references that must be there."""
        circle = [table for table in left if self._leads_to_itself(table)]
        return min(circle, key=lambda table: sum(not _may_miss(table, link) for link in self._unknown(table)))

    def _leads_to_itself(self, table: TableDraft) -> bool:
        seen: set[str] = set()
        ahead = [table]
        while ahead:
            for link in self._unknown(ahead.pop()):
                if link.parent is table:
                    return True
                if link.parent.name not in seen:
                    seen.add(link.parent.name)
                    ahead.append(link.parent)
        return False

    def _guess(self, table: TableDraft) -> tuple[int, str]:
        known = [link for link in _links(table) if link.parent.name in self._rows]
        keys = [key for key in (table.sql.primary_key, *table.sql.uniques) if key and all(map(table.has, key))]
        held = [[link for link in links if link in known] for links in (_whole(table, key) for key in keys)]
        alone = [links[0].parent for links in held if len(links) == 1]
        if alone:
            fewest = min(alone, key=self._count)
            return self._count(fewest), f"one for each of {fewest.name}"
        pairs = [links for links in held if len(links) > 1]
        if pairs:
            parents = [link.parent for link in pairs[0]]
            room = max(1, prod(map(self._count, parents)) // 2)
            rows, told = self._several(parents)
            return (rows, told) if rows <= room else (room, "half of all combinations")
        parents = [link.parent for link in known if not self._is_lookup(link.parent)]
        if parents:
            return self._several(parents)
        if self._is_lookup(table):
            return LOOKUP_ROWS, "others choose from it"
        return self._draft.rows, ""

    def _several(self, parents: list[TableDraft]) -> tuple[int, str]:
        largest = max(parents, key=self._count)
        rows = EACH * self._count(largest)
        told = f"{EACH} for each of {largest.name}"
        return (rows, told) if rows <= MOST_GUESSED else (MOST_GUESSED, f"no more than {MOST_GUESSED:,}")

    def _count(self, table: TableDraft) -> int:
        return self._rows[table.name][0]

    def _is_lookup(self, table: TableDraft) -> bool:
        """Whether a table only lists what others choose from."""
        words = name_words(table.sql.name)
        named = bool(words) and bool(_LOOKUPS & _singulars(words[-1]))
        return table.name in self._referred and not _links(table) and (named or len(table.columns) <= _LOOKUP_COLUMNS)


def _links(table: TableDraft) -> list[Link]:
    """References to other tables."""
    return [link for link in table.links if link.parent is not table]


def _whole(table: TableDraft, key: tuple[str, ...]) -> list[Link]:
    """The references that a key consists of; none where it has columns of its own."""
    links, free, partial = members(table, key)
    return [] if free or partial else links


def _may_miss(table: TableDraft, link: Link) -> bool:
    return all(table.column(name).sql.nullable for name in link.columns)


def _singulars(word: str) -> set[str]:
    """What a word may be the plural of."""
    return {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"}
