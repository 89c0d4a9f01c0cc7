"""A part of a database is one: fewer rows still close, and some of the tables are what they are among all."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

import syndata
from syndata_contracts.schema import ForeignKeySchema
from tests.properties.made import schema_of
from tests.properties.profiles import examples
from tests.properties.strategies import Document, datasets

SCALES = st.integers(1, 999).map(lambda thousandths: Decimal(thousandths).scaleb(-3))


@examples(60)
@given(datasets(), SCALES)
def test_any_share_of_any_database_closes(document: Document, scale: Decimal) -> None:
    """No table grows, none that has rows goes without; references resolve and fan-outs keep."""
    whole = {table.name: table.rows for table in syndata.plan(document).tables}
    made = syndata.generate(document, scale=scale)
    values = {name: table.to_pydict() for name, table in made.items()}

    for name, table in made.items():
        assert min(1, whole[name]) <= table.num_rows <= whole[name]
    for schema in schema_of(document).tables:
        for fk in schema.foreign_keys:
            if fk.parents:
                continue
            children = list(zip(*(values[schema.name][name] for name in fk.child_columns), strict=True))
            parents = list(zip(*(values[fk.parent_table or ""][name] for name in fk.parent_columns), strict=True))
            resolved = [child for child in children if None not in child]
            assert set(resolved) <= set(parents)
            _check_fan_out(fk, resolved, parents)


def _check_fan_out(fk: ForeignKeySchema, children: list[tuple[object, ...]], parents: list[tuple[object, ...]]) -> None:
    if fk.fan_out is not None and fk.choice == "exact":
        counts = Counter(children)
        assert all(fk.fan_out.min <= counts[parent] <= fk.fan_out.max for parent in parents)


@examples(40)
@given(datasets(), st.data())
def test_some_tables_have_the_values_that_they_have_among_all(document: Document, data: st.DataObject) -> None:
    names = [table["table_name"] for table in document["tables"]]
    wanted = data.draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    whole = syndata.generate(document)

    some = syndata.generate(document, tables=wanted)

    assert list(some) == [name for name in names if name in wanted]
    assert all(table.equals(whole[name]) for name, table in some.items())


@examples(40)
@given(datasets(), st.data())
def test_tables_with_their_parents_need_no_other(document: Document, data: st.DataObject) -> None:
    names = [table["table_name"] for table in document["tables"]]
    wish = data.draw(st.sampled_from(names))

    made = syndata.plan(document, tables=f"{wish}+parents")

    chosen = {table.name for table in made.tables}
    referred = {
        parent
        for table in made.schema_.tables
        if table.name in chosen
        for fk in table.foreign_keys
        for parent in (fk.parent_table, *(option.table for option in fk.parents))
    }
    assert wish in chosen
    assert referred - {None} <= chosen
