"""What the presets promise at their tops holds in every row."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

import syndata

DATABASES = ("iot", "finance", "crm", "healthcare")
ROWS = 60
Rows = list[dict[str, Any]]


@cache
def made(preset: str) -> dict[str, Rows]:
    """The tables of a preset; a warning would refuse it."""
    tables = syndata.generate(preset, rows=ROWS, strict=True)
    return {name: table.to_pylist() for name, table in tables.items()}


def grouped(rows: Rows, *columns: str) -> dict[tuple[Any, ...], Rows]:
    """Rows by the values of columns, in their order."""
    found: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in rows:
        found[tuple(row[column] for column in columns)].append(row)
    return found


def one(rows: Rows, column: str) -> dict[Any, dict[str, Any]]:
    """Rows by a key."""
    found = {row[column]: row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("preset", syndata.PRESETS)
def test_every_preset_is_without_a_warning_at_its_own_size(preset: str) -> None:
    assert syndata.plan(preset, strict=True).tables


@pytest.mark.parametrize("preset", DATABASES)
@pytest.mark.parametrize("seed", [0, 9])
def test_every_reference_closes(preset: str, seed: int) -> None:
    plan = syndata.plan(preset, rows=ROWS, seed=seed)
    tables = {name: table.to_pylist() for name, table in syndata.generate(preset, rows=ROWS, seed=seed).items()}
    checked = 0
    for table in plan.schema_.tables:
        for key in table.foreign_keys:
            assert key.parent_table is not None
            parents = set(grouped(tables[key.parent_table], *key.parent_columns))
            children = set(grouped(tables[table.name], *key.child_columns))
            assert {child for child in children if None not in child} <= parents
            checked += 1
    assert checked >= len(tables) - 2


@pytest.mark.parametrize("preset", DATABASES)
def test_any_rows_are_those_of_the_whole(preset: str) -> None:
    for name, table in syndata.generate(preset, rows=ROWS).items():
        start = table.num_rows // 3
        assert syndata.rows(preset, name, start, 11, rows=ROWS) == table.slice(start, 11), name


def test_a_sensor_is_read_every_quarter_of_an_hour_around_its_level() -> None:
    tables = made("iot")
    sensors, devices = one(tables["sensors"], "sensor_id"), one(tables["devices"], "device_id")
    readings = grouped(tables["readings"], "sensor_id")

    assert {sensor for (sensor,) in readings} == set(sensors)
    for sensor in sensors.values():
        mine = readings[sensor["sensor_id"],]
        values = [row["value"] for row in mine]
        assert mine[0]["read_at"] == devices[sensor["device_id"]]["first_seen_at"]
        assert all(b["read_at"] - a["read_at"] == timedelta(minutes=15) for a, b in pairwise(mine))
        assert all(abs(value - sensor["level"]) <= Decimal("0.3") * sensor["level"] for value in values)
        assert (sensor["readings"], sensor["least"], sensor["greatest"]) == (len(mine), min(values), max(values))
        assert sensor["alarms"] == sum(value > sensor["alarm_above"] for value in values)
        assert sensor["last_read_at"] == mine[-1]["read_at"]


def test_a_device_has_each_kind_of_sensor_once_at_most() -> None:
    tables = made("iot")
    units = {"temperature": "celsius", "humidity": "percent", "vibration": "mm/s", "power": "watt"}

    assert max(map(len, grouped(tables["sensors"], "device_id", "measures").values())) == 1
    assert {sensor["measures"]: sensor["unit"] for sensor in tables["sensors"]} == units
    assert len(grouped(tables["devices"], "model", "manufacturer", "power")) <= 5


def test_readings_are_higher_by_day_than_by_night() -> None:
    by_hour = grouped([{**row, "hour": row["read_at"].hour} for row in made("iot")["readings"]], "hour")

    def share(hour: int) -> float:
        rows = by_hour[hour,]
        return float(sum(row["value"] / row["level"] for row in rows) / len(rows))

    assert share(14) > 1.08
    assert share(2) < 1.0


def test_an_account_holds_what_its_transactions_say() -> None:
    tables = made("finance")
    booked = grouped(tables["transactions"], "account_id")
    for account in tables["accounts"]:
        mine = booked[account["account_id"],]
        amounts = [row["amount"] for row in mine]
        assert [row["balance_after"] for row in mine] == [sum(amounts[: n + 1]) for n in range(len(amounts))]
        assert account["balance"] == sum(amounts) == account["paid_in"] + account["paid_out"]
        assert account["transactions"] == len(mine) >= 5
        assert (mine[0]["category"], mine[0]["amount"] > 0) == ("opening", True)
        assert all(b["booked_on"] - a["booked_on"] == timedelta(days=1) for a, b in pairwise(mine))
        assert mine[0]["booked_on"] > account["opened_at"]
    accounts = grouped(tables["accounts"], "customer_id")
    for customer in tables["customers"]:
        mine = accounts[customer["customer_id"],]
        assert customer["accounts"] == len(mine)
        assert customer["total_balance"] == sum(account["balance"] for account in mine)


def test_a_payment_by_card_is_by_a_card_of_the_account_that_was_issued_before() -> None:
    tables = made("finance")
    cards = {(card["account_id"], card["card_no"]): card for card in tables["cards"]}
    paid = [row for row in tables["transactions"] if row["channel"] == "card"]

    assert len(paid) > len(tables["transactions"]) / 3
    assert all(cards[row["account_id"], row["card_no"]]["issued_on"] <= row["booked_on"] for row in paid)
    assert all(row["amount"] < 0 for row in paid)
    assert all((row["card_no"] is None) for row in tables["transactions"] if row["channel"] == "transfer")
    signs = {"salary": 1, "refund": 1, "opening": 1}
    assert all((row["amount"] > 0) == (row["category"] in signs) for row in tables["transactions"])


def test_a_stage_has_its_probability_and_a_deal_its_contact_and_dates() -> None:
    tables = made("crm")
    stages = {"lead": "0.10", "qualified": "0.25", "proposal": "0.50", "negotiation": "0.75", "won": "1", "lost": "0"}
    contacts = {(row["company_id"], row["contact_no"]) for row in tables["contacts"]}
    activities = grouped(tables["activities"], "deal_id")
    for deal in tables["deals"]:
        assert deal["probability"] == Decimal(stages[deal["stage"]])
        assert abs(deal["expected_amount"] - deal["amount"] * deal["probability"]) <= Decimal("0.005")
        assert (deal["company_id"], deal["contact_no"]) in contacts
        assert (deal["closed_at"] is None) == (deal["stage"] not in {"won", "lost"})
        times = [row["happened_at"] for row in activities[deal["deal_id"],]]
        assert times == sorted(times)
        assert deal["opened_at"] <= times[0] <= times[-1] == deal["last_activity_at"]
        assert deal["closed_at"] is None or times[-1] <= deal["closed_at"]


def test_a_company_knows_its_deals_and_has_one_primary_contact() -> None:
    tables = made("crm")
    deals, contacts = grouped(tables["deals"], "company_id"), grouped(tables["contacts"], "company_id")
    for company in tables["companies"]:
        mine, people = deals[company["company_id"],], contacts[company["company_id"],]
        won = sum(deal["amount"] for deal in mine if deal["stage"] == "won")
        lost = sum(deal["amount"] for deal in mine if deal["stage"] == "lost")
        assert (company["deals"], company["contacts"]) == (len(mine), len(people))
        assert company["won_amount"] == won
        assert company["open_amount"] == sum(deal["amount"] for deal in mine) - won - lost
        assert sum(person["is_primary"] for person in people) == 1
        assert {person["company_name"] for person in people} == {company["company_name"]}
        assert all(deal["opened_at"] >= company["created_at"] for deal in mine)


def test_diagnoses_have_codes_of_the_right_shape_once_each() -> None:
    tables = made("healthcare")
    texts = {code["code"]: code["text"] for code in tables["codes"]}

    assert len(texts) == 20
    assert all(re.fullmatch(r"[A-TV-Z]\d\d\.\d", code) for code in texts)
    assert all(texts[row["code"]] == row["text"] for row in tables["diagnoses"])
    assert max(map(len, grouped(tables["diagnoses"], "encounter_id", "code").values())) == 1
    mains = grouped([row for row in tables["diagnoses"] if row["is_main"]], "encounter_id")
    assert set(mains) == {(row["encounter_id"],) for row in tables["encounters"]}
    assert all(len(rows) == 1 for rows in mains.values())


def test_encounters_follow_from_patients_and_prescriptions_from_encounters() -> None:
    tables = made("healthcare")
    patients, providers = one(tables["patients"], "patient_id"), one(tables["providers"], "provider_id")
    encounters = one(tables["encounters"], "encounter_id")
    for visit in encounters.values():
        born, seen = patients[visit["patient_id"]]["date_of_birth"], visit["started_at"].date()
        assert visit["age_at_encounter"] == seen.year - born.year - ((seen.month, seen.day) < (born.month, born.day))
        assert visit["age_at_encounter"] >= 18
        assert visit["started_at"] < visit["ended_at"]
        assert visit["provider_specialty"] == providers[visit["provider_id"]]["specialty"]
    for prescription in tables["prescriptions"]:
        days = timedelta(days=prescription["days"])
        assert prescription["starts_on"] == encounters[prescription["encounter_id"]]["started_at"].date()
        assert prescription["ends_on"] - prescription["starts_on"] == days
        assert prescription["quantity"] == prescription["days"] * prescription["per_day"]
        assert prescription["cost"] == prescription["quantity"] * prescription["price_each"]
    costs = grouped(tables["prescriptions"], "encounter_id")
    assert all(v["cost"] == sum(p["cost"] for p in costs[v["encounter_id"],]) for v in encounters.values())


def test_an_unknown_preset_is_refused_with_what_was_meant() -> None:
    with pytest.raises(syndata.Refused, match="did you mean finance"):
        syndata.load_preset("finances")
