"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from syndata.local.landing import Landing, unwritable, write_at
from syndata_contracts.errors import Refused, Unavailable


def dead_pid() -> int:
    """The number of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def test_files_get_their_names_together(tmp_path: Path) -> None:
    with Landing(tmp_path, ["a.csv", "plan.json"]) as landing:
        landing.create("a.csv")
        landing.create("plan.json")
        landing.write("a.csv", b"world", 5)
        landing.write("a.csv", b"hello", 0)
        assert all(name.startswith(".") for name in names(tmp_path))
        landing.keep(b"{}")

    assert names(tmp_path) == {"a.csv", "plan.json", "manifest.json"}
    assert (tmp_path / "a.csv").read_bytes() == b"helloworld"


def test_nothing_remains_of_a_run_that_failed(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "er"

    with pytest.raises(ZeroDivisionError), Landing(target, ["a.csv"]) as landing:
        landing.create("a.csv")
        raise ZeroDivisionError

    assert not names(tmp_path)


def test_an_old_manifest_is_gone_before_the_first_new_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that dies while it renames leaves files without a manifest, never with the wrong one."""
    (tmp_path / "manifest.json").write_text("old")
    (tmp_path / "a.csv").write_text("old")
    seen: list[bool] = []

    def dies(self: Path, target: Path) -> Path:
        seen.append((tmp_path / "manifest.json").exists())
        raise OSError(errno.EIO, "broken disk")

    with pytest.raises(Unavailable), Landing(tmp_path, ["a.csv"]) as landing:
        landing.create("a.csv")
        monkeypatch.setattr(Path, "replace", dies)
        landing.keep(b"{}")

    assert seen == [False]
    assert names(tmp_path) == {"a.csv"}


def test_leftovers_of_killed_runs_are_cleared_and_nothing_else(tmp_path: Path) -> None:
    dead, alive = dead_pid(), os.getppid()
    kept = {f".a.csv.partial-{alive}", ".a.csv.partial-", ".a.csv.partial-1x", f"a.csv.partial-{dead}", ".hidden", "b"}
    for name in kept | {f".a.csv.partial-{dead}", f".old.json.partial-{dead}"}:
        (tmp_path / name).touch()

    with Landing(tmp_path, ["a.csv"]):
        pass

    assert names(tmp_path) == kept


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Landing(tmp_path, ["a.csv"]), pytest.raises(Unavailable, match="another run"), Landing(tmp_path, ["b.csv"]):
        pass

    with Landing(tmp_path, ["b.csv"]):
        pass


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for path in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(Refused), Landing(path, ["a.csv"]):
            pass


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, Unavailable),
        (errno.EDQUOT, Unavailable),
        (errno.EFBIG, Unavailable),
        (errno.EIO, Unavailable),
        (errno.EACCES, Refused),
        (errno.EROFS, Refused),
        (errno.ENAMETOOLONG, Refused),
    ],
)
def test_what_a_failed_write_means(number: int, kind: type[Exception]) -> None:
    error = unwritable(OSError(number, os.strerror(number)), "out")

    assert type(error) is kind
    assert "out" in str(error)


def test_write_at_takes_many_bites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite
    monkeypatch.setattr("os.pwrite", lambda descriptor, view, at: real(descriptor, view[:3], at))
    with (tmp_path / "a").open("wb") as stream:
        write_at(stream.fileno(), memoryview(b"0123456789"), 2)

    assert (tmp_path / "a").read_bytes() == b"\0\0" + b"0123456789"
