"""The services write what the command writes."""

from __future__ import annotations

from pathlib import Path

import pytest

import syndata
from syndata.local.verifying import verify
from syndata_contracts.errors import SyndataError
from syndata_contracts.schema import OutputFormat
from tests.e2e.remote.serving import up
from tests.running import SHOP


def test_a_job_has_the_tables_and_the_manifest_that_the_command_writes(tmp_path: Path) -> None:
    formats: tuple[OutputFormat, ...] = ("sql", "copy")
    with up(tmp_path / "server") as server, syndata.Client(server.url, server.key) as client:
        for output_format in formats:
            job = client.create_job(SHOP, seed=7, output_format=output_format)
            client.wait(job.id)
            client.download(job.id, tmp_path / "there" / output_format)

    for output_format in formats:
        here, there = tmp_path / "here" / output_format, tmp_path / "there" / output_format
        syndata.write(SHOP, here, seed=7, output_format=output_format)
        for name in (f"customers.{output_format}", f"orders.{output_format}", "plan.json", "manifest.json"):
            assert (there / name).read_bytes() == (here / name).read_bytes()
        assert not verify(there).findings


def test_a_job_whose_names_sql_cannot_say_fails_with_the_reason(tmp_path: Path) -> None:
    config = {"tables": {"t": {"rows": 3, "columns": {"y" * 64: "email"}}}}
    with (
        up(tmp_path / "server") as server,
        syndata.Client(server.url, server.key) as client,
        pytest.raises(SyndataError, match="64 bytes long"),
    ):
        client.wait(client.create_job(config, output_format="sql").id)
