"""Programs of this machine as servers: they come back on the same data, and go with their parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.mongodb import FerretDB
from deploy.local.places import free_ports
from deploy.local.processes import Process
from deploy.local.s3 import Rclone
from deploy.local.server import LocalServer, NotStarted
from deploy.local.services import SERVICES, local_server
from tests.e2e.servers import kept
from tests.servers.plugin import PrivateServers
from tests.servers.sources import started

REPOSITORY = Path(__file__).resolve().parents[3]


def listens(port: int) -> bool:
    """Whether anybody accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def ferretdb(tmp_path: Path) -> Iterator[FerretDB]:
    """The quickest of the programs, not started."""
    if not FerretDB.find():
        pytest.skip("FerretDB is not installed; run: python -m deploy.local install mongodb")
    server = FerretDB(tmp_path / "ferretdb", dies_with_parent=True)
    yield server
    server.end()


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_what_was_confirmed_survives_a_kill_and_a_start(service: str, private_servers: PrivateServers) -> None:
    """After SIGKILL and a start on the same directory, the address is the same and what was confirmed is there."""
    server = private_servers(service)
    assert server.local is not None
    url, port = server.url, server.local.port
    kept.write(service, url)

    server.kill()
    assert not server.local.alive
    assert not listens(port)

    server.start()
    assert server.local.url == url
    assert kept.read(service, url) == kept.TEXT


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_what_was_confirmed_survives_a_stop_in_good_order(service: str, private_servers: PrivateServers) -> None:
    server = private_servers(service)
    assert server.local is not None
    kept.write(service, server.url)

    server.stop()
    assert not listens(server.local.port)

    server.start()
    assert kept.read(service, server.url) == kept.TEXT


def test_rclone_keeps_objects_over_a_kill(tmp_path: Path) -> None:
    """The lesser choice for S3 serves too."""
    if not Rclone.find():
        pytest.skip("rclone is not installed")
    server = started(Rclone(tmp_path / "rclone", dies_with_parent=True))
    try:
        kept.write("s3", server.url)
        server.kill()
        server.start()

        assert server.name.startswith("rclone v")
        assert kept.read("s3", server.url) == kept.TEXT
    finally:
        server.end()


@pytest.mark.slow
def test_a_killed_broker_hurts_no_other(private_servers: PrivateServers) -> None:
    """Two nodes have nothing in common: neither ports nor names nor data."""
    first, second = private_servers("rabbitmq"), private_servers("rabbitmq")
    kept.write("rabbitmq", second.url)

    first.kill()

    assert kept.read("rabbitmq", second.url) == kept.TEXT


def test_a_directory_is_the_server(ferretdb: FerretDB) -> None:
    """Another object on the same directory finds it running, and stops it."""
    ferretdb.start()
    again = FerretDB(ferretdb.directory)

    assert (again.url, again.pid, again.title) == (ferretdb.url, ferretdb.pid, ferretdb.title)

    again.stop()
    assert not ferretdb.alive


def test_starting_what_runs_changes_nothing(ferretdb: FerretDB) -> None:
    ferretdb.start()
    before = ferretdb.pid

    ferretdb.start()

    assert ferretdb.pid == before


def test_a_program_that_ends_at_once_is_told_with_its_last_words(ferretdb: FerretDB) -> None:
    """Its port is taken: the error carries what the program said about it."""
    with socket.create_server(("127.0.0.1", ferretdb.port)), pytest.raises(NotStarted, match="address already in use"):
        ferretdb.start()

    assert not ferretdb.alive


def test_a_server_ends_with_its_parent(ferretdb: FerretDB) -> None:
    """A test run that is killed leaves no server behind."""
    start = (
        "import sys, time; from pathlib import Path; from deploy.local.mongodb import FerretDB\n"
        "FerretDB(Path(sys.argv[1]), dies_with_parent=True).start(); print('started', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", start, str(ferretdb.directory)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        orphan = FerretDB(ferretdb.directory)
        assert orphan.alive

        parent.kill()

    assert ends(orphan)


def test_a_server_stays_when_it_is_to_stay(ferretdb: FerretDB) -> None:
    """What `start` of the command left running is found and stopped by another process."""
    start = "import sys; from pathlib import Path; from deploy.local.mongodb import FerretDB; FerretDB(Path(sys.argv[1])).start()"
    subprocess.run([sys.executable, "-c", start, str(ferretdb.directory)], cwd=REPOSITORY, check=True)

    left = FerretDB(ferretdb.directory)
    assert left.alive

    left.stop()
    assert not left.alive


def ends(server: LocalServer, seconds: float = 10) -> bool:
    """Whether it is gone within that time."""
    deadline = time.monotonic() + seconds
    while server.alive:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_an_id_that_now_belongs_to_another_is_never_signalled() -> None:
    """This very process, remembered with another moment of start, counts as gone."""
    impostor = Process(os.getpid(), started=1)

    assert not impostor.alive
    assert impostor.end(signal.SIGKILL, seconds=1)


def test_free_ports_differ_and_lie_below_those_of_outgoing_connections() -> None:
    ports = free_ports(20)

    assert len(set(ports)) == 20
    assert max(ports) < 32_768


def test_the_best_installed_program_is_taken(tmp_path: Path) -> None:
    for service, candidates in SERVICES.items():
        installed = [candidate for candidate in candidates if candidate.find()]
        if installed:
            assert type(local_server(service, tmp_path / service)) is installed[0]
