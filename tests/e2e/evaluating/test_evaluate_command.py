"""`syndata evaluate`, as a user runs it: on what `generate` wrote, and on files of their own."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

import syndata as front_door
from tests.running import Command


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop in CSV, and another one of another seed in Parquet."""
    folder = tmp_path_factory.mktemp("shops")
    front_door.write("crm", folder / "real")
    front_door.write("crm", folder / "made", seed=5, output_format="parquet")
    return folder


def test_a_directory_is_scored_with_its_references(inside: Command, shops: Path) -> None:
    document = inside("evaluate", shops / "made", "--real", shops / "real", "--json").document

    assert [table["table"] for table in document["tables"]] == ["activities", "companies", "contacts", "deals"]
    assert all(0.7 < table["quality"] <= 1 and table["copies"]["share"] == 0 for table in document["tables"])
    assert {(one["child"], one["orphans"]) for one in document["references"]} == {
        ("contacts", 0),
        ("deals", 0),
        ("activities", 0),
    }
    assert all(one["fan_out"] > 0.9 for one in document["references"])


def test_people_see_scores_the_least_alike_and_what_they_mean(inside: Command, shops: Path) -> None:
    outcome = inside("evaluate", shops / "made", "--real", shops / "real")

    assert outcome.code == 0
    for said in (
        "companies",
        "ceiling",
        "deals (company_id, contact_no) to contacts",
        "least alike: contacts",
        "quality 0.",
    ):
        assert said in outcome.out


def test_the_order_of_rows_changes_nothing(inside: Command, shops: Path, tmp_path: Path) -> None:
    table = parquet.read_table(shops / "made" / "contacts.parquet")
    parquet.write_table(table.take(pa.array(range(table.num_rows - 1, -1, -1))), tmp_path / "turned.parquet")
    real = shops / "real" / "contacts.csv"

    one = inside("evaluate", shops / "made" / "contacts.parquet", "--real", real, "--json").document
    two = inside("evaluate", tmp_path / "turned.parquet", "--real", real, "--json").document
    assert one == two


def test_a_gate_for_pipelines(inside: Command, shops: Path) -> None:
    real = shops / "real"

    assert inside("evaluate", real, "--real", real, "--fail-under", "1").code == 0
    failed = inside("evaluate", shops / "made", "--real", real, "--fail-under", "0.999", "--json")
    assert (failed.code, failed.document["passed"]) == (5, False)


def test_a_table_that_is_not_there_scores_nothing_and_is_told(inside: Command, shops: Path) -> None:
    made = shops / "made" / "deals.parquet"
    real = ("--real", shops / "real" / "deals.csv", "--real", shops / "real" / "contacts.csv")

    document = inside("evaluate", made, *real, "--json").document
    assert document["missing"] == ["contacts"]
    assert document["quality"] == pytest.approx(document["tables"][0]["quality"] / 2, abs=1e-4)
    assert "missing, and scored 0: contacts" in inside("evaluate", made, *real).out
    assert (
        "not compared, as no real table is given: activities"
        in inside("evaluate", shops / "made", "--real", shops / "real" / "deals.csv").out
    )


def test_copies_beyond_chance_are_told(inside: Command, shops: Path) -> None:
    outcome = inside("evaluate", shops / "real", "--real", shops / "real")

    assert "copied: 100.00% of deals; chance alone gives 0.00%" in outcome.out
    assert "least alike" not in outcome.out


def test_columns_that_go_together_wrongly_are_named(inside: Command, tmp_path: Path) -> None:
    numbers = list(range(1_000))
    csv.write_csv(pa.table({"a": numbers, "b": numbers}), tmp_path / "t.csv")
    csv.write_csv(pa.table({"a": numbers, "b": numbers[::-1]}), tmp_path / "turned.csv")

    assert (
        "least alike: t: a with b 0.0" in inside("evaluate", tmp_path / "turned.csv", "--real", tmp_path / "t.csv").out
    )


def test_what_cannot_be_compared_is_refused(inside: Command, tmp_path: Path) -> None:
    csv.write_csv(pa.table({"a": [1, 2]}), tmp_path / "one.csv")
    (tmp_path / "other.txt").write_text("a\n1\n")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no more")
    (tmp_path / "ragged.csv").write_text("a,b\n1,2\n3\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "twice.csv").write_text("a,a\n1,2\n")
    csv.write_csv(pa.table({"a": [1]}), tmp_path / "two.csv")

    def refused(synthetic: str, *real: str) -> str:
        outcome = inside(
            "evaluate", tmp_path / synthetic, *(word for name in real for word in ("--real", tmp_path / name))
        )
        assert outcome.code == 3, outcome
        assert "fix:" in outcome.err
        return outcome.err

    assert "there is no such file" in refused("missing.csv", "one.csv")
    assert "there is no such file" in refused("nowhere", "one.csv")
    assert "'.txt' is not read here" in refused("other.txt", "one.csv")
    assert "cannot be read as parquet" in refused("broken.parquet", "one.csv")
    assert "cannot be read as csv" in refused("one.csv", "ragged.csv")
    assert "cannot be read as csv" in refused("one.csv", "empty.csv")
    assert "two columns have this name" in refused("one.csv", "twice.csv")
    assert "no table is in both" in refused("one.csv", "two.csv", "ragged.csv")
    assert inside("evaluate", tmp_path / "one.csv").code == 2


def test_tables_in_memory_may_be_of_pandas() -> None:
    frame = pa.table({"a": [1, 2, 3, None], "b": ["x", "y", "x", "y"]}).to_pandas()
    report = front_door.evaluate({"t": frame}, {"t": frame})

    assert (report.quality, report.tables[0].rows_real) == (1, 4)
