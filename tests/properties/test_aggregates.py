"""Law 3: what is read from a family is exact, in whatever way children belong to their parents."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.families import CONDITIONS, Row, by_parent, families
from tests.properties.made import bound, slice_of, values_of
from tests.properties.profiles import examples

Found = list[Any]
FOLDS: dict[str, tuple[tuple[str, ...], Callable[[Found], Any]]] = {
    "sum": (("amount", "few"), lambda found: sum(found, start=0)),
    "min": (("amount", "few", "day"), lambda found: min(found, default=None)),
    "max": (("amount", "few", "day"), lambda found: max(found, default=None)),
    "first": (("amount", "few", "day", "kind", "who"), lambda found: found[0] if found else None),
    "last": (("amount", "few", "day", "kind", "who", "serial"), lambda found: found[-1] if found else None),
    "count": (("amount", "who", ""), len),
}
"""The columns that each aggregate is tried on, and what it makes of the values that count."""


def asked(draw: Any) -> dict[str, tuple[str, str, str | None]]:
    """Some aggregates: kind, column and condition of each."""
    wanted = st.sampled_from([(kind, column) for kind, (columns, _) in FOLDS.items() for column in columns])
    conditions = st.none() | st.sampled_from(sorted(CONDITIONS))
    return {f"x{n}": (*draw(wanted), draw(conditions)) for n in range(draw(st.integers(1, 6)))}


def column(kind: str, name: str, where: str | None) -> dict[str, Any]:
    """An aggregate as a user writes it."""
    rule = {"type": kind, "table": "children", "column": name or None, "where": where}
    return {"rule": {key: value for key, value in rule.items() if value is not None}}


def expected(family: list[Row], kind: str, name: str, where: str | None) -> Any:
    """The aggregate of a family, in plain Python."""
    counted = [row for row in family if where is None or CONDITIONS[where](row)]
    return FOLDS[kind][1]([row[name] if name else 1 for row in counted if not name or row[name] is not None])


@examples(120)
@given(st.data())
def test_aggregates_are_what_the_rows_of_the_children_say(data: st.DataObject) -> None:
    aggregates = asked(data.draw)
    document = families(data.draw, {name: column(*one) for name, one in aggregates.items()}, {})
    made = values_of(document)

    for number, family in enumerate(by_parent(made).values()):
        for name, one in aggregates.items():
            found = made["parents"][name][number]
            assert found == expected(family, *one), one
            assert not isinstance(found, float)


@examples(40)
@given(st.data())
def test_any_rows_of_aggregates_are_the_rows_of_the_whole(data: st.DataObject) -> None:
    """Slices in any order, and rows looked up from children in their own order."""
    aggregates = asked(data.draw)
    child = {"seen": {"rule": {"type": "lookup", "column": "x0", "via": "parent"}}}
    document = families(data.draw, {name: column(*one) for name, one in aggregates.items()}, child)
    dataset = bound(document)
    parents, children = dataset.tables["parents"], dataset.tables["children"]
    whole = slice_of(parents, 0, parents.planned.rows)
    start = data.draw(st.integers(0, parents.planned.rows - 1))
    stop = data.draw(st.integers(start, parents.planned.rows))

    assert slice_of(parents, start, stop) == {name: values[start:stop] for name, values in whole.items()}
    known = dict(zip(whole["id"], whole["x0"], strict=True)) | {None: None}
    made = slice_of(children, 0, children.planned.rows)
    assert made["seen"] == [known[key] for key in made["of"]]


def test_a_family_larger_than_what_is_computed_together_is_read_whole() -> None:
    """70,000 and more children of each of three parents, beside parents without any."""
    parent = {
        kind: column(kind, name, where)
        for kind, name, where in (
            ("count", "", "few == 2"),
            ("sum", "few", None),
            ("min", "amount", "amount >= 40"),
            ("last", "serial", "kind == c"),
        )
    }
    document = {
        "tables": {
            "parents": {
                "rows": 3,
                "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}, **parent},
            },
            "children": {
                "columns": {
                    "of": {"references": {"table": "parents", "column": "id", "fan_out": "70000..90000"}},
                    "amount": {"type": "decimal(8,2)", "rule": {"type": "range", "min": 0, "max": 99}},
                    "few": {"type": "int", "rule": {"type": "range", "min": -2, "max": 2}},
                    "kind": {"rule": ["a", "b", "c"]},
                    "serial": {"rule": "sequence", "unique": True},
                }
            },
        }
    }
    made = values_of(document)
    children = made["children"]
    for number, key in enumerate(made["parents"]["id"]):
        rows = [n for n, parent in enumerate(children["of"]) if parent == key]
        assert made["parents"]["count"][number] == sum(children["few"][n] == 2 for n in rows)
        assert made["parents"]["sum"][number] == sum(children["few"][n] for n in rows)
        assert made["parents"]["min"][number] == min(a for n in rows if (a := children["amount"][n]) >= Decimal(40))
        assert (
            made["parents"]["last"][number] == children["serial"][[n for n in rows if children["kind"][n] == "c"][-1]]
        )
