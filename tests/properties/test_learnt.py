"""What is made of a configuration that was learnt is like the data it was learnt of, and none of it."""

from __future__ import annotations

from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import syndata
from tests.unit.learning.shops import NOTE, RARE_CITY, RARE_TIER, TIERS, Shop, shop

CUSTOMERS = 3_000


@cache
def source() -> Shop:
    return shop(CUSTOMERS)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> syndata.Profile:
    """Of a shop."""
    return syndata.profile(source().write(tmp_path_factory.mktemp("shop")))


@pytest.fixture(scope="module")
def made(profile: syndata.Profile) -> dict[str, pa.Table]:
    """A shop like it."""
    return syndata.generate(profile.config(), strict=True)


@pytest.fixture(scope="module")
def again(made: dict[str, pa.Table]) -> syndata.Profile:
    """The profile of what was made."""
    return syndata.profile(made)


def columns(profile: syndata.Profile, table: str) -> dict[str, Any]:
    """The report's columns of a table, by name."""
    found = next(one for one in profile.report()["tables"] if one["name"] == table)
    return {column["name"]: column for column in found["columns"]}


def bound(share: float, rows: int) -> float:
    """Five standard deviations of a share that is drawn."""
    return 5 * sqrt(max(share * (1 - share), 1 / rows) / rows) + 1e-4


@pytest.mark.parametrize("table", ["customers", "orders"])
def test_as_many_rows_columns_and_types(profile: syndata.Profile, again: syndata.Profile, table: str) -> None:
    before, after = columns(profile, table), columns(again, table)

    assert list(before) == list(after)
    assert [one["rows"] for one in before.values()] == [one["rows"] for one in after.values()]
    told = {name: one["type"].partition("(")[0] for name, one in before.items()}
    assert {name: one["type"].partition("(")[0] for name, one in after.items()} == told


@pytest.mark.parametrize("table", ["customers", "orders"])
def test_shares_of_missing_values(profile: syndata.Profile, again: syndata.Profile, table: str) -> None:
    after = columns(again, table)
    for name, column in columns(profile, table).items():
        share = column["null_share"]
        assert abs(after[name]["null_share"] - share) <= bound(share, column["rows"]), name


@pytest.mark.parametrize("table", ["customers", "orders"])
def test_shares_of_frequent_values(profile: syndata.Profile, again: syndata.Profile, table: str) -> None:
    after = columns(again, table)
    seen = 0
    for name, column in columns(profile, table).items():
        shares = {one["value"]: one["share"] for one in after[name].get("frequent", ())}
        for one in column.get("frequent", ()):
            # What was pooled away, three rows here, is shared out among the others.
            assert abs(shares[one["value"]] - one["share"]) <= bound(one["share"], column["rows"]) + 0.002, name
            seen += 1
    assert seen >= 3


def test_quantiles(made: dict[str, pa.Table], tmp_path: Path) -> None:
    """Of every column of numbers and dates the distributions differ by no more than two samples of one would (Smirnov)."""
    paths = source().write(tmp_path)
    for table, names in (("customers", ["age", "income"]), ("orders", ["amount", "ordered_on", "shipped_on"])):
        given = read(paths[0] if table == "customers" else paths[1])
        for name in names:
            one, other = numbers(given[name]), numbers(made[table][name])
            assert distance(one, other) <= 2.2 * sqrt(1 / len(one) + 1 / len(other)) + 0.01, name


def read(path: Path) -> pa.Table:
    from pyarrow import csv

    return csv.read_csv(path)


def numbers(column: Any) -> Any:
    if pa.types.is_date(column.type):
        column = pc.cast(column, pa.int32())
    return np.sort(np.array([float(value) for value in column.drop_null().to_pylist()]))


def distance(one: Any, other: Any) -> float:
    places = np.union1d(one, other)
    below = np.searchsorted(one, places, side="right") / len(one)
    return float(np.abs(below - np.searchsorted(other, places, side="right") / len(other)).max())


def test_keys_are_unique_and_references_close(made: dict[str, pa.Table], again: syndata.Profile) -> None:
    report = again.report()
    keys = {table["name"]: table["primary_key"] for table in report["tables"]}

    assert keys == {"customers": ["customer_id"], "orders": ["order_id"]}
    (reference,) = report["references"]
    assert (reference["parent_table"], reference["contained_share"]) == ("customers", 1.0)
    assert set(made["orders"]["customer_id"].to_pylist()) <= set(made["customers"]["customer_id"].to_pylist())


