"""Foreign keys: which are taken over, in which order, and what becomes of those that cannot be."""

from __future__ import annotations

from syndata_engine.reading.sql.catalogue import SqlReference
from syndata_engine.reading.sql.checks import Facts
from syndata_engine.reading.sql.drafts import Draft, Link, TableDraft

NULL_RATE = "10%"
"""Share of NULL where a column or reference may be NULL and nothing says how often."""


def relate(draft: Draft) -> None:
    """Give every table its links, and make what they refer to unique."""
    for table in draft.tables:
        # The first reference over a column decides it, and a later one keeps inside: the shorter one goes first.
        for reference in sorted(table.sql.references, key=lambda reference: len(reference.columns)):
            _resolve(draft, table, reference)
    for table in draft.tables:
        _without_implied(table)
        for link in list(table.links):
            if link.parent is table:
                _reflect(table, link)
    for table in draft.tables:
        for link in table.links:
            _let_miss(table, link)


def _resolve(draft: Draft, table: TableDraft, reference: SqlReference) -> None:
    told = f"FOREIGN KEY ({', '.join(reference.columns)}) to {reference.table}"
    parent = draft.of(draft.catalogue.table(_qualified(table, reference, draft)))
    if parent is None:
        table.note(f"{told} is not taken over: there is no such table here", reference.line)
        return
    names = reference.parent_columns or parent.sql.primary_key
    columns = tuple(column.name for name in names if (column := parent.sql.column(name)))
    if len(columns) != len(names) or len(columns) != len(reference.columns):
        table.note(f"{told} is not taken over: {parent.name} has no such key", reference.line)
        return
    if not all(table.has(name) for name in reference.columns) or not all(parent.has(name) for name in columns):
        table.note(f"{told} is not taken over: it holds a generated column", reference.line)
        return
    if any(link.columns == reference.columns and link.parent is parent for link in table.links):
        return
    table.links.append(Link(reference.columns, parent, columns, reference.line, families=reference.families))


def _qualified(table: TableDraft, reference: SqlReference, draft: Draft) -> str:
    """The parent's name: one without a schema is looked for in the child's own first."""
    own = f"{table.sql.schema}.{reference.table}"
    return own if "." not in reference.table and table.sql.schema and draft.catalogue.table(own) else reference.table


def _without_implied(table: TableDraft) -> None:
    """A reference needs a column of its own; those that it implies may give theirs up for it."""
    for link in sorted(table.links, key=lambda link: -len(link.columns)):
        others = [other for other in table.links if other is not link]
        if any(table.covering(name) is link for name in link.columns):
            continue
        implied = [other for other in others if _implies(link, other)]
        freed = {name for other in implied for name in other.columns}
        if freed & set(link.columns):
            table.links = [other for other in table.links if other not in implied]
        else:
            table.links = others
            names = ", ".join(link.columns)
            told = f"FOREIGN KEY ({names}) to {link.parent.name} is not taken over: other references decide its columns"
            table.note(told, link.line)


def _implies(link: Link, other: Link) -> bool:
    """Whether the parent of a reference refers, by the columns that the two share, to the other's parent."""
    if not set(other.columns) <= set(link.columns) or len(other.columns) >= len(link.columns):
        return False
    through = tuple(link.parent_columns[link.columns.index(name)] for name in other.columns)
    return any(
        theirs.columns == through and theirs.parent is other.parent and theirs.parent_columns == other.parent_columns
        for theirs in link.parent.links
    )


def _reflect(table: TableDraft, link: Link) -> None:
    """A table that refers to itself: a forest where roots may be NULL, else whatever still loads."""
    names = ", ".join(link.columns)
    shared = any(other is not link and set(other.columns) & set(link.columns) for other in table.links)
    nullable = [table.column(name) for name in link.columns if table.column(name).sql.nullable]
    in_key = any(set(link.columns) & set(key) for key in [table.sql.primary_key, *table.sql.uniques])
    if (len(nullable) == len(link.columns) and not shared and not in_key) or _stays_inside(table, link):
        return
    table.links.remove(link)
    keyed = {name for key in [table.sql.primary_key, *table.sql.uniques] for name in key}
    decided = {name for other in table.links for name in other.columns}
    own = [column for column in nullable if column.name not in decided | keyed]
    if own:
        own[0].body["rule"] = {"type": "null"}
        own[0].remarks.append(f"NULL in every row: the reference ({names}) to the table itself is not taken over")
    elif len(link.columns) == 1 and not in_key and _counts_from_one(table, link.parent_columns[0]):
        column = table.column(link.columns[0])
        # Both count from one, so each row meets itself.
        column.body["rule"] = {"type": "sequence"}
        column.remarks.append("NOT NULL, so that nobody could be the first: every row refers to itself")
    else:
        table.note(f"FOREIGN KEY ({names}) to the table itself is not taken over; rows may break it", link.line)


def _stays_inside(table: TableDraft, link: Link) -> bool:
    """Whether another reference decides a part of it, so that every family can be a forest whose roots are NULL."""
    keyed = {name for key in [table.sql.primary_key, *table.sql.uniques] for name in key}
    for other in table.links:
        shared = set(other.columns) & set(link.columns)
        own = set(link.columns) - shared
        same = all(
            theirs == name for name, theirs in zip(link.columns, link.parent_columns, strict=True) if name in shared
        )
        free = own and not own & keyed and all(table.column(name).sql.nullable for name in own)
        if other.parent is not table and shared and same and free:
            return True
    return False


def _counts_from_one(table: TableDraft, name: str) -> bool:
    """Whether a column will be numbered 1, 2, 3: a whole number that is the key, and has no bound of its own."""
    facts = table.checked.of(name)
    keyed = table.sql.primary_key == (name,) or (name,) in table.sql.uniques
    return table.column(name).sql.type.family == "int" and keyed and facts == Facts() and table.covering(name) is None


def _let_miss(table: TableDraft, link: Link) -> None:
    """State a share of rows without a parent where all that the reference decides may be NULL."""
    own = [name for name in link.columns if table.covering(name) is link]
    keyed = {name for key in [table.sql.primary_key, *table.sql.uniques] for name in key}
    wanted = {name for other in _all_links(table) for name in other.parent_columns if other.parent is table}
    free = all(table.column(name).sql.nullable for name in own) and not (keyed | wanted) & set(own)
    if free and own and link.parent is not table:
        link.null_rate = NULL_RATE


def _all_links(table: TableDraft) -> list[Link]:
    return [link for link in table.links if link.parent is table]
