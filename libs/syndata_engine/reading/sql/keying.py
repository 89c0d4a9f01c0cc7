"""Keys: what must be unique, by which columns, and how many rows that can tell apart."""

from __future__ import annotations

from math import prod

from syndata_engine.generation.columns.context import name_words
from syndata_engine.reading.sql.drafts import ColumnDraft, Draft, Link, TableDraft

_PLACES = frozenset(
    [
        "line",
        "position",
        "pos",
        "seq",
        "sequence",
        "no",
        "number",
        "num",
        "nr",
        "idx",
        "index",
        "ordinal",
        "item",
        "row",
        "place",
    ]
)

_ONLY_ALONE = frozenset({"email", "username", "uuid"})
"""Kinds whose values differ by construction, but cannot be a digit of a composite key's number."""


def own_keys(table: TableDraft) -> list[tuple[str, ...]]:
    """The keys a database states, without those that a smaller one implies."""
    stated = [key for key in (table.sql.primary_key, *table.sql.uniques) if key]
    wanted = [key for key in dict.fromkeys(stated) if all(table.has(name) for name in key)]
    for key in stated:
        if key not in wanted:
            table.note(f"the key ({', '.join(key)}) is not taken over: it holds a generated column", table.sql.line)
    unique = [key for number, key in enumerate(wanted) if not any(set(o) == set(key) for o in wanted[:number])]
    return [key for key in unique if not any(set(other) < set(key) for other in unique)]


def state_keys(table: TableDraft, keys: list[tuple[str, ...]]) -> None:
    """Write the keys into the table."""
    primary = table.sql.primary_key
    if primary and all(table.has(name) for name in primary):
        table.primary_key = primary
    for key in keys:
        if set(key) == set(primary):
            continue
        if len(key) == 1:
            table.column(key[0]).body["unique"] = True
        else:
            table.uniques.append(key)


def members(table: TableDraft, key: tuple[str, ...]) -> tuple[list[Link], list[ColumnDraft], bool]:
    """The links a key holds whole, its free columns, and whether it holds a part of another link."""
    links: list[Link] = []
    free, partial = [], False
    for name in key:
        link = table.covering(name)
        if link is None:
            free.append(table.column(name))
        elif set(link.columns) <= set(key):
            links += [] if link in links else [link]
        else:
            partial = True
    return links, free, partial


def place_column(table: TableDraft, key: tuple[str, ...], keys: list[tuple[str, ...]]) -> tuple[str, Link] | None:
    """The column of a key that counts 1, 2, 3 beside one reference, and the reference."""
    links, free, partial = members(table, key)
    if len(links) != 1 or len(free) != 1 or partial or not _is_plain(table, links[0]):
        return None
    column = free[0].sql
    words = name_words(column.name)
    elsewhere = any(other != key and column.name in other for other in keys)
    fits = column.type.family == "int" and not column.counts and not elsewhere
    # Such a number is small in every database; one that is called an id counts over the whole table.
    return (column.name, links[0]) if fits and words and {words[-1]} & _PLACES | set(words[:1]) & _PLACES else None


def _is_plain(table: TableDraft, link: Link) -> bool:
    """Whether the engine can number the children of a link: no other shares its columns, and it is no tree."""
    shared = any(other is not link and set(other.columns) & set(link.columns) for other in table.links)
    return link.parent is not table and not shared


def mark_safest(table: TableDraft, keys: list[tuple[str, ...]], rows: int) -> None:
    """Let one column make a set unique by itself where the set as a whole cannot be shown to be."""
    for key in keys:
        if len(key) == 1 or any(table.column(name).body.get("unique") for name in key):
            continue
        links, free, partial = members(table, key)
        numbered = [column for column in free if _counts(column)]
        bare = next((column for column in free if _rule(column) in _ONLY_ALONE), None)
        if bare is not None and not numbered:
            _mark(bare, key)
            continue
        overlaps = any(other is not key and set(other) & {column.name for column in free} for other in keys)
        hard = partial or overlaps or (links and (len(links) > 1 or not _is_plain(table, links[0])))
        if numbered or not free or not hard:
            continue
        best = max(free, key=lambda column: column.capacity or 2**62)
        if (best.capacity or 2**62) >= rows:
            _mark(best, key)


def _mark(column: ColumnDraft, key: tuple[str, ...]) -> None:
    column.body["unique"] = True
    column.remarks.append(f"unique by itself, which makes ({', '.join(key)}) unique")


def _counts(column: ColumnDraft) -> bool:
    return _rule(column) in {"sequence", "position"}


def _rule(column: ColumnDraft) -> str:
    rule = column.body.get("rule")
    return str(rule.get("type")) if isinstance(rule, dict) else ""


def limit_rows(draft: Draft) -> None:
    """State rows for tables whose keys, or whose parents, allow fewer than the rest get."""
    counted: dict[str, int] = {}
    for table in draft.tables:
        _rows(draft, table, counted, ())


def _rows(draft: Draft, table: TableDraft, counted: dict[str, int], asking: tuple[str, ...]) -> int:
    if table.name in counted:
        return counted[table.name]
    wanted = table.rows or draft.rows
    most, why = wanted, ""
    for key in (*table.all_keys(), *(one.columns for one in table.conditional if not one.alone)):
        links, free, _ = members(table, key)
        if any(link.parent.name in (*asking, table.name) for link in links):
            continue
        counting = next((column for column in free if _rule(column) == "sequence"), None)
        if counting is not None:
            room = counting.capacity or 2**62
        else:
            parents = prod(_rows(draft, link.parent, counted, (*asking, table.name)) for link in links)
            room = parents * prod(column.capacity or 2**62 for column in free)
        if room < most:
            most, why = room, ", ".join(key)
    counted[table.name] = most
    if most < wanted:
        table.rows, table.rows_told = most, ""
        table.note(f"({why}) tells no more than {most:,} rows apart, so the table has as many")
    return most
