"""`tables`: only some of them, each with the bytes that it has among all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import syndata
from syndata_contracts.errors import Refused
from syndata_contracts.plan import Plan

KEY = {"type": "int", "primary_key": True, "rule": "sequence"}
SHOP: dict[str, Any] = {
    "tables": {
        "countries": {"rows": 5, "columns": {"id": KEY, "name": "country"}},
        "customers": {"rows": 40, "columns": {"id": KEY, "country": {"references": "countries.id"}}},
        "products": {
            "rows": 9,
            "columns": {"id": KEY, "price": {"type": "decimal(8,2)", "rule": {"range": {"min": 1, "max": 99}}}},
        },
        "orders": {
            "columns": {
                "id": KEY,
                "customer": {"references": {"table": "customers", "column": "id", "fan_out": "0..4"}},
                "total": {"type": "decimal(9,2)", "rule": {"type": "sum", "table": "items", "column": "price"}},
            }
        },
        "items": {
            "columns": {
                "order": {"references": {"table": "orders", "column": "id", "fan_out": "1..3"}},
                "product": {"references": "products.id"},
                "price": {"type": "decimal(8,2)", "rule": {"type": "lookup", "column": "price", "via": "product"}},
            }
        },
        "notes": {
            "columns": {"of": {"type": "int"}, "kind": {"type": "str"}},
            "foreign_keys": [{"child_column": "of", "type_column": "kind", "parents": ["orders.id", "products.id"]}],
        },
        "staff": {"rows": 8, "columns": {"id": KEY, "boss": {"references": "staff.id"}}},
    }
}


def chosen(*wishes: str) -> list[str]:
    """The tables that are made."""
    return [table.name for table in syndata.plan(SHOP, tables=wishes).tables]


def test_names_alone_are_those_tables_in_the_order_of_the_document() -> None:
    assert chosen("orders", "countries") == ["countries", "orders"]
    assert chosen("orders,countries") == chosen("orders , countries ") == ["countries", "orders"]


def test_with_parents_comes_everything_that_is_referred_to_also_through_others() -> None:
    assert chosen("items+parents") == ["countries", "customers", "products", "orders", "items"]
    assert chosen("notes+parents") == ["countries", "customers", "products", "orders", "notes"]
    assert chosen("staff+parents") == ["staff"]


def test_with_children_comes_everything_that_refers_to_it() -> None:
    assert chosen("customers+children") == ["customers", "orders", "items", "notes"]


def test_with_children_and_parents_every_reference_closes() -> None:
    assert chosen("customers+children+parents") == ["countries", "customers", "products", "orders", "items", "notes"]
    assert chosen("customers+parents+children") == chosen("customers+children+parents")


def test_a_table_alone_has_its_sums_over_children_and_keys_of_parents_that_are_not_made() -> None:
    whole = syndata.generate(SHOP)

    assert syndata.generate(SHOP, tables="orders")["orders"].equals(whole["orders"])
    assert syndata.generate(SHOP, tables="items")["items"].equals(whole["items"])


@pytest.mark.parametrize("output_format", ["csv", "json", "parquet", "copy"])
def test_files_are_byte_for_byte_those_of_the_whole_and_prove_themselves(tmp_path: Path, output_format: Any) -> None:
    syndata.write(SHOP, tmp_path / "all", output_format=output_format)
    syndata.write(SHOP, tmp_path / "some", output_format=output_format, tables="orders+parents")

    made = sorted(path.stem for path in (tmp_path / "some").glob(f"*.{output_format}"))
    assert set(made) - {"manifest", "plan"} == {"countries", "customers", "orders"}
    for name in ("countries", "customers", "orders"):
        file = f"{name}.{output_format}"
        assert (tmp_path / "some" / file).read_bytes() == (tmp_path / "all" / file).read_bytes()
    seen = syndata.verify(tmp_path / "some")
    assert (seen.findings, seen.notes) == ([], [])


def test_sql_creates_only_the_tables_that_are_made_and_says_which_reference_leaves_them(tmp_path: Path) -> None:
    syndata.write(SHOP, tmp_path, output_format="sql", tables="orders")

    for file in ("schema.postgresql.sql", "schema.sqlite.sql"):
        text = (tmp_path / file).read_text()
        assert text.count("CREATE TABLE") == 1
        assert "FOREIGN KEY (" not in text
        assert '-- ("customer") refers to "customers" ("id"), which is not among the tables that were made.' in text
    assert syndata.verify(tmp_path).findings == []


def test_a_plan_of_all_tables_keeps_its_digest() -> None:
    assert syndata.plan(SHOP, tables=list(SHOP["tables"])).digest == syndata.plan(SHOP).digest


def test_the_plan_of_some_can_be_kept_and_read_back() -> None:
    plan = syndata.plan(SHOP, tables="items")

    assert Plan.from_bytes(plan.to_bytes()).digest == plan.digest
    assert [table.name for table in plan.others] == [name for name in SHOP["tables"] if name != "items"]


def test_some_tables_at_a_scale_are_those_of_the_small_database() -> None:
    small = syndata.generate(SHOP, scale=0.2)
    some = syndata.generate(SHOP, scale=0.2, tables="items+parents")

    assert list(some) == ["countries", "customers", "products", "orders", "items"]
    assert 4 * some["items"].num_rows < syndata.plan(SHOP).table("items").rows
    assert all(table.equals(small[name]) for name, table in some.items())


def test_every_wrong_wish_is_told() -> None:
    with pytest.raises(Refused) as refusal:
        chosen("ordrs", "items+parent", "nothing+like+it")

    told = [(fault.path, fault.what, fault.fix) for fault in refusal.value.faults]
    assert told[:2] == [
        ("tables", "there is no table 'ordrs'", "did you mean orders?"),
        (
            "tables",
            "'items+parent' asks for 'parent', which is not known",
            "write items+parents, items+children or items+derived",
        ),
    ]
    assert [what for _, what, _ in told[2:]] == [
        "there is no table 'nothing'",
        "'nothing+like+it' asks for 'like', which is not known",
        "'nothing+like+it' asks for 'it', which is not known",
    ]


@pytest.mark.parametrize("wishes", ["", " , ", []])
def test_no_table_at_all_is_refused(wishes: Any) -> None:
    with pytest.raises(Refused, match="no table is named"):
        syndata.plan(SHOP, tables=wishes)


def test_what_is_wrong_with_a_table_that_is_not_made_is_refused_all_the_same() -> None:
    """Its rows may be read."""
    document = {"tables": {"a": {"columns": {"id": KEY}}, "b": {"columns": {"x": "no_such_rule"}}}}

    with pytest.raises(Refused, match="no_such_rule"):
        syndata.plan(document, tables="a")


FOLLOWED: dict[str, Any] = {
    "tables": {
        "regions": {"rows": 3, "columns": {"id": KEY}},
        "customers": {
            "rows": 10,
            "changes": {"to": "2026-02-01", "inserts": 2, "updates": 5, "columns": ["name"]},
            "columns": {"id": KEY, "name": "full_name", "region": {"references": "regions.id"}},
        },
        "orders": {
            "rows": 20,
            "dirt": {"truth": "wrong_notes", "rules": [{"columns": ["note"], "kind": "missing", "rate": 0.2}]},
            "columns": {"id": KEY, "customer": {"references": "customers.id"}, "note": "word"},
        },
    }
}
AFTER = ["customers_log", "customers_history", "customers_later"]


@pytest.mark.parametrize(
    ("wish", "made"),
    [
        ("customers", ["customers"]),
        ("customers+children", ["customers", "orders"]),
        ("customers+derived", ["customers", *AFTER]),
        ("orders+derived", ["orders", "wrong_notes"]),
        ("regions+derived", ["regions"]),
        ("orders+parents+derived", ["regions", "customers", *AFTER, "orders", "wrong_notes"]),
        ("orders+derived+parents", ["regions", "customers", *AFTER, "orders", "wrong_notes"]),
        ("customers+children+derived", ["customers", *AFTER, "orders", "wrong_notes"]),
        ("customers_history+parents", ["regions", "customers", "customers_history"]),
        ("wrong_notes+parents", ["regions", "customers", "orders", "wrong_notes"]),
        ("customers_log+derived", ["customers_log"]),
        ("customers_log", ["customers_log"]),
    ],
)
def test_what_follows_from_a_table_comes_when_it_is_asked_for(wish: str, made: list[str]) -> None:
    """Its log, history, later snapshot and truth; their parents are the table itself, and what that refers to."""
    whole, some = syndata.generate(FOLLOWED), syndata.generate(FOLLOWED, tables=wish)

    assert set(some) == set(made)
    assert all(table.equals(whole[name]) for name, table in some.items())


def test_another_word_is_told_those_that_there_are() -> None:
    with pytest.raises(Refused, match=r"write orders\+parents, orders\+children or orders\+derived"):
        syndata.plan(FOLLOWED, tables="orders+history")
