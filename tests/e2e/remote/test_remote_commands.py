"""The commands that ask a server, typed as a user types them."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndata import Client
from tests.e2e.remote.serving import Server
from tests.running import SHOP, Command, environment

MANY = 2_000_000
"""Rows that take long enough to be paused on the way."""
NOBODY = "0" * 36


@pytest.fixture
def door(server: Server) -> tuple[str, ...]:
    """The options that lead to the server."""
    return ("--server", server.url, "--api-key-file", str(server.key_file))


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server.url, server.key) as one:
        yield one


@pytest.fixture
def held(client: Client) -> Iterator[str]:
    """A job that is paused, and cancelled in the end."""
    job = client.create_job(preset="user", rows=MANY)
    client.pause(job.id)
    yield job.id
    client.cancel(job.id)


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_submitted_and_waited_for_it_is_what_generate_writes(
    syndata: Command, tmp_path: Path, door: tuple[str, ...]
) -> None:
    """50,000 rows: every file has the same bytes, the manifest included, and `verify` proves them."""
    outcome = syndata("submit", "--preset", "user", "--rows", "50000", "--wait", "--output-dir", "there", *door)

    assert outcome.code == 0, outcome.err
    assert "completed: 50,000 of 50,000 rows (100%)" in outcome.err
    assert "is completed: 50,000 rows" in outcome.out
    assert syndata("generate", "--preset", "user", "--rows", "50000", "--output-dir", "here").code == 0
    assert files(tmp_path / "there") == files(tmp_path / "here")
    assert syndata("verify", "there", "--sample", "1").code == 0


@pytest.mark.parametrize("output_format", ["sql", "copy"])
def test_what_creates_the_tables_comes_along(
    syndata: Command, tmp_path: Path, shop: Path, door: tuple[str, ...], output_format: str
) -> None:
    """SQL from a server is what `generate` writes, the files that create the tables included; in the archive too."""
    asked = ("--config", str(shop), "--output-format", output_format)
    outcome = syndata("submit", *asked, "--archive", "zip", "--output-dir", "there", *door)

    assert outcome.code == 0, outcome.err
    assert syndata("generate", *asked, "--output-dir", "here").code == 0
    here, there = files(tmp_path / "here"), files(tmp_path / "there")
    archive = there.pop("archive.zip")
    packed = zipfile.ZipFile(io.BytesIO(archive))
    assert there == here
    assert {name: packed.read(name) for name in packed.namelist()} == here
    assert "schema.postgresql.sql" in here


def test_submit_tells_json_and_nothing_else(inside: Command, shop: Path, tmp_path: Path, door: tuple[str, ...]) -> None:
    submitted = inside("submit", "--config", shop, "--label", "a shop", "--json", *door)
    waited = inside("submit", "--config", shop, "--archive", "zip", "--output-dir", "out", "--json", *door)

    job = submitted.document["job"]
    assert (job["label"], job["rows"], job["warnings"]) == ("a shop", 1300, [])
    assert waited.document["job"]["state"] == "completed"
    assert [Path(name).name for name in waited.document["download"]["files"]] == [
        "customers.csv",
        "orders.csv",
        "plan.json",
        "archive.zip",
        "manifest.json",
    ]
    assert submitted.err == waited.err == ""


def test_the_same_idempotency_key_gives_the_same_job(inside: Command, shop: Path, door: tuple[str, ...]) -> None:
    arguments = ("submit", "--config", shop, "--idempotency-key", "once", "--json", *door)

    first, again = inside(*arguments).document["job"], inside(*arguments).document["job"]

    assert (again["id"], first["replayed"], again["replayed"]) == (first["id"], False, True)


def test_a_configuration_is_refused_with_its_line(inside: Command, shop: Path, door: tuple[str, ...]) -> None:
    shop.write_text(SHOP.replace("rule: email", "rule: emial"))

    told = inside("submit", "--config", shop, *door)
    document = inside("submit", "--config", shop, "--json", *door)

    assert (told.code, document.code) == (3, 3)
    assert f"{shop}:9:" in told.err
    assert "did you mean email" in told.err
    fault = document.document["error"]["faults"][0]
    assert (fault["file"], fault["line"]) == (str(shop), 9)


def test_a_job_is_paused_resumed_and_cancelled(inside: Command, client: Client, door: tuple[str, ...]) -> None:
    job = client.create_job(preset="user", rows=MANY).id

    states = [inside(wish, job, "--json", *door).document["job"]["state"] for wish in ("pause", "resume", "cancel")]

    assert states[0] == "paused"
    assert states[1] in {"pending", "generating"}
    assert states[2] == "cancelled"
    assert inside("resume", job, *door).code == 3
    assert f"job {job} is cancelled" in inside("status", job, *door).out


def test_a_job_that_was_cancelled_ends_waiting_with_5(inside: Command, held: str, door: tuple[str, ...]) -> None:
    inside("cancel", held, *door)

    told = inside("status", held, "--monitor", *door)
    document = inside("status", held, "--monitor", "--json", *door)

    assert (told.code, document.code) == (5, 5)
    assert f"job {held} was cancelled" in told.err
    assert document.document["error"]["type"] == "job_failed"
    assert document.document["job"]["state"] == "cancelled"


def test_status_lists_jobs(inside: Command, client: Client, held: str, door: tuple[str, ...]) -> None:
    completed = client.wait(client.create_job(SHOP, label="the shop").id).id

    latest = inside("status", "--limit", "1", "--json", *door).document["jobs"]
    paused = inside("status", "--status", "paused", "--json", *door).document["jobs"]
    everything = inside("status", "--all", "--json", *door).document["jobs"]

    assert [job["id"] for job in latest] == [completed]
    assert held in {job["id"] for job in paused}
    assert {job["state"] for job in paused} == {"paused"}
    assert {completed, held} <= {job["id"] for job in everything}
    assert "the shop" in inside("status", *door).out


def test_interrupted_waiting_leaves_the_job_and_says_how_to_come_back(
    held: str, client: Client, server: Server
) -> None:
    command = [sys.executable, "-m", "syndata", "status", held, "--monitor", "--server", server.url]
    with subprocess.Popen(
        [*command, "--api-key-file", str(server.key_file)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("paused")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert process.returncode == 128 + signal.SIGINT
    assert f"the job goes on; come back to it with: syndata status {held} --monitor --server {server.url}" in err
    assert not out
    assert client.job(held).state == "paused"


def test_a_changed_byte_in_the_store_ends_a_download_with_5(
    inside: Command, client: Client, server: Server, tmp_path: Path, door: tuple[str, ...]
) -> None:
    job = client.wait(client.create_job(SHOP).id).id
    part = server.part(job)
    part.write_bytes(part.read_bytes().replace(b"customer_id", b"customer_ID"))

    told = inside("download", job, "--output-dir", "out", *door)
    document = inside("download", job, "--output-dir", "out", "--json", *door)

    assert (told.code, document.code) == (5, 5)
    assert "customers.csv, part 0" in told.err
    assert document.document["error"]["type"] == "damaged"
    assert not (tmp_path / "out").exists()


def test_a_directory_that_cannot_be_written_is_refused_before_a_job_is_made(
    inside: Command, client: Client, shop: Path, door: tuple[str, ...]
) -> None:
    before = len(list(client.jobs()))

    outcome = inside("submit", "--config", shop, "--output-dir", shop, *door)

    assert outcome.code == 3
    assert "cannot be an output directory" in outcome.err
    assert len(list(client.jobs())) == before


def test_an_unknown_job_and_a_wrong_key_are_refused(inside: Command, server: Server, tmp_path: Path) -> None:
    wrong = tmp_path / "key"
    wrong.write_text("not the key\n".replace(" ", "-"))

    unknown = inside("status", NOBODY, "--server", server.url, "--api-key-file", server.key_file)
    stranger = inside("status", "--server", server.url, "--api-key-file", wrong)
    keyless = inside("status", "--server", server.url, "--json")
    unreadable = inside("status", "--server", server.url, "--api-key-file", tmp_path / "nothing")

    assert [one.code for one in (unknown, stranger, keyless, unreadable)] == [3, 3, 3, 3]
    assert f"there is no job {NOBODY}" in unknown.err
    assert "the API key is not known here" in stranger.err
    assert "an API key is needed" in keyless.document["error"]["faults"][0]["what"]
    assert "the API key cannot be read: No such file or directory" in unreadable.err


def test_the_environment_says_where_the_server_is(
    inside: Command, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNDATA_URL", server.url)
    monkeypatch.setenv("SYNDATA_API_KEY", server.key)

    assert inside("status", "--limit", "1").code == 0


def test_a_server_that_is_away_ends_a_command_with_4(inside: Command) -> None:
    outcome = inside("status", "--server", "http://127.0.0.1:9", "--json")

    assert outcome.code == 4
    assert outcome.document["error"]["type"] == "unavailable"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status", "--monitor"), "name the JOB"),
        (("status", NOBODY, "--all"), "name no JOB"),
        (("submit",), "--config FILE or --preset"),
        (("submit", "--preset", "user", "--idempotency-key", ""), "1 to 255"),
        (("download", NOBODY), "--output-dir"),
    ],
)
def test_what_makes_no_sense_is_a_matter_of_usage(inside: Command, arguments: tuple[str, ...], said: str) -> None:
    outcome = inside(*arguments)

    assert outcome.code == 2
    assert said in outcome.err
