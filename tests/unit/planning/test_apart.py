"""References that never name the same parent: nobody follows himself, no transfer stays where it is."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import pytest

from syndata.configuration import read_config
from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of

Row = dict[str, Any]


def network(users: int, rows: int | None = None, *, key: bool = True, **changes: Row) -> Row:
    """Users, and who follows whom."""
    columns = {name: {"references": {"table": "users", "column": "id", **changes.get(name, {})}} for name in ("follower", "followed")}  # fmt: skip
    follows: Row = {"columns": columns, "constraints": ["follower != followed"]}
    follows |= {"primary_key": ["follower", "followed"]} if key else {}
    follows |= {} if rows is None else {"rows": rows}
    users_table = {"rows": users, "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}}}
    return {"tables": {"users": users_table, "follows": follows}}


def pairs(document: Row, table: str = "follows") -> list[tuple[Any, ...]]:
    """All rows, the same ones whether made at once or in slices."""
    made = dataset_of(document).tables[table]
    rows = [tuple(row.values()) for row in made.batch(0, made.planned.rows).to_pylist()]
    slices = [made.batch(low, min(low + 41, len(rows))).to_pylist() for low in range(0, len(rows), 41)]
    assert [tuple(row.values()) for part in slices for row in part] == rows
    return rows


@pytest.mark.parametrize("users", [2, 3, 4, 17])
def test_every_pair_of_different_users_can_be_asked_for(users: int) -> None:
    """As many rows as there are pairs: each stands exactly once."""
    found = pairs(network(users, users * (users - 1)))

    assert sorted(found) == sorted(pair for pair in product(range(1, users + 1), repeat=2) if pair[0] != pair[1])


@pytest.mark.parametrize("fan_out", [{"fan_out": "0..12"}, {"fan_out": {"min": 1, "max": 30, "distribution": "zipf"}}])
def test_nobody_follows_himself_however_many_one_follows(fan_out: Row) -> None:
    found = pairs(network(200, follower=fan_out))

    assert len(set(found)) == len(found) > 200
    assert all(follower != followed for follower, followed in found)


def test_without_a_key_every_other_user_is_as_likely() -> None:
    found = pairs(network(5, 20_000, key=False))
    counts = Counter(found)

    assert len(counts) == 20
    assert all(850 < count < 1150 for count in counts.values())
    assert set(Counter(follower for follower, _ in found).values()) == {4_000}


def test_null_is_not_equal_to_anything() -> None:
    found = pairs(network(3, 3_000, key=False, follower={"null_rate": 0.2}, followed={"null_rate": 0.3}))

    assert all(follower is None or follower != followed for follower, followed in found)
    assert sum(follower is None for follower, _ in found) == 600
    assert 800 < sum(followed is None for _, followed in found) < 1_000
    assert {followed for follower, followed in found if follower is None} == {None, 1, 2, 3}


@pytest.mark.parametrize("text", ["follower != followed", "followed <> follower", '"follower" != `followed`'])
def test_it_is_written_as_a_comparison_and_kept_by_the_database(text: str) -> None:
    from syndata_engine.formats import schema_files

    document = network(9, 50)
    document["tables"]["follows"]["constraints"] = [text]
    files = schema_files(dataset_of(document), "sql")

    assert pairs(document) == pairs(network(9, 50))
    assert all(b' <> "follow' in body for body in files.values())


def test_plans_without_it_are_what_they_were() -> None:
    assert "differences" in plan_of(network(9, 50)).model_dump_json()
    document = network(9, 50)
    del document["tables"]["follows"]["constraints"]
    assert "differences" not in plan_of(document).model_dump_json()


def transfers(fan_out: str = "2..6", **reference: Any) -> Row:
    """Accounts of workspaces, and transfers between two accounts of one workspace."""
    accounts = {
        "primary_key": ["ws", "id"],
        "columns": {
            "ws": {"references": {"table": "workspaces", "column": "id", "fan_out": fan_out}},
            "id": {"type": "int", **by("position", via="ws")},
        },
    }
    refers = [{"child_columns": ["ws", name], "parent_table": "accounts", "parent_columns": ["ws", "id"], **reference} for name in ("source", "target")]  # fmt: skip
    return {
        "tables": {
            "workspaces": {"rows": 40, "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}}},
            "accounts": accounts,
            "transfers": {
                "rows": 3_000,
                "columns": {name: {"type": "int"} for name in ("ws", "source", "target")},
                "foreign_keys": [{"child_column": "ws", "parent_table": "workspaces", "parent_column": "id"}, *refers],
                "constraints": ["source != target"],
            },
        }
    }


@pytest.mark.parametrize("own_workspace", [True, False])
def test_two_accounts_of_one_workspace_are_different_ones(*, own_workspace: bool) -> None:
    document = transfers()
    if not own_workspace:
        del document["tables"]["transfers"]["foreign_keys"][0]
    accounts = set(pairs(document, "accounts"))
    found = pairs(document, "transfers")
    whole = {(ws, source, target) for (ws, source), (other, target) in product(accounts, repeat=2) if ws == other and source != target}  # fmt: skip

    assert set(found) <= whole
    assert len(set(found)) > len(whole) * 0.9


def test_a_workspace_of_one_account_leaves_no_other() -> None:
    """Where the target may be NULL it is; where it may not, the description is refused."""
    found = pairs(transfers("1..3"), "transfers")

    assert all(source != target for _, source, target in found)
    assert any(target is None for _, _, target in found)
    document = transfers("1..3")
    document["tables"]["transfers"]["columns"]["target"]["nullable"] = False
    (fault,) = faults_of(document)
    assert "some rows of workspaces have less than two accounts" in fault.what
    assert "min 2" in fault.fix


def test_a_row_is_never_its_own_parent() -> None:
    columns = {"id": {"type": "int", "primary_key": True, "rule": "sequence"}, "boss": {"references": "staff.id"}}
    document = {"tables": {"staff": {"rows": 50, "columns": columns, "constraints": ["boss != id"]}}}

    assert all(boss != own for own, boss in pairs(document, "staff"))


def changed(document: Row, table: str = "follows", **keys: Any) -> Row:
    """The document with other keys in a table."""
    document["tables"][table] |= keys
    return document


REFUSED: list[tuple[str, Row, str]] = [
    ("one user", network(1, 5, key=False), "users has 1 rows, so follower and followed cannot differ"),
    ("one more than there are pairs", network(4, 13), "can tell apart 12 rows"),
    ("as many followed as users", network(5, 12, follower={"fan_out": "0..5"}), "has up to 5 follows, each with another of 4 users"),
    ("no reference", changed(network(5, 9, key=False), constraints=["follower != weight"], columns={"follower": {"references": "users.id"}, "weight": {"type": "int"}}), "are not references to one table each"),
    ("a count of what avoids", network(5, key=False, follower={"fan_out": 2}, followed={"fan_out": 2}), "its fan_out cannot be kept"),
    ("two to avoid", changed(network(5, 9, key=False), columns={name: {"references": "users.id"} for name in "abc"}, constraints=["a != c", "b != c"]), "would have to differ from two references"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "word"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_cannot_be_kept_apart_is_refused(document: Row, word: str) -> None:
    faults = faults_of(document)

    assert any(word in fault.what for fault in faults), faults


def test_references_to_different_tables_are_refused() -> None:
    document = network(5, 9, key=False)
    document["tables"]["firms"] = document["tables"]["users"]
    document["tables"]["follows"]["columns"]["followed"] = {"references": "firms.id"}
    (fault,) = faults_of(document)

    assert fault.path == "tables.follows.constraints[0]"
    assert "do not hold the same key" in fault.what


def test_columns_that_are_not_there_are_told_when_reading() -> None:
    faults = read_config(changed(network(5, 9), constraints=["follower != folowed", "follower <> follower"])).faults

    assert [fault.path for fault in faults] == ["tables.follows.constraints[0]", "tables.follows.constraints[1]"]
    assert "folowed" in faults[0].what
    assert "compared with itself" in faults[1].what


def test_a_key_that_is_part_of_the_reference_tells_apart_too() -> None:
    """The account's own number is unique everywhere; the reference has its workspace beside it."""
    document = transfers()
    document["tables"]["accounts"]["primary_key"] = ["id"]
    document["tables"]["accounts"]["columns"]["id"] = {"type": "int", "rule": "sequence"}
    found = pairs(document, "transfers")

    assert all(source != target for _, source, target in found)
    assert {(ws, source) for ws, source, _ in found} <= set(pairs(document, "accounts"))
