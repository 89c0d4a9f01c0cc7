"""Laws 2 and 3: keys are unique, references hold, families have the sizes that were asked for, aggregates are exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given

from syndata_contracts.schema import ForeignKeySchema, TableSchema
from tests.properties import across
from tests.properties.made import Made
from tests.properties.profiles import examples
from tests.properties.strategies import Document, datasets

Key = tuple[Any, ...]


@examples(50)
@given(datasets())
def test_keys_are_unique_and_never_null(document: Document) -> None:
    made = Made.of(document)
    for table in made.schema.tables:
        sets: list[tuple[str, ...]] = [(column.name,) for column in table.columns if column.unique]
        sets += [tuple(column.name for column in table.columns if column.primary_key), *table.unique]
        for names in filter(None, sets):
            found = made.tuples(table.name, names)
            assert len(set(found)) == len(found) == made.rows(table.name)
            assert not any(None in key for key in found)


@examples(60)
@given(datasets())
def test_references_resolve_and_are_null_exactly_as_often_as_asked(document: Document) -> None:
    """Whole tuples resolve; with exact choice, round(null_rate * rows) rows have no parent."""
    made = Made.of(document)
    for table, fk in _plain_references(made):
        rows = made.rows(table.name)
        children = made.tuples(table.name, fk.child_columns)
        parents = set(made.tuples(fk.parent_table or "", fk.parent_columns))
        resolved = [key for key in children if None not in key]
        assert set(resolved) <= parents
        if _chosen(table, fk):
            assert all(key == (None,) * len(key) for key in children if None in key)
        elif fk.choice == "exact" and not _shares(table, fk):
            assert rows - len(resolved) == int((fk.null_rate * rows).quantize(Decimal(1), ROUND_HALF_EVEN))
            assert all(key == (None,) * len(key) for key in children if None in key)
        elif not fk.null_rate:
            assert len(resolved) == rows


@examples(60)
@given(datasets())
def test_families_have_the_sizes_that_were_asked_for(document: Document) -> None:
    """min..max children for every parent, even shares without a fan-out, and an owner's children side by side."""
    made = Made.of(document)
    for table, fk in _plain_references(made):
        if fk.choice == "independent" or _shares(table, fk) or _beside(table, fk) or _avoids(table, fk):
            continue
        children = [key for key in made.tuples(table.name, fk.child_columns) if None not in key]
        sizes = Counter(children)
        counts = [sizes[key] for key in made.tuples(fk.parent_table or "", fk.parent_columns)]
        if fk.fan_out is not None:
            assert all(fk.fan_out.min <= count <= fk.fan_out.max for count in counts)
        elif counts and fk.weights is None:
            assert max(counts) - min(counts) <= 1
        assert sum(counts) == len(children)
        if _owns(table, fk):
            changes = sum(1 for one, other in pairwise(children) if one != other)
            assert changes == max(len(sizes) - 1, 0)


@examples(50)
@given(datasets())
def test_self_references_form_a_forest_of_the_declared_depth(document: Document) -> None:
    made = Made.of(document)
    for table in made.schema.tables:
        for fk in table.foreign_keys:
            if fk.parent_table == table.name:
                parents = dict(
                    zip(
                        made.tuples(table.name, fk.parent_columns),
                        made.tuples(table.name, fk.child_columns),
                        strict=True,
                    )
                )
                levels = Counter(_level(key, parents) for key in parents)
                assert levels[1] == fk.roots
                assert max(levels) == fk.depth
                assert sorted(levels) == list(range(1, max(levels) + 1))


@examples(60)
@given(datasets())
def test_polymorphic_references_resolve_where_the_type_column_says(document: Document) -> None:
    made = Made.of(document)
    for table in made.schema.tables:
        for fk in table.foreign_keys:
            if not fk.parents:
                continue
            keys = {p.label: {_text(key[0]) for key in made.tuples(p.table, p.columns)} for p in fk.parents}
            for kind, found in made.tuples(table.name, (fk.type_column or "", *fk.child_columns)):
                assert (kind is None) == (found is None)
                assert kind is None or _text(found) in keys[kind]
                assert fk.null_rate or kind is not None


def test_what_is_read_across_references_is_exact() -> None:
    """Aggregates equal the children's to the last digit, look-ups the parent's, positions count 1 to n, parts add up."""
    seen: Counter[str] = Counter()

    @examples(60)
    @given(datasets())
    def every_column(document: Document) -> None:
        seen.update(across.check(Made.of(document)))

    every_column()
    assert set(seen) == set(across.AGGREGATES) | {"lookup", "position", "share", "running_sum", "rank", "previous"}


@examples(50)
@given(datasets())
def test_two_references_agree_on_the_column_they_share(document: Document) -> None:
    """Both parents of a row lie under the same grandparent."""
    made = Made.of(document)
    for table in made.schema.tables:
        left = next((fk for fk in table.foreign_keys if fk.id == f"{table.name}_left"), None)
        right = next((fk for fk in table.foreign_keys if fk.id == f"{table.name}_right"), None)
        if left is None or right is None:
            continue
        for fk in (left, right):
            assert set(made.tuples(table.name, fk.child_columns)) <= set(
                made.tuples(fk.parent_table or "", fk.parent_columns)
            )
        assert left.child_columns[0] == right.child_columns[0]


def _plain_references(made: Made) -> Iterator[tuple[TableSchema, ForeignKeySchema]]:
    """References to one other table."""
    for table in made.schema.tables:
        for fk in table.foreign_keys:
            if not fk.parents and fk.parent_table != table.name:
                yield table, fk


def _shares(table: TableSchema, fk: ForeignKeySchema) -> bool:
    """Whether an earlier reference decides one of its columns."""
    earlier = table.foreign_keys[: table.foreign_keys.index(fk)]
    return any(set(other.child_columns) & set(fk.child_columns) for other in earlier)


def _beside(table: TableSchema, fk: ForeignKeySchema) -> bool:
    """Whether it is unique together with an earlier reference, and so chooses among what that leaves."""
    sets = [tuple(column.name for column in table.columns if column.primary_key), *table.unique]
    earlier = table.foreign_keys[: table.foreign_keys.index(fk)]
    return any({*fk.child_columns, *other.child_columns} <= set(names) for names in sets for other in earlier)


def _chosen(table: TableSchema, fk: ForeignKeySchema) -> bool:
    """Whether each row has a value in one of several references."""
    return any(set(fk.child_columns) & set(one.columns) for one in table.alternatives)


def _avoids(table: TableSchema, fk: ForeignKeySchema) -> bool:
    """Whether it keeps apart from an earlier reference."""
    return any(fk.child_columns == (one.right,) for one in table.differences)


def _owns(table: TableSchema, fk: ForeignKeySchema) -> bool:
    """Whether children of one parent are promised to be consecutive."""
    if fk.owning is not None:
        return fk.owning
    counted = [other for other in table.foreign_keys if other.fan_out is not None and other.weights is None]
    return not fk.null_rate and not any(other.owning for other in table.foreign_keys) and counted[:1] == [fk]


def _level(key: Key, parents: dict[Key, Key]) -> int:
    """1 for a root; a circle would run past every row."""
    level, above = 1, parents[key]
    while None not in above:
        level, above = level + 1, parents[above]
        assert level <= len(parents)
    return level


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
