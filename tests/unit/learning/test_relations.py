"""How tables that are given together hang together, and what columns of a row have together."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import yaml

from syndata.profiles import Profile
from syndata_engine.learning import write_configuration
from tests.unit.learning.learning_of import findings_of, learnt_of


def tables_of(tables: dict[str, str], least: int = 1) -> dict[str, Any]:
    """The configuration's tables by name."""
    document = yaml.safe_load(write_configuration(learnt_of(tables, least)))
    return {table["table_name"]: table for table in document["tables"]}


def lines(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


CUSTOMERS = lines("customer_id,tier", [f"{number},{'gold' if number % 3 else 'blue'}" for number in range(1, 101)])


def orders(column: str, template: str = "{}", count: int = 300) -> str:
    chance = random.Random(3)
    return lines(
        f"order_id,{column}", [f"{n},{template.format(chance.randint(1, 80))}" for n in range(5000, 5000 + count)]
    )


def test_a_column_named_like_a_key_refers_to_it() -> None:
    found = tables_of({"customers": CUSTOMERS, "orders": orders("customer_id")})["orders"]

    reference = found["foreign_keys"][0]
    assert (reference["parent_table"], reference["parent_column"]) == ("customers", "customer_id")
    numbers = dict(reference["fan_out"]["histogram"])
    assert numbers[0] >= 20
    assert sum(numbers.values()) == 100
    assert sum(number * count for number, count in numbers.items()) == 300


def test_names_may_differ_in_writing() -> None:
    for column in ("CustomerID", "customerId", "customer", "cust_customer_id", "customer_fk"):
        assert "foreign_keys" in tables_of({"customers": CUSTOMERS, "orders": orders(column)})["orders"], column


def test_numbers_that_are_written_as_floats_refer_too() -> None:
    found = tables_of({"customers": CUSTOMERS, "orders": orders("customer_id", "{}.0")})["orders"]

    assert found["columns"][1]["type"] == "int"
    assert found["foreign_keys"][0]["parent_table"] == "customers"


def test_small_numbers_that_a_key_has_by_chance_do_not_refer() -> None:
    assert "foreign_keys" not in tables_of({"customers": CUSTOMERS, "orders": orders("quantity")})["orders"]


def test_orphans_are_told_and_do_not_hide_the_reference() -> None:
    text = orders("customer_id", count=300) + "9999,4711\n"
    tables = {"customers": CUSTOMERS.replace("100,", "101,"), "orders": text}

    assert ("customer_id", "orphans") not in findings_of({**tables, "orders": orders("customer_id")})
    many = lines("customer_id,tier", [f"{number},x" for number in range(1, 401)])
    wide = lines("order_id,customer_id", [f"{n},{n % 399 + 1}" for n in range(900)]) + "9999,4711\n"
    assert ("customer_id", "orphans") in findings_of({"customers": many, "orders": wide})


def test_a_table_that_refers_to_itself() -> None:
    staff = lines("employee_id,manager_id", [f"{n},{'' if n < 4 else n // 3}" for n in range(1, 61)])
    reference = tables_of({"employees": staff})["employees"]["foreign_keys"][0]

    assert reference["parent_table"] == "employees"
    assert reference["roots"] == 3
    assert reference["depth"] == 4


def test_two_references_that_are_the_key_together() -> None:
    students = lines("student_id,x", [f"{n},q" for n in range(1, 31)])
    courses = lines("course_id,y", [f"{n},q" for n in range(1, 11)])
    taken = lines("student_id,course_id", [f"{s},{c}" for s in range(1, 31) for c in range(1, 11) if (s + c) % 3])
    found = tables_of({"students": students, "courses": courses, "taken": taken})["taken"]

    assert found["primary_key"] == ["student_id", "course_id"]
    assert sum("fan_out" in reference for reference in found["foreign_keys"]) == 1


def test_what_a_row_repeats_of_its_parent_is_looked_up() -> None:
    chance = random.Random(1)
    rows = [f"{n},{(c := chance.randint(1, 100))},{'gold' if c % 3 else 'blue'}" for n in range(400)]
    found = tables_of({"customers": CUSTOMERS, "orders": lines("order_id,customer_id,customer_tier", rows)})["orders"]

    assert found["columns"][2]["rule"] == {"type": "lookup", "column": "customers.tier", "via": "customer_id"}


def test_values_that_follow_from_each_other_are_drawn_together() -> None:
    rows = [f"{['DE', 'FR', 'US'][n % 3]},{['euro', 'euro', 'dollar'][n % 3]}" for n in range(300)]
    found = tables_of({"things": lines("code,money", rows)})["things"]

    assert sorted(map(tuple, found["combinations"][0]["values"])) == [("DE", "euro"), ("FR", "euro"), ("US", "dollar")]


def test_numbers_that_rise_together_are_correlated_and_chance_is_not() -> None:
    chance = random.Random(2)
    rows = []
    for _ in range(1_000):
        size = chance.gauss(0, 1)
        rows.append(f"{size:.4f},{0.8 * size + 0.6 * chance.gauss(0, 1):.4f},{chance.gauss(0, 1):.4f}")
    group = tables_of({"things": lines("size,weight,luck", rows)})["things"]["correlate"][0]

    assert group["columns"] == ["size", "weight"]
    assert abs(group["matrix"][1][0] - 0.8) < 0.03


def test_a_date_that_follows_another_is_told_as_how_long_after() -> None:
    rows = [f"2024-{1 + n % 12:02d}-01,2024-{1 + n % 12:02d}-{3 + n % 8:02d}" for n in range(200)]
    found = tables_of({"things": lines("begun,ended", rows)})["things"]

    rule = found["columns"][1]["rule"]
    assert (rule["type"], rule["column"]) == ("offset", "begun")
    assert int(rule["min"][:-1]) >= 2
    assert int(rule["max"][:-1]) <= 9


def test_numbers_that_follow_from_others_are_computed() -> None:
    chance = random.Random(4)
    rows = []
    for _ in range(400):
        price, count, fee = chance.randint(100, 9_999), chance.randint(1, 9), chance.randint(0, 500)
        amounts = (price, price * count, fee, price * count + fee)
        money = [f"{amount / 100:.2f}" for amount in amounts]
        rows.append(f"{money[0]},{count},{money[1]},{money[2]},{money[3]}")
    found = tables_of({"things": lines("price,count,goods,fee,total", rows)})["things"]
    rules = {column["name"]: column["rule"] for column in found["columns"]}

    assert rules["total"] == {"type": "formula", "formula": "`goods` + `fee`"}
    assert rules["goods"] == {"type": "formula", "formula": "`price` * `count`"}
    assert {rules[name]["type"] for name in ("price", "count", "fee")} <= {"quantiles", "choice"}


def test_a_product_that_is_missing_where_a_factor_is() -> None:
    chance = random.Random(5)
    rows = []
    for number in range(300):
        height, width = chance.randint(2, 90), chance.randint(2, 90)
        rows.append(f"{height},{'' if number % 5 == 0 else width},{'' if number % 5 == 0 else height * width}")
    found = tables_of({"things": lines("height,width,area", rows)})["things"]

    assert found["columns"][2] == {
        "name": "area",
        "type": "int",
        "rule": {"type": "formula", "formula": "`height` * `width`"},
    }
    assert found["columns"][1]["null_rate"] == 0.2


def test_findings() -> None:
    rows = [f"{n or 1},{'' if n % 4 else 5},same,{n if n % 10 else 'n/k'},{n}" for n in range(60)]
    found = findings_of({"things": lines("thing_id,rare,constant,amount,wide", rows) + "61,,same,3,900000\n"}, least=10)

    assert {
        ("thing_id", "repeated_key"),
        ("rare", "mostly_missing"),
        ("constant", "constant"),
        ("amount", "mixed_types"),
        ("wide", "outliers"),
    } <= found


def test_two_columns_that_refer_to_two_keys_of_the_parent_agree_by_one_reference() -> None:
    staff = lines("employee_id,email", [f"{n},who{n}@real.org" for n in range(1, 201)])
    tickets = lines("ticket_id,employee_id,employee_email", [f"T-{n:05},{n % 190 + 1},who{n % 190 + 1}@real.org" for n in range(900)])  # fmt: skip
    learnt = learnt_of({"employees": staff, "tickets": tickets})
    found = {table["table_name"]: table for table in yaml.safe_load(Profile(learnt).config())["tables"]}["tickets"]

    assert [one["child_column"] for one in found["foreign_keys"]] == ["employee_id"]
    assert found["columns"][2]["rule"] == {"type": "lookup", "column": "employees.email", "via": "employee_id"}


def test_what_no_plan_can_hold_ends_in_a_smaller_configuration_never_in_a_fault() -> None:
    """Every single thing that may be learnt is spoilt in turn, as a mistake of ours would."""
    for spoilt in ("rule", "via", "reference", "key", "type"):
        learnt = learnt_of({"customers": CUSTOMERS, "orders": orders("customer_id")})
        orders_table = learnt.table("orders")
        match spoilt:
            case "rule":
                orders_table.columns[0].body["rule"] = {"type": "range", "min": 1, "max": 2}
            case "via":
                orders_table.columns[0].body["rule"] = {"type": "lookup", "column": "customers.tier", "via": "nothing"}
            case "reference":
                learnt.references[0] = replace(learnt.references[0], key="nothing")
            case "key":
                orders_table.primary_key = ("nothing",)
            case "type":
                orders_table.columns[0].body["type"] = "no type"

        text = Profile(learnt).config()
        assert "# left out, since no plan can hold it" in text, spoilt
        assert "customers" in text, spoilt


def test_the_share_that_a_key_has_is_never_rounded_up_to_all() -> None:
    many = lines("customer_id,tier", [f"{number},x" for number in range(1, 5001)])
    wide = lines("order_id,customer_id", [f"{n},{n % 4999 + 1}" for n in range(9000)]) + "9999,471100\n"
    text = write_configuration(learnt_of({"customers": many, "orders": wide}))

    assert "which has 99.9% of its values; rows that are orphans: 1" in text
