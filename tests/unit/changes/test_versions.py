"""What an update changes, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

import syndata
from tests.unit.changes.shop import Row, changed, changes_of, rows_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop() -> dict[str, list[Row]]:
    """All rows of the shop."""
    return rows_of()


def updates(shop: dict[str, list[Row]]) -> list[tuple[Row, Row, set[str]]]:
    """Before, after, and the columns that differ, moments aside."""
    pairs = [(one["before"], one["after"]) for one in shop["customers_log"] if one["op"] == "u"]
    return [(one, other, {name for name in one if one[name] != other[name]} - {"updated"}) for one, other in pairs]


def test_an_update_changes_one_entry_and_what_follows_from_it(shop: dict[str, list[Row]]) -> None:
    ways = ({"status", "closed"}, {"limit", "half"}, {"street", "city", "postcode"})

    assert all(any(differing <= way for way in ways) for _, _, differing in updates(shop))
    assert {"limit", "half"} in [differing for *_, differing in updates(shop)]


def test_who_moves_gets_the_whole_place_anew(shop: dict[str, list[Row]]) -> None:
    moved = [differing for *_, differing in updates(shop) if differing & {"street", "city", "postcode"}]

    assert len(moved) > 100
    assert sum(differing == {"street", "city", "postcode"} for differing in moved) > 0.9 * len(moved)


def test_entries_change_as_often_as_their_weights_say(shop: dict[str, list[Row]]) -> None:
    """Of four updates one moves, one draws the limit; the status may come out as it was."""
    found = Counter("limit" in differing for *_, differing in updates(shop))

    assert 0.2 < found[True] / 600 < 0.3


def test_what_holds_of_a_row_holds_of_each_of_its_versions(shop: dict[str, list[Row]]) -> None:
    countries = {row["id"] for row in shop["countries"]}
    for row in (*shop["customers_history"], *shop["customers_later"]):
        assert row["half"] == row["limit"] * Decimal("0.5")
        assert (row["closed"] is None) == (row["status"] != "closed")
        assert row["closed"] is None or row["closed"] >= row["opened"]
        assert row["updated"] >= row["created"]
        assert {row["country"], row["agent"]} <= countries


def test_moments_of_changes_stand_in_their_columns(shop: dict[str, list[Row]]) -> None:
    """To the second here, as the columns have it."""
    first = {row["id"]: row for row in shop["customers"]}
    inserted = {}
    for change in shop["customers_log"]:
        moment = (EPOCH + timedelta(milliseconds=change["ts_ms"])).replace(microsecond=0)
        if change["op"] == "c":
            inserted[change["key"]["id"]] = change["after"]["created"]
            assert change["after"]["created"] == moment
        if change["op"] != "d":
            assert change["after"]["updated"] == moment
    for row in shop["customers_history"]:
        assert row["created"] == inserted.get(row["id"], first.get(row["id"], row)["created"])
        if row["version"] == 1 and row["id"] in first:
            assert row["updated"] == first[row["id"]]["updated"]


def test_inserted_rows_count_on_in_the_order_of_time(shop: dict[str, list[Row]]) -> None:
    inserted = [one["after"]["id"] for one in shop["customers_log"] if one["op"] == "c"]

    assert inserted == list(range(301, 361))


def test_rows_live_through_all_of_it(shop: dict[str, list[Row]]) -> None:
    """Some are inserted, updated and deleted again."""
    told: dict[int, str] = {}
    for change in shop["customers_log"]:
        key = change["key"]["id"]
        told[key] = told.get(key, "") + change["op"]

    assert any(one[0] == "c" and one[-1] == "d" and "u" in one for one in told.values())
    assert all("c" not in one[1:] and "d" not in one[:-1] for one in told.values())


def test_the_envelope_says_where_a_change_was(shop: dict[str, list[Row]]) -> None:
    sources = [change["source"] for change in shop["customers_log"]]

    assert {one["table"] for one in sources} == {"customers"}
    assert {(one["name"], one["db"], one["connector"]) for one in sources} == {("shop", "shop", "syndata")}
    assert [one["lsn"] for one in sources] == list(range(1, 706))
    assert {one["snapshot"] for one in sources} == {"false"}


def test_a_log_may_begin_with_a_reading_of_the_first_snapshot(shop: dict[str, list[Row]]) -> None:
    log = rows_of(changes_of(snapshot=True))["customers_log"]
    read, told = log[:300], log[300:]

    assert [one["after"] for one in read] == shop["customers"]
    assert {(one["op"], one["before"], one["source"]["snapshot"]) for one in read} == {("r", None, "true")}
    assert [(one["before"], one["after"]) for one in told] == [
        (one["before"], one["after"]) for one in shop["customers_log"]
    ]


def test_columns_may_change_together(shop: dict[str, list[Row]]) -> None:
    log = rows_of(changes_of(columns=[["limit", "agent"], "city"]))["customers_log"]
    told = {"customers_log": log}
    drawn = [differing for *_, differing in updates(told) if differing & {"limit", "agent"}]

    assert sum({"limit", "half", "agent"} == differing for differing in drawn) > 0.8 * len(drawn)


def test_a_reference_that_is_chosen_independently_may_be_chosen_anew() -> None:
    log = rows_of(changes_of(columns=["agent"]))["customers_log"]

    assert {"agent"} in [differing for *_, differing in updates({"customers_log": log})]


def test_another_seed_changes_other_rows(shop: dict[str, list[Row]]) -> None:
    other = rows_of(seed=5)["customers_log"]
    kept = [one["key"] == two["key"] for one, two in zip(other, shop["customers_log"], strict=True)]

    assert sum(kept) < 100


def test_the_secret_of_a_sensitive_column_is_asked_for_each_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names drawn anew differ with the secret; other columns do not."""

    def logs(secret: str) -> list[Row]:
        monkeypatch.setenv("SYNDATA_SECRET_MINE", secret)
        return rows_of(changes_of(columns=["name", "limit"]) | {"secret_id": "mine"})["customers_log"]

    one, other = logs("first"), logs("second")
    pairs = [(a["after"], b["after"]) for a, b in zip(one, other, strict=True) if a["op"] == "u"]

    assert sum(a["name"] == b["name"] for a, b in pairs) < 10
    assert all(a["limit"] == b["limit"] for a, b in pairs)
    again = {change["key"]["id"]: [] for change in one}  # type: ignore[var-annotated] # names by row
    for change in one:
        if change["op"] == "u":
            again[change["key"]["id"]].append((change["before"]["name"], change["after"]["name"]))
    assert any(before != after for names in again.values() for before, after in names)


