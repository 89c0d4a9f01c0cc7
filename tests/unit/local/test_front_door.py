"""What the Python functions take, and what they refuse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

import syndata
from syndata.preparing import parse_as_of
from syndata_contracts.errors import Refused
from tests.running import SHOP


def test_every_form_of_configuration_gives_the_same_plan(shop: Path) -> None:
    plans = {syndata.plan(form).digest for form in (SHOP, shop, str(shop), yaml.safe_load(SHOP))}

    assert len(plans) == 1


def test_generate_gives_tables() -> None:
    tables = syndata.generate(SHOP)

    assert list(tables) == ["customers", "orders"]
    assert tables["orders"].num_rows == 1000
    assert tables["orders"].column_names == ["order_id", "customer_id", "status"]
    assert set(tables["orders"]["customer_id"].to_pylist()) <= set(tables["customers"]["customer_id"].to_pylist())


def test_rows_are_those_of_generate() -> None:
    assert syndata.rows(SHOP, "orders", 700, 50) == syndata.generate(SHOP)["orders"].slice(700, 50)
    assert syndata.rows(SHOP, "orders", 0, 0).num_rows == 0


def test_a_preset_can_be_taken_as_a_text() -> None:
    assert syndata.plan(syndata.load_preset("user"), rows=10).digest == syndata.plan("user", rows=10).digest


@pytest.mark.parametrize("config", ["no-such.yaml", Path("user"), "bad\0name", ".", "", "usr"])
def test_what_is_no_configuration_is_refused(config: str | Path) -> None:
    with pytest.raises(Refused):
        syndata.generate(config)


@pytest.mark.parametrize(
    "given", [{"rows": -1}, {"seed": -1}, {"seed": 2**64}, {"as_of": "soon"}, {"as_of": "2026-13-01"}]
)
def test_values_out_of_range_are_refused(given: syndata.Given) -> None:
    with pytest.raises(Refused):
        syndata.plan(SHOP, **given)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:00:00", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00+02:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        (date(2026, 1, 31), datetime(2026, 1, 31, tzinfo=UTC)),
        (datetime(2026, 1, 31, 2, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 1, 31, tzinfo=UTC)),
    ],
)
def test_moments(text: str | date, moment: datetime) -> None:
    assert parse_as_of(text) == moment


def test_a_moment_beyond_all_years_is_refused() -> None:
    with pytest.raises(Refused):
        parse_as_of("0001-01-01T00:00:00+10:00")


def test_write_takes_the_formats_of_the_configuration(tmp_path: Path) -> None:
    written = syndata.write(SHOP.replace("locale: en_US", "locale: en_US\noutput_format: jsonl"), tmp_path)

    assert written.manifest.output_format == "jsonl"
    assert not syndata.verify(tmp_path).findings


def test_sha256_digests_are_verified(tmp_path: Path) -> None:
    from syndata.local.writing import Output, write_dataset
    from syndata.preparing import prepare

    write_dataset(prepare(SHOP), Output(tmp_path, "csv", 1, "sha256"))

    assert not syndata.verify(tmp_path).findings
