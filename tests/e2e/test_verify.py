"""Any changed byte is found and named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import syndata
from syndata.local.verifying import verify
from syndata_contracts.schema import OutputFormat
from tests.running import SHOP, Command

FORMATS: tuple[OutputFormat, ...] = ("csv", "json", "jsonl", "parquet")


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One dataset per format."""
    top = tmp_path_factory.mktemp("datasets")
    for output_format in FORMATS:
        syndata.write(SHOP, top / output_format, output_format=output_format)
    return top


@pytest.mark.parametrize("output_format", FORMATS)
def test_what_was_written_is_verified(datasets: Path, syndata: Command, inside: Command, output_format: str) -> None:
    outcome = syndata("verify", datasets / output_format)

    assert outcome.code == 0, outcome.out
    assert outcome.out.startswith("verified: 1,300 rows")
    assert inside("verify", datasets / output_format, "--sample", "1").code == 0
    assert inside("verify", datasets / output_format, "--json").document["verified"] is True


@pytest.mark.parametrize("output_format", FORMATS)
def test_any_flipped_byte_is_found(datasets: Path, output_format: str) -> None:
    """Whichever byte of whichever file: it is found, and in a table's file it is named to the byte."""
    directory = datasets / output_format
    files = sorted(path.name for path in directory.iterdir())

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(files), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
    @example(files[0], 0.0, 1)
    @example("manifest.json", 0.99999, 1)
    @example("plan.json", 0.5, 2)
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
        assert [finding.file for finding in findings] == [name]
        if not name.endswith(("plan.json", "manifest.json")):
            start, stop = findings[0].start, findings[0].stop
            assert start is not None
            assert stop is not None
            assert start <= position < stop
            assert findings[0].part is None or stop - start == 1

    flipped()


def test_cut_longer_and_missing_files_are_found(datasets: Path, inside: Command, tmp_path: Path) -> None:
    directory = tmp_path / "copy"
    shutil.copytree(datasets / "csv", directory)
    file = directory / "orders.csv"
    body = file.read_bytes()

    file.write_bytes(body[:-7])
    cut = inside("verify", directory)
    file.write_bytes(body + b"\n")
    longer = inside("verify", directory, "--json")
    file.unlink()
    missing = inside("verify", directory)

    assert cut.code == longer.code == missing.code == 5
    assert f"orders.csv, part 0, bytes {len(body) - 7} to {len(body) - 1}" in cut.out
    assert longer.document["findings"][0]["start"] == len(body)
    assert "orders.csv: is missing" in missing.out


def test_a_missing_manifest_or_plan_is_found(datasets: Path, inside: Command, tmp_path: Path) -> None:
    for name in ("plan.json", "manifest.json"):
        directory = tmp_path / name
        shutil.copytree(datasets / "csv", directory)
        (directory / name).unlink()
        outcome = inside("verify", directory)
        assert outcome.code == 5
        assert f"{name}: is missing" in outcome.out


def test_a_forged_dataset_is_found(datasets: Path, inside: Command, tmp_path: Path) -> None:
    """A file changed together with its digests is still not what the plan gives."""
    from syndata_contracts.digests import digest, digest_of_digests
    from syndata_contracts.manifest import Manifest

    directory = tmp_path / "forged"
    shutil.copytree(datasets / "csv", directory)
    body = (directory / "orders.csv").read_bytes()
    forged = body[:-2] + bytes([body[-2] ^ 1]) + body[-1:]
    (directory / "orders.csv").write_bytes(forged)
    document = json.loads((directory / "manifest.json").read_bytes())
    document.pop("manifest_digest")
    table = next(one for one in document["tables"] if one["name"] == "orders")
    table["parts"][0]["digest"] = digest(forged, "blake3")
    table["digest"] = digest_of_digests([table["parts"][0]["digest"], table["closing"]["digest"]], "blake3")
    (directory / "manifest.json").write_bytes(Manifest.model_validate(document).to_bytes())

    outcome = inside("verify", directory)

    assert outcome.code == 5
    assert "orders.csv, part 0" in outcome.out
    assert "is not what the plan gives" in outcome.out


def test_another_plan_is_found(datasets: Path, inside: Command, tmp_path: Path) -> None:
    directory = tmp_path / "other"
    shutil.copytree(datasets / "csv", directory)
    inside("generate", "--preset", "user", "--rows", "10", "--output-dir", "small")
    shutil.copy(tmp_path / "small" / "plan.json", directory / "plan.json")

    outcome = inside("verify", directory)

    assert outcome.code == 5
    assert outcome.out.startswith("plan.json: is not the plan")
