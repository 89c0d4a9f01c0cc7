"""The same bytes for any number of workers."""

from __future__ import annotations

import errno
import hashlib
import os
from multiprocessing.context import BaseContext
from pathlib import Path

import pytest

import syndata
from syndata.local.verifying import verify

pytestmark = pytest.mark.slow

ROWS = 700_000


def digests(directory: Path) -> dict[str, str]:
    """Every file by the digest of its bytes."""
    found = {}
    for path in directory.iterdir():
        with path.open("rb") as stream:
            found[path.name] = hashlib.file_digest(stream, "sha256").hexdigest()
        path.unlink()
    return found


@pytest.mark.parametrize("output_format", ["csv", "json", "jsonl", "parquet"])
def test_workers_do_not_show_in_the_bytes(tmp_path: Path, output_format: str) -> None:
    plan = syndata.plan("user", rows=ROWS)
    assert plan.tables[0].parts > 2

    seen = []
    for workers in (1, 2, 3):
        syndata.write("user", tmp_path, output_format=output_format, workers=workers, rows=ROWS)  # type: ignore[arg-type] # a parameter
        seen.append(digests(tmp_path))

    assert seen[0] == seen[1] == seen[2]


def test_workers_that_cannot_be_forked_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the caller has threads, workers start afresh and bind the plan themselves."""
    syndata.write("user", tmp_path / "one", rows=ROWS)
    monkeypatch.setattr("syndata.local.crew._may_fork", lambda: False)
    syndata.write("user", tmp_path / "two", rows=ROWS, workers=2)

    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_system_without_semaphores_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(_context: BaseContext) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    syndata.write("user", tmp_path / "one", rows=ROWS)
    monkeypatch.setattr(BaseContext, "Lock", none_left)
    syndata.write("user", tmp_path / "two", rows=ROWS, workers=2)

    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_large_dataset_is_verified_whole_and_in_part(tmp_path: Path) -> None:
    syndata.write("user", tmp_path, rows=ROWS, workers=2)
    whole = verify(tmp_path)
    part = verify(tmp_path, sample=2)
    file = next(tmp_path.glob("*.csv"))
    with file.open("r+b") as stream:
        stream.seek(-1000, os.SEEK_END)
        at = stream.tell()
        byte = stream.read(1)
        stream.seek(at)
        stream.write(bytes([byte[0] ^ 4]))
    found = verify(tmp_path, sample=1).findings

    assert not whole.findings
    assert whole.regenerated == whole.parts > 2
    assert not part.findings
    assert part.regenerated == 2
    assert [(one.start, one.stop) for one in found] == [(at, at + 1)]
    assert found[0].part == whole.parts - 1
