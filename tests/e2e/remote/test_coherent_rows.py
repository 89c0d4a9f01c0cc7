"""Several locales, real places and telephones, made by the services: byte for byte what the command makes here."""

from __future__ import annotations

from pathlib import Path

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
