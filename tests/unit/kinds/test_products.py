"""Products: everything that a row says of one agrees, and says the same in every row that has it."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import pytest
import stdnum.ean

from syndata_engine.generation.kinds.products import catalogue
from tests.unit.kinds.making import batch_of, by, refusal_of, table_of

COLUMNS: dict[str, Any] = {
    name: name for name in ("product_name", "product_category", "product_price", "product_sku", "product_ean")
}


def test_the_catalogue_tells_products_apart() -> None:
    products = catalogue()

    for texts in ({one.name for one in products}, {one.sku for one in products}, {one.ean for one in products}):
        assert len(texts) == len(products) >= 250
    assert len({one.category for one in products}) == 8
    assert all(
        stdnum.ean.is_valid(one.ean) and one.ean.startswith("20") and 100 < one.cents < 100_000 for one in products
    )
    assert all(one.cents % 50 == 49 for one in products)


def test_a_row_s_columns_are_those_of_one_product() -> None:
    known = {one.name: one for one in catalogue()}
    rows = batch_of(COLUMNS, 3_000).to_pylist()

    for row in rows:
        one = known[row["product_name"]]
        assert row == {
            "product_name": one.name, "product_category": one.category, "product_sku": one.sku, "product_ean": one.ean,
            "product_price": Decimal(one.cents).scaleb(-2),
        }  # fmt: skip
    assert len({row["product_name"] for row in rows}) > 280


def test_some_are_bought_more_often_than_others() -> None:
    counts = Counter(batch_of(COLUMNS, 60_000).column("product_name").to_pylist())
    most, least = counts.most_common(1)[0][1], counts.most_common()[-1][1]

    assert 5 < most / least < 20


def test_a_row_may_have_two_products_and_any_rows_are_those_of_the_whole() -> None:
    columns = {
        **COLUMNS,
        "gift_name": "product_name",
        "gift_category": "product_category",
        "other": by("product_price", entity="gift"),
    }
    table = table_of(columns, 400)
    prices = defaultdict(set)
    for row in table.batch(0, 400).to_pylist():
        prices[row["gift_name"]].add(row["other"])

    assert all(len(found) == 1 for found in prices.values())
    assert table.batch(190, 230).equals(table.batch(0, 400).slice(190, 40))


@pytest.mark.parametrize("type_", ["float", "decimal(10,4)", "str"])
def test_prices_are_made_in_other_types(type_: str) -> None:
    rows = batch_of(
        {"sku": "product_sku", "price": {"type": type_, **by("product_price")}, "product_price": "product_price"}, 50
    ).to_pylist()

    assert all(Decimal(str(row["price"])) == row["product_price"] for row in rows)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"unique": True, **by("product_name")}, "cannot be numbered"),
        ({"type": "decimal(8,1)", **by("product_price")}, "two digits after the point"),
        ({"type": "int", **by("product_price")}, "cannot make"),
        (by("product_name", category="Toys"), "no option 'category'"),
    ],
)
def test_what_no_product_can_be_is_refused(column: Any, said: str) -> None:
    assert said in refusal_of({"x": column}).what
