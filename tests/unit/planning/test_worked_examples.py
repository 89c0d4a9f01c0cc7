"""The worked examples of docs/schema-reference.md make what the page says of them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest

import syndata
from tests.running import REPOSITORY

PAGE = (REPOSITORY / "docs" / "schema-reference.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE.split("## Worked examples")[1].split("\n## ")[0], re.DOTALL)
Rows = list[dict[str, Any]]


def tables(holding: str) -> dict[str, Rows]:
    """The tables of the example that holds a text."""
    (text,) = (example for example in EXAMPLES if holding in example)
    return {name: table.to_pylist() for name, table in syndata.generate(text).items()}


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_every_example_of_the_page_can_be_made(text: str) -> None:
    assert syndata.generate(text)


def test_lines_count_from_one_in_every_order() -> None:
    for _, lines in groupby(tables("rule: position")["lines"], key=lambda line: line["order_id"]):
        numbers = [line["line_no"] for line in lines]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) <= 6


def test_sites_and_rooms_tell_every_row_apart() -> None:
    rooms = tables("site:")["rooms"]

    assert len({(room["site"], room["room"]) for room in rooms}) == len(rooms) == 200


def test_no_student_takes_a_course_twice() -> None:
    made = tables("enrolments:")
    taken = [(enrolment["student"], enrolment["course"]) for enrolment in made["enrolments"]]

    assert len(set(taken)) == len(taken) > 120
    for student in made["students"]:
        assert student["courses"] == sum(one == student["id"] for one, _ in taken) <= 12


def test_a_total_is_the_sum_of_its_items() -> None:
    made = tables("type: sum")

    for invoice in made["invoices"]:
        assert invoice["total"] == sum(item["amount"] for item in made["items"] if item["invoice"] == invoice["id"])


def test_an_invoice_knows_its_items() -> None:
    made = tables("type: sum")

    for invoice in made["invoices"]:
        items = [item for item in made["items"] if item["invoice"] == invoice["id"]]
        kept = [item["amount"] for item in items if item["status"] != "returned"]
        assert invoice["items"] == len(items)
        assert invoice["returned"] == sum(item["amount"] for item in items if item["status"] == "returned")
        assert invoice["largest"] == max(kept, default=None)
        assert invoice["last_status"] == (items[-1]["status"] if items else None)


def test_instalments_pay_a_loan_off() -> None:
    made = tables("type: share")

    for loan in made["loans"]:
        parts = [part for part in made["instalments"] if part["loan"] == loan["id"]]
        dues = [part["due"] for part in parts]
        assert [part["paid_so_far"] for part in parts] == [sum(dues[: n + 1]) for n in range(len(dues))]
        assert parts[-1]["paid_so_far"] == loan["amount"]
        assert [part["due_before"] for part in parts] == [None, *dues[:-1]]
        assert [part["due"] for part in sorted(parts, key=lambda part: part["by_size"])] == sorted(dues, reverse=True)


def test_a_sale_has_the_price_of_its_product() -> None:
    made = tables("via: product")
    prices = {product["id"]: product["price"] for product in made["products"]}

    assert all(sale["price"] == prices[sale["product"]] for sale in made["sales"])
    assert all(sale["paid"] == sale["price"] * sale["quantity"] for sale in made["sales"])


def test_relative_dates_count_from_the_moment_of_the_document() -> None:
    today = date(2026, 6, 30)

    for booking in tables("-30d")["bookings"]:
        assert date(2026, 5, 31) <= booking["booked_on"] <= today <= booking["starts_on"] <= date(2026, 12, 30)
        changed = booking["changed_at"].replace(tzinfo=UTC)
        assert datetime(2026, 6, 29, 12, tzinfo=UTC) <= changed <= datetime(2026, 6, 30, tzinfo=UTC)


def test_a_table_that_says_nothing_of_its_rows_has_a_thousand() -> None:
    assert "| 1,000 |" in PAGE
    assert syndata.generate({"tables": {"t": {"columns": {"a": "word"}}}})["t"].num_rows == 1_000


def test_payments_come_by_one_way_and_belong_to_one_payer() -> None:
    made = tables("exactly_one: [card, iban]")
    payments = made["payments"]

    assert sorted(row["code"] for row in made["plans"]) == ["firm", "free", "school", "team"]
    assert sum(row["country"] == "DE" for row in payments) == 800
    assert {(row["country"], row["currency"]) for row in payments} == {("DE", "EUR"), ("CH", "CHF")}
    assert sum(row["card"] is not None for row in payments) == 750
    assert all((row["card"] is None) != (row["iban"] is None) for row in payments)
    assert all((row["person"] is None) != (row["firm"] is None) for row in payments)
    assert sum(row["payments"] for row in made["people"]) == sum(row["person"] is not None for row in payments) == 900


def test_visits_lie_inside_the_stay() -> None:
    made = tables("column: stays.came_on")
    stays = {stay["id"]: stay for stay in made["stays"]}

    for visit in made["visits"]:
        stay = stays[visit["stay"]]
        start, end = (datetime.combine(stay[name], datetime.min.time(), UTC) for name in ("came_on", "left_on"))
        assert start <= visit["at"] <= end
        assert 1 <= (visit["billed_on"] - stay["left_on"]).days <= 14


def test_clicks_come_in_sessions_by_the_steps_of_the_shop_and_a_twentieth_is_late() -> None:
    clicks = tables("type: markov")["clicks"]
    following = {"home": {"home", "product"}, "product": {"product", "cart", "home"}, "cart": {"paid", "product"}, "paid": {"paid"}}  # fmt: skip

    assert sum(row["is_late"] for row in clicks) == round(len(clicks) / 20)
    for before, after in pairwise(clicks):
        if before["user"] == after["user"]:
            same = after["at"] - before["at"] < timedelta(minutes=30)
            assert after["session"] == before["session"] + (not same)
            assert after["place"] == (before["place"] + 1 if same else 1)
            assert after["page"] in (following[before["page"]] if same else {"home", "product"})
            assert after["session_id"] == f"{after['user']}-{after['session']}"