def test_derived_tables_are_chosen_and_named_like_any_other(shop: dict[str, list[Row]]) -> None:
    document = changes_of(history="dim_customer", later=False)

    plan = syndata.plan(document, tables=["dim_customer"])
    assert [table.name for table in plan.tables] == ["dim_customer"]
    assert [table.name for table in plan.others] == ["countries", "customers", "customers_log"]
    only = syndata.generate(document, tables=["dim_customer"])["dim_customer"].to_pylist()
    assert only == shop["customers_history"]


def test_numbers_of_changes_shrink_with_the_table() -> None:
    plan = syndata.plan(changed(lambda _: None), scale=0.1)
    rows = {table.name: table.rows for table in plan.tables}

    assert rows["customers"] == 30
    assert rows["customers_log"] == 6 + 60 + round(4.5 + 0.1)
    assert rows["customers_history"] == 30 + 6 + 60


def test_changes_of_a_table_without_rows_shrink_as_well() -> None:
    empty = changed(lambda tables: tables["customers"].update(rows=0))
    empty["tables"]["customers"]["changes"] |= {"inserts": 200, "updates": 100, "deletes": 50}
    rows = {table.name: table.rows for table in syndata.plan(empty, scale=0.1).tables}

    assert (rows["customers"], rows["customers_log"], rows["customers_later"]) == (0, 35, 15)


def test_inserted_rows_look_their_parents_up() -> None:
    """Whichever column stands first; skewed references stay skewed."""

    def looks(tables: dict[str, Any]) -> None:
        tables["countries"]["columns"]["size"] = {"rule": {"type": "choice", "value": ["big", "small"], "exact": True}}
        columns = tables["customers"]["columns"]
        weights = {"size": {"big": 9, "small": 1}}
        columns["country"] = {"references": {"table": "countries", "column": "id", "weights": weights}}
        lookup = {"country_name": {"rule": {"type": "lookup", "column": "name", "via": "country"}}}
        size = {"country_size": {"rule": {"type": "lookup", "column": "size", "via": "country"}}}
        tables["customers"]["columns"] = {**lookup, **size, **columns}
        tables["customers"]["changes"] |= {"inserts": 400}

    made = rows_of(changed(looks))
    countries = {row["id"]: row for row in made["countries"]}
    inserted = [row for row in made["customers_later"] if row["id"] > 300]
    assert all(row["country_name"] == countries[row["country"]]["name"] for row in inserted)
    assert sum(row["country_size"] == "big" for row in inserted) > 0.7 * len(inserted)


def test_dates_hold_days() -> None:
    def dated(tables: dict[str, Any]) -> None:
        columns = tables["customers"]["columns"]
        columns["updated"] = {"type": "date", "rule": {"range": {"min": "2020-01-01", "max": "2025-12-31"}}}
        tables["customers"]["constraints"] = ["closed >= opened"]

    for change in rows_of(changed(dated))["customers_log"]:
        if change["op"] != "d":
            assert change["after"]["updated"] == (EPOCH + timedelta(milliseconds=change["ts_ms"])).date()


def test_one_row_may_change_thousands_of_times() -> None:
    meters = {
        "rows": 2,
        "columns": {"id": {"type": "uuid", "primary_key": True}, "reading": {"type": "int", "rule": {"type": "normal", "mean": 500, "stddev": 90}}},
        "changes": {"to": "+1h", "updates": 4_000, "columns": ["reading"]},
    }  # fmt: skip
    made = rows_of({"tables": {"meters": meters}})
    readings = [row["reading"] for row in made["meters_history"]]

    assert len(readings) == 4_002
    assert 490 < sum(readings) / len(readings) < 510
    assert max(row["version"] for row in made["meters_history"]) == 2_001
    assert sum(one == other for one, other in pairwise(readings)) < 60


def test_a_plain_dataset_loads_nothing_of_it() -> None:
    code = (
        "import sys, syndata\n"
        "syndata.generate('user', rows=10)\n"
        "assert not [name for name in sys.modules if 'generation.changes' in name or 'planning.change' in name]\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
