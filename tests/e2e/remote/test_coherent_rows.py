"""Several locales, real places and telephones, made by the services: byte for byte what the command makes here."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2

from syndata.client import Client
from tests.e2e.remote.serving import Server
from tests.e2e.test_coherent_rows import SHOPS
from tests.running import Command


def test_a_job_s_files_are_those_of_the_command(server: Server, inside: Command, tmp_path: Path) -> None:
    (tmp_path / "shops.yaml").write_text(SHOPS)
    assert inside("generate", "--config", "shops.yaml", "--output-dir", "here").code == 0
    typed = (
        "--server",
        server.url,
        "--api-key-file",
        tmp_path / "key",
        "--config",
        "shops.yaml",
        "--output-dir",
        "there",
    )
    (tmp_path / "key").write_text(server.key)
    outcome = inside("submit", *typed)

    assert outcome.code == 0, outcome.err
    for name in ("customers.csv", "orders.csv", "plan.json", "manifest.json"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name


def test_a_preview_is_of_the_same_rows(server: Server, inside: Command, tmp_path: Path) -> None:
    (tmp_path / "shops.yaml").write_text(SHOPS)
    shown = inside(
        "rows", "--config", "shops.yaml", "--table", "customers", "--start", "9", "--count", "2", "--json"
    ).document
    with Client(server.url, api_key=server.key) as client:
        there = client.preview(config=SHOPS, table="customers", start=9, count=2)

    assert [row["city"] for row in shown["rows"]] == [row["city"] for row in there.rows]


def test_rows_over_rest_are_those_of_json_lines_to_the_digit(server: Server, inside: Command, tmp_path: Path) -> None:
    """Of a configuration and of a job."""
    columns = {
        "price": {"type": "decimal(8,2)", "rule": {"type": "choice", "value": ["12.50"]}},
        "at": {"type": "datetime", "zone": "Europe/Rome", "rule": {"type": "range", "min": "2024-01-01", "max": "2024-02-01"}},
        "wait": {"type": "duration", "rule": {"type": "range", "min": "1h", "max": "9h"}},
    }  # fmt: skip
    config = {"tables": {"t": {"rows": 3, "columns": columns}}}
    (tmp_path / "c.json").write_text(json.dumps(config))
    assert inside("generate", "--config", "c.json", "--output-format", "jsonl", "--output-dir", "out").code == 0
    lines = (tmp_path / "out" / "t.jsonl").read_text().splitlines()
    headers = {"X-API-Key": server.key}
    with httpx2.Client(base_url=server.url, headers=headers, timeout=60) as client:
        looked = client.post("/api/v1/previews", json={"config": config, "table": "t", "count": 3}).text
        job = client.post("/api/v1/jobs", json={"config": config}).json()["data"]["id"]
        of_job = client.get(f"/api/v1/jobs/{job}/rows").text

    assert ",\n".join(lines) in looked
    assert ",\n".join(lines) in of_job
