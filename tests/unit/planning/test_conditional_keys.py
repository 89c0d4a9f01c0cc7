"""Keys of the rows where a condition holds: numbered there, or one row of each family at most."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata_contracts.plan import Plan
from syndata_engine.formats import schema_files
from syndata_engine.generation import bind
from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of, vocabularies
from tests.unit.planning.one_table import made, table

STATES = {"live": 2, "draft": 1, "gone": 1}
STATE = by("choice", value=STATES)
EXACT = by("choice", value=STATES, exact=True)


def whole(low: int, high: int) -> dict[str, Any]:
    """A column of whole numbers."""
    return {"type": "int", **by("range", min=low, max=high)}


def family(column: dict[str, Any], *, fan_out: Any = "0..7", unique: Any, **more: Any) -> dict[str, Any]:
    """Parents and their children, of which some are unique."""
    parents = {"rows": 60, "columns": {"id": {"primary_key": True, "rule": "sequence"}}}
    reference = {"references": {"table": "parents", "column": "id", "fan_out": fan_out, **more.pop("fk", {})}}
    children = {"unique": unique, "columns": {"parent": reference, "c": column, **more}}
    return {"tables": {"parents": parents, "children": children}}


# -- numbered --------------------------------------------------------------------------------------------------


@given(st.integers(0, 300), st.integers(0, 40), st.sampled_from([STATE, EXACT]), st.integers(0, 2**32))
@settings(max_examples=25)
def test_no_value_stands_twice_where_the_condition_holds(rows: int, spare: int, state: Any, seed: int) -> None:
    document = table(rows, unique=["n where state in [live, draft]"], columns={"state": state, "n": whole(1, rows + spare + 1)})  # fmt: skip
    found = [row["n"] for row in made({**document, "seed": seed}) if row["state"] != "gone"]

    assert len(set(found)) == len(found)


def test_elsewhere_values_are_drawn_as_the_rule_says() -> None:
    """Deleted pages may have the slug of a live one, and that of each other: as without the key."""
    columns = {"deleted": {"type": "date", "null_rate": 0.5}, "n": whole(1, 400)}
    plain = made(table(400, columns=columns))
    kept = made(table(400, unique=["n where deleted is null"], columns=columns))

    assert [row["n"] for row in kept if row["deleted"]] == [row["n"] for row in plain if row["deleted"]]
    live = {row["n"] for row in kept if row["deleted"] is None}
    assert live & {row["n"] for row in kept if row["deleted"]}


def test_as_many_values_as_rows_are_enough_where_their_number_is_known() -> None:
    """Of 400 rows 200 are live to the row, so 200 values tell them apart."""
    document = table(400, unique=["n where state == live"], columns={"state": EXACT, "n": whole(1, 200)})

    assert sorted(row["n"] for row in made(document) if row["state"] == "live") == list(range(1, 201))


def test_null_among_exact_values_is_a_class_like_any_other() -> None:
    state = by("choice", value=["a", None, "b"], weights=[1, 2, 1], exact=True)
    columns = {"state": state, "n": whole(1, 50)}
    rows = made(table(100, unique=[{"columns": "n", "where": "state is null"}], columns=columns))
    assert len({row["n"] for row in rows if row["state"] is None}) == 50

    rows = made(table(100, unique=[{"columns": "n", "where": "state != a"}], columns={"state": state, "n": whole(1, 25)}))  # fmt: skip
    assert len({row["n"] for row in rows if row["state"] == "b"}) == 25


def test_columns_may_be_unique_together_where_a_condition_holds() -> None:
    columns = {"state": STATE, "site": by("choice", value=["a", "b", "c"]), "n": whole(1, 70)}
    rows = made(table(200, unique=[{"columns": ["site", "n"], "where": "state == live"}], columns=columns))
    found = [(row["site"], row["n"]) for row in rows if row["state"] == "live"]

    assert len(set(found)) == len(found) > 50


def test_children_of_one_parent_may_differ_where_a_condition_holds() -> None:
    document = family(whole(1, 9), unique=[{"columns": ["parent", "c"], "where": "state == live"}], state=STATE)
    found = [(row["parent"], row["c"]) for row in made(document, "children") if row["state"] == "live"]

    assert len(set(found)) == len(found) > 50


def test_a_condition_may_be_an_expression() -> None:
    columns = {"a": whole(1, 9), "b": whole(1, 9), "n": whole(1, 300)}
    rows = made(table(300, unique=[{"columns": "n", "where": "a > b or a == 1"}], columns=columns))
    found = [row["n"] for row in rows if row["a"] > row["b"] or row["a"] == 1]

    assert len(set(found)) == len(found) > 100


@pytest.mark.parametrize("kind", ["sequence", "uuid", "email", "username"])
def test_what_is_unique_by_itself_is_so_in_all_rows(kind: str) -> None:
    rows = made(table(200, unique=["n where state == live"], columns={"state": STATE, "n": {"rule": kind}}))

    assert len({row["n"] for row in rows}) == 200


def test_a_list_keeps_its_values_for_conditions_on_it() -> None:
    letters = [f"v{n}" for n in range(60)]
    flag = {"type": "int", "rule": by("choice", value=[0])["rule"], "conditional_rules": [{"when": "n == v3", "rule": {"type": "choice", "value": [1]}}]}  # fmt: skip
    columns = {"state": STATE, "n": by("choice", value=letters), "is_third": flag}
    rows = made(table(60, unique=["n where state == live"], columns=columns))

    assert all((row["n"] == "v3") == (row["is_third"] == 1) for row in rows)


def test_any_slice_has_the_rows_of_the_whole_and_a_plan_read_back_the_same_bytes() -> None:
    document = family(STATE, unique=["parent where c == live", "n where c == draft"], n=whole(1, 500))
    plan = plan_of(document)
    again = bind(Plan.from_bytes(plan.to_bytes()), vocabularies()).tables["children"]
    rows = made(document, "children")

    assert again.batch(0, len(rows)).to_pylist() == rows
    for start in range(0, len(rows), 37):
        assert again.batch(start, min(start + 37, len(rows))).to_pylist() == rows[start : start + 37]


# -- one of each family ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("owning", [True, False])
@pytest.mark.parametrize(
    ("column", "where", "holds"),
    [
        (STATE, "c == live", lambda value: value == "live"),
        (STATE, "c != gone", lambda value: value != "gone"),
        (STATE, "c in [live, draft]", lambda value: value in {"live", "draft"}),
        (by("choice", value=[1, 2, 3]), "c >= 2", lambda value: value >= 2),
        (by("choice", value=["a", None]), "c == a", lambda value: value == "a"),
        (by("boolean", probability=0.3), "c", bool),
        (by("boolean", probability=0.3), "not c", lambda value: not value),
        ({"type": "date", "null_rate": 0.4}, "c is null", lambda value: value is None),
        ({"type": "date", "null_rate": 0.4}, "c is not null", lambda value: value is not None),
        ({**STATE, "null_rate": 0.2}, "c == live", lambda value: value == "live"),
    ],
)
def test_the_condition_holds_for_one_child_of_a_parent_at_most(
    column: dict[str, Any], where: str, holds: Any, owning: bool
) -> None:
    document = family(column, unique=[{"columns": "parent", "where": where}], fk={"owning": owning, "null_rate": 0.1})
    rows = made(document, "children")
    found = Counter(row["parent"] for row in rows if holds(row["c"]))
    orphans = found.pop(None, 0)

    assert found
    assert set(found.values()) == {1}
    assert orphans
    assert any(holds(row["c"]) != holds(rows[0]["c"]) for row in rows)


def test_the_shares_of_the_weights_are_kept_in_the_mean() -> None:
    """One in twenty of 20,000 rows is live by weight, in families of one to nine: about 1,000 of them are."""
    column = by("choice", value={"live": 1, "draft": 15, "gone": 4})
    document = family(column, fan_out="1..9", unique=["parent where c == live"])
    document["tables"]["parents"]["rows"] = 4_000
    found = Counter(row["c"] for row in made(document, "children"))

    rows = sum(found.values())
    assert abs(found["live"] - rows / 20) < 5 * (rows / 20) ** 0.5
    assert abs(found["draft"] / found["gone"] - 15 / 4) < 0.25


def test_one_per_parent_needs_nothing_more() -> None:
    document = family({"rule": "one_per_parent"}, unique=[{"columns": "parent", "where": "c"}])
    plain = family({"rule": "one_per_parent"}, unique=[])

    assert made(document, "children") == made(plain, "children")


def test_a_key_that_another_one_implies_changes_nothing() -> None:
    columns = {"state": STATE, "n": {**whole(1, 300), "unique": True}}

    assert made(table(100, unique=["n where state == live"], columns=columns)) == made(table(100, columns=columns))


# -- refused ---------------------------------------------------------------------------------------------------

PAIR = {"state": STATE, "n": whole(1, 50)}


@pytest.mark.parametrize(
    ("document", "what"),
    [
        (table(400, unique=["n where state == live"], columns={"state": EXACT, "n": whole(1, 199)}),
         "t.n can tell apart 199 rows where state == 'live', and 200 of 400 rows of t are so"),
        (table(60, unique=["n where state == live"], columns=PAIR),
         "t.n can tell apart 50 rows where state == 'live', but that may be so in all 60 of t"),
        (table(9, unique=["n where n > 1"], columns=PAIR), "the condition reads 'n'"),
        (table(9, unique=["m where state == live"], columns=PAIR), "no column 'm'"),
        (table(9, unique=["n where stat == live"], columns=PAIR), "no column 'stat'"),
        (table(9, unique=["n where state == lve"], columns=PAIR), "state never is 'lve'"),
        (table(9, unique=["n where"], columns=PAIR), "no column 'n where'"),
        (table(9, unique=[{"columns": ["n"]}], columns=PAIR), "'where' is missing"),
        (table(9, unique=[{"where": "state == live"}], columns=PAIR), "'columns' is missing"),
        (table(9, unique=["n where state == live", "n where state == live"], columns=PAIR), "stands twice"),
        (table(9, unique=["n where state == live", "n where state == draft"], columns=PAIR), "two keys that would each decide it"),
        (table(9, unique=["n where state == live"], columns={**PAIR, "n": {"rule": "sentence"}}), "cannot be numbered"),
        (table(9, unique=["n where state == live"], columns={**PAIR, "n": {"rule": {"type": "formula", "formula": "1"}}}), "cannot be numbered"),
        (table(9, unique=["n where even"], columns={**PAIR, "even": {"rule": {"type": "formula", "formula": "n % 2 == 0"}}}), "defined by each other"),
        (family(EXACT, unique=["parent where c == live"]), "c meets exact shares of the table"),
        (family(by("choice", value=["live"]), unique=["parent where c == live"]),
         "one of parents has up to 7 children, and c == 'live' in all of them"),
        (family({"type": "date"}, unique=["parent where c is not null"]), "c is never NULL"),
        (family(by("choice", value=["a", None]), unique=["parent where c is null"]), "the rule of c gives NULL"),
        (family({"type": "date", "null_when": "d"}, unique=["parent where c is null"], d=by("boolean")), "conditions of its own decide c"),
        (family({"references": {"table": "parents", "column": "id", "null_rate": 0.5}}, unique=["parent where c is null"]),
         "c belongs to a key or a reference"),
        (family({"unique": True, **whole(1, 999)}, unique=["parent where c == 3"]), "c belongs to a key or a reference"),
        (family({**STATE, "conditional_rules": [{"when": "d", "rule": "null"}]}, unique=["parent where c == live"], d=by("boolean")),
         "conditions of its own decide c"),
        (family(whole(1, 9), unique=["parent where c > 3"]), "the rule range of c is no list of values with weights"),
        (family(STATE, unique=["parent where c == live and d"], d=by("boolean")), "no column 'live'"),
        (family(STATE, unique=["parent where c == 'live' and d"], d=by("boolean")), "the condition is more than one comparison"),
        (family(STATE, unique=["parent where c == live", "parent where c == draft"]), "c would be drawn for two keys"),
        (family({"rule": "one_per_parent"}, unique=["parent where not c"]), "false for all rows of a parent but one"),
        (family(whole(1, 3), unique=["parent, c where s == live"], s=STATE),
         "the key parent, c can tell apart 3 rows of one parents, but one has up to 7"),
        (family(STATE, unique=["parent where c == live"], fan_out="0..7", fk={"choice": "independent", "fan_out": None}),
         "cannot be unique where a condition holds: it has the reference parent, whose children cannot be counted"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_what_it_amounts_to(document: dict[str, Any], what: str) -> None:
    faults = faults_of(document)

    assert any(what in fault.what for fault in faults), [fault.what for fault in faults]
    assert all(fault.fix for fault in faults)


def test_a_table_that_states_no_rows_gets_as_many_as_the_key_tells_apart() -> None:
    document = {"tables": {"t": {"unique": ["n where state == live"], "columns": PAIR}}}
    plan = plan_of(document)

    assert plan.table("t").rows == 50


# -- in databases ----------------------------------------------------------------------------------------------


def test_sqlite_keeps_what_was_made_and_refuses_a_second_one() -> None:
    document = family(STATE, unique=["parent where c == live", {"columns": "n", "where": "day is null"}],
                      n=whole(1, 900), day={"type": "date", "null_rate": 0.5})  # fmt: skip
    dataset = dataset_of(document)
    script = schema_files(dataset, "sql")["schema.sqlite.sql"].decode()
    database = sqlite3.connect(":memory:")
    database.executescript(script)
    for row in dataset.tables["children"].batch(0, dataset.tables["children"].planned.rows).to_pylist():
        database.execute("INSERT INTO children VALUES (?, ?, ?, ?)", [str(one) if one is not None else None for one in row.values()])  # fmt: skip

    for change in ("UPDATE children SET c = 'live'", "UPDATE children SET n = 1 WHERE day IS NULL"):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            database.execute(change)
    database.execute("UPDATE children SET n = 1 WHERE day IS NOT NULL")


def test_a_condition_that_no_index_can_ask_is_a_comment() -> None:
    columns = {"a": whole(1, 9), "b": whole(1, 9), "n": whole(1, 90)}
    dataset = dataset_of(table(50, unique=[{"columns": "n", "where": "not (a < b)"}], columns=columns))
    script = schema_files(dataset, "sql")["schema.postgresql.sql"].decode()

    assert '-- ("n") is unique where not (a < b): no index says so.' in script
    assert "CREATE UNIQUE INDEX" not in script


@pytest.mark.parametrize(
    ("where", "sql"),
    [
        ("state == live", "\"state\" = 'live'"),
        ("state != 'live'", "\"state\" <> 'live'"),
        ("state in [live, draft]", "\"state\" IN ('live', 'draft')"),
        ("day is null", '"day" IS NULL'),
        ("day is not null and on", '("day" IS NOT NULL AND "on" = TRUE)'),
        ("day >= 2024-03-01", "\"day\" >= '2024-03-01'"),
        ("a > 3 or price <= 2.5 and state in ['live']", '("a" > 3 OR ("price" <= 2.50 AND "state" IN (\'live\')))'),
        ("not on", '"on" = FALSE'),
        ("a == b or a == 1", None),
        ("not (a > 3)", None),
        ("a + 1 > 3", None),
        ("price > 2.555", None),
    ],
)
def test_an_index_asks_what_we_ask(where: str, sql: str | None) -> None:
    """Comparisons, `and` and `or` mean the same to a database, NULL included; anything else has no index."""
    columns = {
        "state": STATE, "day": {"type": "date", "null_rate": 0.3}, "on": by("boolean"), "a": whole(1, 9), "b": whole(1, 9),
        "price": {"type": "decimal(6,2)", **by("range", min=1, max=9)}, "n": whole(1, 90),
    }  # fmt: skip
    dataset = dataset_of(table(80, unique=[{"columns": "n", "where": where}], columns=columns))
    for name, script in schema_files(dataset, "sql").items():
        found = [line for line in script.decode().splitlines() if "UNIQUE INDEX" in line]
        told = f'CREATE UNIQUE INDEX "unique_1_1" ON "t" ("n") WHERE {sql};'
        assert found == ([] if sql is None else [told]), name
