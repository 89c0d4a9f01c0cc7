"""What `generate` and `validate` say beside their work: time, references, progress; none of it changes a byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndata.cli.relationships import Checked
from tests.running import Command

LOUD = ("--wait", "--priority", "low", "--batch-size", "100", "--profile-performance", "--debug-relationships")


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_no_option_that_tells_more_changes_a_byte(syndata: Command, shop: Path, tmp_path: Path) -> None:
    """Run as a process of its own: a low priority is the process's."""
    assert syndata("generate", "--config", shop, "--output-dir", "quiet").code == 0
    outcome = syndata("generate", "--config", shop, "--output-dir", "loud", *LOUD)

    assert outcome.code == 0, outcome.err
    assert files(tmp_path / "quiet") == files(tmp_path / "loud")


def test_relationships_are_told_with_their_shape(inside: Command, shop: Path) -> None:
    outcome = inside("generate", "--config", shop, "--output-dir", "out", "--debug-relationships")

    assert "tables, parents first: customers, orders" in outcome.err
    assert "orders (customer_id) -> customers: plain" in outcome.err


def test_performance_is_told_by_step_table_and_column(inside: Command, shop: Path) -> None:
    text = inside("generate", "--config", shop, "--output-dir", "out", "--profile-performance").err
    document = inside(
        "generate",
        "--config",
        shop,
        "--output-dir",
        "again",
        "--profile-performance",
        "--debug-relationships",
        "--json",
    ).document

    assert "time: planning " in text
    assert "orders: " in text
    told = document["performance"]
    assert set(told["steps"]) == {"planning", "generating and writing"}
    assert [table["name"] for table in told["tables"]] == ["customers", "orders"]
    for table in told["tables"]:
        assert table["rows_per_second"] > 0
        shares = [column["share_of_work"] for column in table["columns"]]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1, abs=0.01)
    assert document["relationships"]["references"][0]["parents"] == ["customers"]


def test_nothing_more_is_told_unless_asked(inside: Command, shop: Path) -> None:
    outcome = inside("generate", "--config", shop, "--output-dir", "out", "--json")

    assert not {"performance", "relationships"} & outcome.document.keys()
    assert outcome.err == ""


def test_progress_is_told_by_batches_of_rows(inside: Command) -> None:
    outcome = inside(
        "generate", "--preset", "user", "--rows", "20000", "--output-dir", "out", "--batch-size", "5000", "--workers", "1"
    )  # fmt: skip

    told = [line for line in outcome.err.splitlines() if line.startswith("generated about ")]
    assert told
    assert all(line.endswith("of 20,000 rows") for line in told)
    assert all(int(line.split()[2].replace(",", "")) % 5_000 == 0 for line in told)


def test_a_template_is_a_preset(inside: Command, tmp_path: Path) -> None:
    inside("generate", "--preset", "user", "--rows", "50", "--output-dir", "one")
    inside("generate", "--template", "user", "--rows", "50", "--output-dir", "other")

    assert files(tmp_path / "one") == files(tmp_path / "other")


def test_a_high_priority_is_said_to_change_nothing_here(inside: Command, shop: Path) -> None:
    outcome = inside("generate", "--config", shop, "--output-dir", "out", "--priority", "high")

    assert (outcome.code, "note: --priority high changes nothing here" in outcome.err) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--template", "nonsense"), "there is no template 'nonsense'; there are user, "),
        (("--template", "user", "--preset", "user"), "this is the same as --preset"),
        (("--template", "user", "--config", "x.yaml"), "give either --config FILE or --preset"),
        (("--preset", "user", "--priority", "urgent"), "urgent"),
        (("--preset", "user", "--batch-size", "0"), "greater than or equal to 1"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_a_matter_of_usage(inside: Command, arguments: tuple[str, ...], said: str) -> None:
    outcome = inside("generate", *arguments, "--output-dir", "out")

    assert outcome.code == 2
    assert said in outcome.err
    assert not Path("out").exists()


def test_references_are_looked_up_row_by_row(inside: Command, shop: Path) -> None:
    text = inside("validate", "--config", shop, "--check-relationships")
    document = inside("validate", "--config", shop, "--check-relationships", "--json").document

    assert (text.code, "orders (customer_id) -> customers: 1,000 rows looked up, each has its parent" in text.out) == (
        0,
        True,
    )
    assert document["valid"] is True
    assert document["relationships"] == [
        {
            "child": "orders",
            "columns": ["customer_id"],
            "parent": "customers",
            "rows": 1000,
            "missing": 0,
            "why_not": "",
        }
    ]


def test_what_is_not_looked_up_says_why(inside: Command) -> None:
    out = inside("validate", "--config", _example("workspaces.yaml"), "--check-relationships").out

    assert (
        "-> issues: holds by construction; not looked up: another column says which of several parents is meant" in out
    )


def test_a_reference_that_does_not_hold_would_be_told() -> None:
    assert str(Checked("orders", ("c",), "customers", 10, 2)) == "orders (c) -> customers: 2 of 10 rows have no parent"


def test_damaged_references_are_not_taken_for_faults(inside: Command, tmp_path: Path) -> None:
    """Dirt that was asked for in a key is what the configuration says."""
    config = tmp_path / "dirty.yaml"
    config.write_text(
        """\
tables:
  - table_name: parents
    rows: 10
    columns:
      - { name: id, type: str, constraints: [PK], rule: { type: uuid } }
  - table_name: children
    rows: 50
    columns:
      - { name: parent_id, type: str, constraints: [FK] }
    foreign_keys:
      - { parent_table: parents, parent_column: id, child_column: parent_id }
    dirt:
      - { kind: missing, columns: parent_id, rate: 20%, keys: true }
"""
    )
    outcome = inside("validate", "--config", config, "--check-relationships")

    assert outcome.code == 0, outcome.err
    assert "not looked up: its columns are damaged on purpose" in outcome.out


def _example(name: str) -> Path:
    return Path(__file__).resolve().parents[2] / "examples" / name
