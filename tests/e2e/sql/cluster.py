"""A PostgreSQL of our own: a cluster in an empty directory, reached by a socket in it, that dies with the tests."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1


class NoPostgresql(Exception):
    """There is no server here, and why."""


@dataclass(frozen=True, slots=True)
class Postgresql:
    """A running server."""

    psql: str
    directory: Path
    """Where its socket is."""

    @property
    def environment(self) -> dict[str, str]:
        """What makes psql reach it, whatever the machine's own settings are."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        programs = f"{Path(self.psql).parent}{os.pathsep}{kept.get('PATH', '')}"
        # A client that would speak another encoding is the harder case: the files must say theirs.
        ours = {"PGHOST": str(self.directory), "PGUSER": "tester", "PGTZ": "UTC", "PGCLIENTENCODING": "LATIN1"}
        return {**kept, "PATH": programs, **ours}

    def run(self, database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run psql on a database; its outcome, not checked."""
        command = [self.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, *arguments]
        environment = {**self.environment, "PGCLIENTENCODING": "UTF8"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def ask(self, database: str, query: str) -> str:
        """What a query answers, one row on a line, its columns apart by a bar."""
        done = self.run(database, "-A", "-t", "-c", query)
        assert done.returncode == 0, done.stderr
        return done.stdout.removesuffix("\n")

    def create(self, database: str) -> None:
        """Make an empty database."""
        self.ask("postgres", f'CREATE DATABASE "{database}"')


@contextmanager
def started() -> Iterator[Postgresql]:
    """Make a cluster and run it; NoPostgresql where its programs are missing or it does not start."""
    programs = {name: _program(name) for name in ("initdb", "postgres", "psql")}
    user = _user()
    # Not in pytest's directory, which is closed to the user that the server runs as; and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="syndata-pg-") as top:
        directory = Path(top)
        if user is not None:
            os.chown(directory, user.pw_uid, user.pw_gid)
        data = directory / "data"
        _run(
            [programs["initdb"], "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            user,
            directory,
        )
        settings = ("listen_addresses=", f"unix_socket_directories={directory}", "fsync=off")
        command = [programs["postgres"], "-D", str(data), *(part for one in settings for part in ("-c", one))]
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=directory, env={"PATH": os.environ["PATH"]}, stdout=log, stderr=log,
                user=user and user.pw_uid, group=user and user.pw_gid, extra_groups=user and [],
                preexec_fn=_die_with_parent,  # noqa: PLW1509 -- it takes no lock that another thread could hold
            )  # fmt: skip
        server = Postgresql(programs["psql"], directory)
        try:
            _wait(server, process)
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(START_SECONDS)


def _program(name: str) -> str:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which(name, path=os.pathsep.join([*map(str, versions), os.environ.get("PATH", "")]))
    if found is None:
        raise NoPostgresql(f"there is no {name} on this machine (Debian: apt-get install postgresql)")
    return found


def _user() -> pwd.struct_passwd | None:
    """Who the server runs as: it refuses to be root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgresql("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _run(command: list[str], user: pwd.struct_passwd | None, directory: Path) -> None:
    done = subprocess.run(
        command, cwd=directory, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=120, check=False,
        user=user and user.pw_uid, group=user and user.pw_gid, extra_groups=user and [],
    )  # fmt: skip
    if done.returncode:
        raise NoPostgresql(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def _wait(server: Postgresql, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.run("postgres", "-c", "SELECT 1").returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoPostgresql(f"PostgreSQL did not start: {(server.directory / 'log').read_text()[-500:]}")
        time.sleep(0.05)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
