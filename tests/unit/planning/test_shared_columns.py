"""References of one table that share columns, as in a database where every key begins with the workspace."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of

Row = dict[str, Any]
WORKSPACE: Row = {"child_column": "ws", "parent_table": "workspaces", "parent_column": "id"}
PROJECT: Row = {"child_columns": ["ws", "project"], "parent_table": "projects", "parent_columns": ["ws", "id"]}
ABOVE: Row = {"child_columns": ["ws", "above"], "parent_table": "things", "parent_columns": ["ws", "id"]}


def own_table(fan_out: Any = "1..9") -> Row:
    """A table whose key is a workspace and a number in it."""
    workspace = {"table": "workspaces", "column": "id", "fan_out": fan_out}
    return {
        "primary_key": ["ws", "id"],
        "columns": {"ws": {"references": workspace}, "id": {"type": "int", **by("position", via="ws")}},
    }


def house(references: list[Row], columns: Row, workspaces: int = 7, **tables: Any) -> Row:
    """Workspaces, their projects and people, and things that have these references."""
    keyed = {"ws": {"type": "int"}, "id": {"type": "int", **by("position", via="ws")}, **columns}
    rows = {} if any("fan_out" in one for one in references) else {"rows": 400}
    return {
        "tables": {
            "workspaces": {
                "rows": workspaces,
                "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}},
            },
            "projects": own_table(),
            "people": own_table(),
            "things": {**rows, "primary_key": ["ws", "id"], "columns": keyed, "foreign_keys": references},
            **tables,
        }
    }


def rows_of(document: Row, table: str = "things") -> list[Row]:
    """All rows of a table, the same ones whether made at once or in slices."""
    made = dataset_of(document).tables[table]
    rows: list[Row] = made.batch(0, made.planned.rows).to_pylist()
    slices = [made.batch(low, min(low + 37, len(rows))).to_pylist() for low in range(0, len(rows), 37)]
    assert [row for part in slices for row in part] == rows
    return rows


def keys(document: Row, table: str, *names: str) -> set[tuple[Any, ...]]:
    """What a reference to a table may hold."""
    return {tuple(row[name] for name in names) for row in rows_of(document, table)}


@pytest.mark.parametrize("turned", [False, True], ids=["as written", "the other way round"])
@pytest.mark.parametrize(("depth", "roots"), [(3, 2), (5, 1), (2, 30), (None, None)])
def test_a_tree_inside_a_workspace_never_leaves_it(*, turned: bool, depth: int | None, roots: int | None) -> None:
    """The parent is a row of the same workspace, above its child: a forest of its own for each workspace."""
    tree = {**ABOVE, **({} if depth is None else {"depth": depth, "roots": roots})}
    references = [tree, WORKSPACE] if turned else [WORKSPACE, tree]
    rows = rows_of(house(references, {"above": {"type": "int"}}))
    parents = {(row["ws"], row["id"]): row["above"] for row in rows}
    levels: dict[int, Counter[int]] = {}
    for (ws, _), parent in parents.items():
        level, above = 1, parent
        while above is not None:
            level, above = level + 1, parents[ws, above]
            assert level <= 64
        levels.setdefault(ws, Counter())[level] += 1

    assert len(levels) == 7
    assert all(found[1] == (roots or 1) for found in levels.values())
    assert all(max(found) == (depth or 4) for found in levels.values())


def test_families_too_small_for_a_tree_hold_what_they_can() -> None:
    """Without a stated depth, a workspace of one, two or three things has as many levels."""
    references = [{**WORKSPACE, "fan_out": "0..6"}, ABOVE]
    rows = rows_of(house(references, {"above": {"type": "int"}}, workspaces=300))
    found = {(row["ws"], row["id"]) for row in rows}
    sizes = Counter(row["ws"] for row in rows)

    assert set(sizes.values()) == {1, 2, 3, 4, 5, 6}
    assert all(row["above"] is None or (row["ws"], row["above"]) in found for row in rows)
    assert Counter(row["ws"] for row in rows if row["above"] is None) == dict.fromkeys(sizes, 1)


@pytest.mark.parametrize("turned", [False, True])
def test_a_fan_out_holds_whichever_reference_stands_first(*, turned: bool) -> None:
    """The reference that counts children decides; the workspace follows from it."""
    counted = {**PROJECT, "fan_out": "2..5"}
    references = [counted, WORKSPACE] if turned else [WORKSPACE, counted]
    columns = {"project": {"type": "int"}, "id": {"type": "int", "rule": "sequence"}}
    document = house(references, columns)
    rows = rows_of(document)
    found = Counter((row["ws"], row["project"]) for row in rows)

    assert set(found) == keys(document, "projects", "ws", "id")
    assert set(found.values()) == {2, 3, 4, 5}
    assert len({row["id"] for row in rows}) == len(rows)


def test_a_workspace_that_follows_can_be_looked_up() -> None:
    columns = {
        "project": {"type": "int"},
        "id": {"type": "int", "rule": "sequence"},
        "name": by("lookup", column="name", via="ws"),
    }
    document = house([PROJECT, WORKSPACE], columns)
    document["tables"]["workspaces"]["columns"]["name"] = by("pattern", pattern="????????")
    names = {row["id"]: row["name"] for row in rows_of(document, "workspaces")}

    assert all(row["name"] == names[row["ws"]] for row in rows_of(document))


def test_three_keys_of_a_row_meet_in_one_workspace() -> None:
    references = [
        WORKSPACE, PROJECT,
        {"child_columns": ["ws", "author"], "parent_table": "people", "parent_columns": ["ws", "id"]},
        {"child_columns": ["ws", "reader"], "parent_table": "people", "parent_columns": ["ws", "id"], "null_rate": 0.3},
    ]  # fmt: skip
    document = house(references, {"project": {"type": "int"}, "author": {"type": "int"}, "reader": {"type": "int"}})
    rows, people = rows_of(document), keys(document, "people", "ws", "id")

    assert {(row["ws"], row["project"]) for row in rows} <= keys(document, "projects", "ws", "id")
    assert {(row["ws"], row["author"]) for row in rows} <= people
    assert {(row["ws"], row["reader"]) for row in rows if row["reader"] is not None} <= people
    assert 0.2 < sum(row["reader"] is None for row in rows) / len(rows) < 0.4


def test_keys_nest_three_deep() -> None:
    """A step belongs to a thing, which belongs to a project: each level hands its whole key down."""
    steps = {
        "rows": 900,
        "primary_key": ["ws", "project", "thing", "id"],
        "columns": {name: {"type": "int"} for name in ("ws", "project", "thing")}
        | {"id": {"type": "int", **by("position", via="whole")}, "author": {"type": "int"}},
        "foreign_keys": [
            {"id": "whole", "child_columns": ["ws", "project", "thing"], "parent_table": "things", "parent_columns": ["ws", "project", "id"]},
            {"child_columns": ["ws", "author"], "parent_table": "people", "parent_columns": ["ws", "id"]},
            {"child_columns": ["ws", "project"], "parent_table": "projects", "parent_columns": ["ws", "id"]},
        ],
    }  # fmt: skip
    counted = {**PROJECT, "fan_out": "1..4"}
    columns = {"project": {"type": "int"}, "id": {"type": "int", **by("position", via="project")}}
    document = house([WORKSPACE, counted], columns, steps=steps)
    document["tables"]["things"]["primary_key"] = ["ws", "project", "id"]
    rows = rows_of(document, "steps")

    assert {(row["ws"], row["project"], row["thing"]) for row in rows} == keys(
        document, "things", "ws", "project", "id"
    )
    assert {(row["ws"], row["author"]) for row in rows} <= keys(document, "people", "ws", "id")


def test_a_reference_without_parent_takes_the_others_with_it() -> None:
    """Where the project is NULL there is no workspace, and so nobody in it."""
    author = {"child_columns": ["ws", "author"], "parent_table": "people", "parent_columns": ["ws", "id"]}
    columns = {"project": {"type": "int"}, "author": {"type": "int"}, "id": {"type": "int", "rule": "sequence"}}
    document = house([{**PROJECT, "null_rate": 0.25}, author, WORKSPACE], columns)
    document["tables"]["things"]["primary_key"] = "id"
    rows = rows_of(document)

    assert sum(row["ws"] is None for row in rows) == 100
    assert all((row["ws"] is None) == (row["project"] is None) == (row["author"] is None) for row in rows)
    assert {(row["ws"], row["author"]) for row in rows} <= keys(document, "people", "ws", "id") | {(None, None)}


def test_one_of_several_parents_agrees_with_the_workspace() -> None:
    about = {
        "child_columns": ["ws", "about"], "type_column": "kind",
        "parents": [{"table": "projects", "columns": ["ws", "id"], "label": "project"}, {"table": "people", "columns": ["ws", "id"], "label": "person"}],
    }  # fmt: skip
    document = house([WORKSPACE, about], {"about": {"type": "int"}, "kind": {"type": "str"}})
    rows = rows_of(document)

    for table, label in (("projects", "project"), ("people", "person")):
        found = {(row["ws"], row["about"]) for row in rows if row["kind"] == label}
        assert found
        assert found <= keys(document, table, "ws", "id")


OTHER: Row = {"child_columns": ["ws", "author"], "parent_table": "people", "parent_columns": ["ws", "id"]}
REFUSED: list[tuple[str, list[Row], Row, str, str]] = [
    ("two fan-outs", [{**PROJECT, "fan_out": 3}, {**OTHER, "fan_out": 2}], {"project": {}, "author": {}}, "[1]", "its fan_out cannot be kept"),
    ("a fan-out of what follows", [{**PROJECT, "fan_out": 3}, {**WORKSPACE, "fan_out": 9}], {"project": {}}, "[1]", "its fan_out cannot be kept"),
    ("two owners", [{**PROJECT, "fan_out": 3}, {**WORKSPACE, "owning": True}], {"project": {}}, "[1]", "its owning cannot be kept"),
    ("NULL of what follows", [PROJECT, {**WORKSPACE, "null_rate": 0.1}], {"project": {}}, "[1]", "cannot be NULL by itself"),
    ("a tree too deep", [{**WORKSPACE, "fan_out": "2..9"}, {**ABOVE, "depth": 4}], {"above": {}}, "[1]", "as few as 2 things, which cannot hold 1 roots and 4 levels"),
    ("another column of itself", [WORKSPACE, {**ABOVE, "parent_columns": ["id", "ws"]}], {"above": {}}, "[1]", "refers to another column by it"),
    ("roots that are all", [WORKSPACE, {**ABOVE, "depth": 1, "roots": 2}], {"above": {}}, "[1]", "all rows are roots"),
]  # fmt: skip


@pytest.mark.parametrize(("references", "columns", "place", "word"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])  # fmt: skip
def test_what_cannot_be_kept_is_refused_by_name(references: list[Row], columns: Row, place: str, word: str) -> None:
    typed = {name: {"type": "int"} for name in columns} | {"id": {"type": "int", "rule": "sequence"}}
    document = house(references, typed)
    document["tables"]["things"]["primary_key"] = "id"
    faults = faults_of(document)

    assert any(fault.path == f"tables.things.foreign_keys{place}" and word in fault.what for fault in faults), faults


def test_columns_that_several_references_decide_apart_are_refused() -> None:
    """The project and the person of a row were chosen apart; no third row need have both."""
    both = {"child_columns": ["project", "author"], "parent_table": "pairs", "parent_columns": ["project", "author"]}
    pairs = {"rows": 9, "columns": {"project": {"type": "int"}, "author": {"type": "int"}}}
    typed = {"project": {"type": "int"}, "author": {"type": "int"}}
    faults = faults_of(house([WORKSPACE, PROJECT, OTHER, both], typed, pairs=pairs))

    assert ["and none of these has all of them" in fault.what for fault in faults] == [True], faults
    assert faults[0].related == ("tables.things.foreign_keys[1]", "tables.things.foreign_keys[2]")


def test_children_of_a_reference_that_follows_cannot_be_counted() -> None:
    document = house([WORKSPACE, PROJECT], {"project": {"type": "int"}})
    document["tables"]["projects"]["columns"]["things"] = by("count", table="things")
    (fault,) = faults_of(document)

    assert "finds its parents among those that ws leaves it" in fault.what
    assert "owning: true" in fault.fix


def test_a_key_beside_a_part_of_a_reference_is_told_apart_by_its_other_columns() -> None:
    document = house([PROJECT], {"project": {"type": "int"}, "id": {"type": "int", **by("range", min=1, max=500)}})
    rows = rows_of(document)

    assert len({row["id"] for row in rows}) == len(rows) == 400
    document["tables"]["things"]["columns"]["id"] = {"type": "int", **by("range", min=1, max=300)}
    assert any("300" in fault.what for fault in faults_of(document))


def test_a_part_of_a_key_can_never_be_null() -> None:
    """The reference decides its column of the key, so it must have a parent."""
    typed = {"project": {"type": "int"}, "id": {"type": "int", "rule": "sequence"}}
    faults = faults_of(house([{**PROJECT, "null_rate": 0.1}], typed))

    assert [(fault.path, "NOT NULL" in fault.what) for fault in faults] == [("tables.things.columns.ws", True)], faults


def test_references_stand_in_the_order_in_which_they_decide() -> None:
    """Counted ones, those at their column, the others, those with several parents, those to the table itself."""
    about = {"id": "about", "child_columns": ["ws", "about"], "type_column": "kind", "parents": [{"table": "people", "columns": ["ws", "id"]}]}  # fmt: skip
    columns = {name: {"type": "int"} for name in ("above", "about", "author", "project")} | {"kind": {"type": "str"}}
    written = [{**ABOVE, "id": "tree"}, about, {**OTHER, "id": "author"}, {**PROJECT, "id": "counted", "fan_out": 3}]
    document = house(written, columns | {"id": {"type": "int", "rule": "sequence"}})
    document["tables"]["things"]["columns"]["ws"] = {"references": {"table": "workspaces", "column": "id", "id": "ws"}}
    things = plan_of(document).schema_.tables[-1]

    assert [fk.id for fk in things.foreign_keys] == ["counted", "ws", "author", "about", "tree"]
    apart = house([PROJECT], {"project": {"type": "int"}, "x": {"references": "people.id"}})
    del apart["tables"]["things"]["primary_key"]
    del apart["tables"]["people"]["primary_key"]
    apart["tables"]["people"]["columns"]["id"] = {"type": "int", "rule": "sequence", "primary_key": True}
    assert [fk.id for fk in plan_of(apart).schema_.tables[-1].foreign_keys] == ["ws,project", "x"]


def test_what_could_dangle_before_is_of_another_version() -> None:
    """A plan that was made when trees and several parents left their workspace is not continued in the old way."""
    about = {"child_columns": ["ws", "about"], "type_column": "kind", "parents": [{"table": "people", "columns": ["ws", "id"]}]}  # fmt: skip
    columns = {name: {"type": "int"} for name in ("above", "about", "project")} | {"kind": {"type": "str"}}
    planned = plan_of(house([WORKSPACE, PROJECT, ABOVE, about], columns)).table("things")

    assert {column.name: column.values_version for column in planned.columns} == {
        "ws": 1, "id": 1, "kind": 1, "project": 1, "above": 2, "about": 2,
    }  # fmt: skip