def test_parents_have_as_many_children(profile: syndata.Profile, again: syndata.Profile) -> None:
    before, after = (one.report()["references"][0]["children_per_parent"] for one in (profile, again))

    assert after["mean"] == pytest.approx(before["mean"], abs=0.01)
    assert after["parents_without"] == pytest.approx(before["parents_without"], abs=0.03 * CUSTOMERS)
    assert (after["min"], after["max"]) == (before["min"], before["max"])


def test_columns_that_rise_together_still_do(profile: syndata.Profile, again: syndata.Profile) -> None:
    before, after = (
        {tuple(one["columns"]): one["rank"] for one in found.report()["tables"][0]["correlations"]}
        for found in (profile, again)
    )

    assert before["age", "income"] > 0.7
    assert after["age", "income"] == pytest.approx(before["age", "income"], abs=0.05)


def test_what_belongs_together_stays_together(made: dict[str, pa.Table]) -> None:
    orders = made["orders"]
    pairs = set(zip(orders["status"].to_pylist(), orders["status_code"].to_pylist(), strict=True))
    tiers = dict(zip(made["customers"]["customer_id"].to_pylist(), made["customers"]["tier"].to_pylist(), strict=True))

    assert pairs == {("done", 1), ("open", 2), ("lost", 3)}
    assert [tiers[one] for one in orders["customer_id"].to_pylist()] == orders["customer_tier"].to_pylist()
    days = pc.subtract(pc.cast(orders["shipped_on"], pa.int32()), pc.cast(orders["ordered_on"], pa.int32()))
    assert (pc.min(days).as_py(), pc.max(days).as_py()) == (1, 9)


def test_nothing_that_tells_of_somebody_is_told(profile: syndata.Profile, made: dict[str, pa.Table]) -> None:
    """Neither in the configuration, nor in a report, nor in what is made."""
    told = [profile.config(), profile.document(), profile.page()]
    values = {str(value) for table in made.values() for column in table.columns for value in column.to_pylist()}

    for secret in source().secrets:
        assert not any(secret in text for text in told), secret
        assert secret not in values
    assert not any(NOTE.split()[-2] in value for value in values)


def test_rare_values_are_never_told_nor_made(profile: syndata.Profile, made: dict[str, pa.Table]) -> None:
    for text in (profile.config(), profile.document(), profile.page()):
        assert RARE_TIER not in text
        assert RARE_CITY not in text
    assert set(made["customers"]["tier"].to_pylist()) == set(TIERS)


def test_with_a_threshold_of_one_row_they_may_be_told(tmp_path: Path) -> None:
    small = syndata.profile(shop(400).write(tmp_path), min_count=1)

    assert RARE_TIER in small.config()
    assert not any(secret in small.config() for secret in shop(400).secrets)


def test_a_configuration_stands_for_itself(profile: syndata.Profile, made: dict[str, pa.Table]) -> None:
    """Made twice, or without the data at hand, it gives the same rows: all it says stands in it."""
    again = syndata.generate(profile.config())

    assert all(again[name].equals(table) for name, table in made.items())


def test_other_rows_keep_their_proportion(profile: syndata.Profile) -> None:
    made = syndata.generate(profile.config(rows=100), strict=True)
    orders = next(one["rows"] for one in profile.report()["tables"] if one["name"] == "orders")

    assert made["customers"].num_rows == 100
    assert made["orders"].num_rows == round(orders * 100 / CUSTOMERS)


def test_pieces_threads_and_kinds_of_files_do_not_matter(tmp_path: Path) -> None:
    """The same table gives the same report and configuration, from a CSV, from Parquet or from memory, on any number of threads."""
    from pyarrow import parquet

    (path, _) = shop(500).write(tmp_path)
    table = read(path)
    parquet.write_table(table, tmp_path / "other.parquet", row_group_size=37)
    (tmp_path / "other.parquet").rename(tmp_path / "customers.parquet")
    threads = pa.cpu_count()
    found = []
    for count in (1, 4):
        pa.set_cpu_count(count)
        try:
            for data in (path, tmp_path / "customers.parquet", {"customers": table}):
                profile = syndata.profile(data)
                found.append((profile.config(), profile.document(), profile.page()))
        finally:
            pa.set_cpu_count(threads)

    assert found[0] == found[3]
    assert all(one == found[1] for one in (found[1], found[2], found[4], found[5]))
    # Arrow's reader of CSV takes `1000.50` for a float, so types may differ from those of the text itself.
    assert found[0][0].count("\n") == found[1][0].count("\n")
