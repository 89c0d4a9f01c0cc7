"""Whatever ends a run, no half file stands under a final name."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import Command, environment

ROWS = "1500000"
"""Several parts, and some seconds of work."""

pytestmark = pytest.mark.slow


def started(directory: Path, *options: str) -> subprocess.Popen[str]:
    """Begin a large run and wait until bytes flow."""
    command = [sys.executable, "-m", "syndata", "generate", "--preset", "user", "--rows", ROWS]
    process = subprocess.Popen(
        [*command, "--output-dir", str(directory), *options],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if any(path.stat().st_size > 1 << 20 for path in directory.glob(".*partial-*")):
            return process
        time.sleep(0.005)
    process.kill()
    pytest.fail(f"the run did not get going: {process.communicate()}")


def digests(directory: Path) -> dict[str, str]:
    """Every file, hidden ones too, by the digest of its bytes."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()}


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing(tmp_path: Path, workers: str, number: signal.Signals) -> None:
    out = tmp_path / "out"
    process = started(out, "--workers", workers)

    process.send_signal(number)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 128 + number
    assert "nothing was left behind" in err
    assert "Traceback" not in err
    assert not out.exists()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_and_repeated_gives_the_same_bytes(tmp_path: Path, syndata: Command, workers: str) -> None:
    """After `kill -9` no final name exists, no worker lives on, and the next run clears up and gives the same bytes."""
    out = tmp_path / "out"
    process = started(out, "--workers", workers)
    process.kill()
    process.communicate(timeout=30)

    assert all(path.name.startswith(".") for path in out.iterdir())
    assert syndata("generate", "--preset", "user", "--rows", ROWS, "--output-dir", out, "--workers", "3").code == 0
    assert syndata("generate", "--preset", "user", "--rows", ROWS, "--output-dir", "whole", "--workers", "1").code == 0
    assert digests(out) == digests(tmp_path / "whole")


def test_workers_die_with_their_parent(tmp_path: Path) -> None:
    process = started(tmp_path / "out", "--workers", "2")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    process.communicate(timeout=30)

    assert len(children) == 2
    deadline = time.monotonic() + 10
    while any(running(int(child)) for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def running(pid: int) -> bool:
    """Whether a process of this number does anything; an unburied one does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_lost_worker_is_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = started(out, "--workers", "2")
    child = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]

    os.kill(int(child), signal.SIGKILL)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 4
    assert "worker" in err
    assert not out.exists()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, syndata: Command, workers: str) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20 << 20, 20 << 20))

    arguments = ("generate", "--preset", "user", "--rows", ROWS, "--output-dir", "out", "--workers", workers)
    outcome = syndata(*arguments, preexec=limit)

    assert outcome.code == 4
    assert "no space left" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_failed_run_leaves_the_dataset_that_was_there(tmp_path: Path, syndata: Command) -> None:
    syndata("generate", "--preset", "user", "--rows", "100", "--output-dir", "out")
    before = digests(tmp_path / "out")
    process = started(tmp_path / "out", "--workers", "2")

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    assert digests(tmp_path / "out") == before
    assert syndata("verify", "out").code == 0


def test_two_runs_into_one_directory(tmp_path: Path, syndata: Command) -> None:
    """The second says that the first is at work, and does not disturb it."""
    process = started(tmp_path / "out", "--workers", "1")

    second = syndata("generate", "--preset", "user", "--rows", "10", "--output-dir", "out")
    process.communicate(timeout=120)

    assert second.code == 4
    assert "another run" in second.err
    assert process.returncode == 0
    assert syndata("verify", "out", "--sample", "1").code == 0
