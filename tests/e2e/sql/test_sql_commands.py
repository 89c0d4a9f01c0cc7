"""`syndata generate` and `syndata verify` with the formats of SQL."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import syndata as sdk
from syndata.local.verifying import verify
from syndata_contracts.manifest import Manifest
from syndata_contracts.schema import OutputFormat
from tests.running import Command

SCHEMAS = {"sql": {"schema.postgresql.sql", "schema.sqlite.sql"}, "copy": {"schema.postgresql.sql"}}
FORMATS: tuple[OutputFormat, ...] = ("sql", "copy")


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_directory_holds_tables_schemas_plan_and_manifest(
    shop: Path, tmp_path: Path, syndata: Command, output_format: OutputFormat
) -> None:
    outcome = syndata(
        "generate", "--config", shop, "--output-format", output_format, "--output-dir", tmp_path / "out", "--json"
    )
    verified = syndata("verify", tmp_path / "out")

    assert outcome.code == 0, outcome.err
    tables = {f"customers.{output_format}", f"orders.{output_format}"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *tables,
        *SCHEMAS[output_format],
        "plan.json",
        "manifest.json",
    }
    assert verified.code == 0, verified.out
    assert verified.out.startswith("verified: 1,300 rows")


@pytest.mark.parametrize("output_format", FORMATS)
def test_any_flipped_byte_is_found(shop: Path, tmp_path: Path, output_format: OutputFormat) -> None:
    """Whichever byte of whichever file, those that create the tables included; there it is named to the byte."""
    directory = tmp_path / "out"
    sdk.write(shop, directory, output_format=output_format)
    files = sorted(path.name for path in directory.iterdir())

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(files), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
    @example("schema.postgresql.sql", 0.0, 1)
    @example("schema.postgresql.sql", 0.999999, 4)
    @example(f"orders.{output_format}", 0.999999, 4)
    def flipped(name: str, at: float, bits: int) -> None:
        body = (directory / name).read_bytes()
        position = int(at * len(body))
        changed = bytearray(body)
        changed[position] ^= bits
        (directory / name).write_bytes(changed)
        try:
            findings = verify(directory).findings
        finally:
            (directory / name).write_bytes(body)

        assert findings
        assert any(finding.file == name for finding in findings)
        if not name.endswith(".json"):
            first, stop = findings[0].start or 0, findings[0].stop or 0
            # Closing bytes are named as a whole, every other byte by itself.
            assert first <= position < stop <= first + (3 if name.endswith(".copy") else 1)

    flipped()


def test_schemas_that_are_cut_or_longer_are_found_and_missing_ones_noted(shop: Path, tmp_path: Path) -> None:
    sdk.write(shop, tmp_path, output_format="sql")
    path = tmp_path / "schema.sqlite.sql"
    body = path.read_bytes()

    for changed, place in ((body + b"DROP TABLE orders;\n", len(body)), (body[:-5], len(body) - 5)):
        path.write_bytes(changed)
        assert [(one.file, one.start) for one in verify(tmp_path).findings] == [("schema.sqlite.sql", place)]
    path.unlink()
    seen = verify(tmp_path)
    assert not seen.findings
    assert seen.notes == ["schema.sqlite.sql, which creates the tables, is not here; the rows are whole without it"]


def test_schemas_of_an_earlier_run_are_told_apart(shop: Path, tmp_path: Path) -> None:
    sdk.write(shop, tmp_path, output_format="sql")
    sdk.write(shop, tmp_path, output_format="csv")

    notes = verify(tmp_path).notes
    for name in ("schema.postgresql.sql", "schema.sqlite.sql", "orders.sql"):
        assert f"{name} is no part of this dataset; it may be older" in notes


def test_what_sql_cannot_say_is_refused_and_nothing_stays(tmp_path: Path, inside: Command) -> None:
    config = tmp_path / "nul.json"
    columns = {"x": {"rule": {"type": "choice", "value": ["a", "b\0"]}}, "y" * 64: "email"}
    config.write_text(json.dumps({"tables": {"t": {"rows": 3, "columns": columns}}}))
    for output_format in FORMATS:
        outcome = inside(
            "generate", "--config", config, "--output-format", output_format, "--output-dir", tmp_path / "out"
        )

        assert outcome.code == 3
        assert not (tmp_path / "out").exists()
    assert inside("generate", "--config", config, "--output-format", "csv", "--output-dir", tmp_path / "out").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("output_format", FORMATS)
def test_workers_do_not_show_in_the_bytes(tmp_path: Path, output_format: OutputFormat) -> None:
    rows = 300_000
    assert sdk.plan("user", rows=rows).tables[0].parts > 2

    seen = []
    for workers in (1, 2, 3):
        directory = tmp_path / str(workers)
        sdk.write("user", directory, output_format=output_format, workers=workers, rows=rows)
        seen.append({path.name: sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()})

    assert seen[0] == seen[1] == seen[2]
    manifest = Manifest.from_bytes((tmp_path / "1" / "manifest.json").read_bytes())
    assert (tmp_path / "1" / f"customers.{output_format}").stat().st_size == manifest.tables[0].bytes
