"""Pairs inside a workspace: no team has a member twice, and no member comes from elsewhere."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import pytest

from tests.unit.kinds.making import by, dataset_of, faults_of

Row = dict[str, Any]


def own_table(fan_out: str) -> Row:
    """A table whose key is a workspace and a number in it."""
    return {
        "primary_key": ["ws", "id"],
        "columns": {
            "ws": {"references": {"table": "workspaces", "column": "id", "fan_out": fan_out}},
            "id": {"type": "int", **by("position", via="ws")},
        },
    }


def clubs(size: Any, people: str = "6..20", other: str = "teams", **reference: Any) -> Row:
    """Workspaces, their people and teams, and who is in which team."""
    base = {"id": "base", "child_columns": ["ws", "team"], "parent_table": other, "parent_columns": ["ws", "id"], "fan_out": size}  # fmt: skip
    member = {"id": "member", "child_columns": ["ws", "person"], "parent_table": "people", "parent_columns": ["ws", "id"]}  # fmt: skip
    return {
        "tables": {
            "workspaces": {
                "rows": 60,
                "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}},
            },
            "people": own_table(people),
            "teams": own_table("1..5"),
            "members": {
                "primary_key": ["ws", "team", "person"],
                "columns": {name: {"type": "int"} for name in ("ws", "team", "person")},
                "foreign_keys": [member | reference, base],
            },
        }
    }


def rows_of(document: Row, table: str = "members") -> list[tuple[Any, ...]]:
    """All rows, the same ones whether made at once or in slices."""
    made = dataset_of(document).tables[table]
    rows = [tuple(row.values()) for row in made.batch(0, made.planned.rows).to_pylist()]
    slices = [made.batch(low, min(low + 43, len(rows))).to_pylist() for low in range(0, len(rows), 43)]
    assert [tuple(row.values()) for part in slices for row in part] == rows
    return rows


@pytest.mark.parametrize("size", ["0..6", "6..6", {"min": 1, "max": 6, "distribution": "zipf"}])
@pytest.mark.parametrize("owning", [True, None])
def test_no_team_has_a_member_twice_or_from_elsewhere(size: Any, owning: bool | None) -> None:
    """Whether the workspace is a reference of its own or not."""
    document = clubs(6 if size == "6..6" else size)
    if owning:
        document["tables"]["members"]["columns"]["ws"] = {"references": "workspaces.id"}
    document["tables"]["members"]["foreign_keys"][1]["owning"] = owning
    document["tables"]["teams"]["columns"]["size"] = by("count", table="members")
    found, teams = rows_of(document), rows_of(document, "teams")

    assert len(set(found)) == len(found)
    assert {(ws, person) for ws, _, person in found} <= set(rows_of(document, "people"))
    assert Counter((ws, team) for ws, team, _ in found) == {(ws, team): number for ws, team, number in teams if number}


def test_everybody_is_in_the_team_that_has_as_many_members_as_there_are_people() -> None:
    found = rows_of(clubs(7, people="7..7"))

    assert {(ws, team): set(range(1, 8)) for ws, team, _ in found} == {
        (ws, team): {person for w, t, person in found if (w, t) == (ws, team)} for ws, team, _ in found
    }


def test_members_are_chosen_evenly() -> None:
    document = clubs(2, people="4..4")
    document["tables"]["workspaces"]["rows"] = 3_000
    counts = Counter(person for _, _, person in rows_of(document))
    pairs: dict[tuple[int, int], list[int]] = {}
    for ws, team, person in rows_of(document):
        pairs.setdefault((ws, team), []).append(person)
    together = Counter(frozenset(pair) for pair in pairs.values())

    assert all(0.94 < count * 4 / counts.total() < 1.06 for count in counts.values())
    assert len(together) == 6
    assert max(together.values()) < 1.5 * min(together.values())


def test_friends_in_a_workspace_are_somebody_else() -> None:
    """Both references mean people: every other one can be met, oneself never."""
    document = clubs(5, people="6..6", other="people")
    document["tables"]["members"]["constraints"] = ["team != person"]
    found = rows_of(document)

    assert sorted(found) == [(ws, a, b) for ws in range(1, 61) for a, b in product(range(1, 7), repeat=2) if a != b]


def test_more_members_than_people_are_refused() -> None:
    (fault,) = faults_of(clubs("1..7"))

    assert fault.what == "one of teams has up to 7 members, each with another of 6 people"
    document = clubs("1..6", other="people")
    document["tables"]["members"]["constraints"] = ["team != person"]
    assert any("each with another of 5 people" in fault.what for fault in faults_of(document))


@pytest.mark.parametrize(
    ("reference", "word"),
    [
        ({"null_rate": 0.1}, "never NULL|can be NULL"),
        ({"choice": "independent"}, "cannot be part of a unique set"),
        ({"fan_out": 3}, "its fan_out cannot be kept"),
    ],
)
def test_what_cannot_be_kept_is_refused(reference: Row, word: str) -> None:
    faults = faults_of(clubs("1..3", **reference))

    assert any(part in fault.what for fault in faults for part in word.split("|")), faults


def test_three_of_them_are_refused_by_name() -> None:
    document = clubs("1..3")
    members = document["tables"]["members"]
    members["columns"]["deputy"] = {"type": "int"}
    members["primary_key"].append("deputy")
    members["foreign_keys"].append({"child_columns": ["ws", "deputy"], "parent_table": "people", "parent_columns": ["ws", "id"]})  # fmt: skip
    faults = faults_of(document)

    assert any("not as a pair of which one decides for the other" in fault.what for fault in faults), faults
