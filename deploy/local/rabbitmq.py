"""RabbitMQ from the system's packages, run as a node of our own and never as the system's service."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.local.processes import Command
from deploy.local.server import LocalServer, NotInstalled, Say
from deploy.local.wire import rabbitmq_title

PACKAGE = "rabbitmq-server"
DEBIAN = Path("/usr/lib/rabbitmq/lib")
"""Debian's own scripts; the one on its PATH changes the user and knows only the system's node."""
START_POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian asks this program whether a fresh package may start its service; 101 says no."""


class RabbitMQ(LocalServer):
    """A node with its own name, cookie, data and ports, and its own register of names (epmd) beside it."""

    service = "rabbitmq"
    program = "rabbitmq-server"
    port_roles = ("amqp", "distribution", "names")

    @classmethod
    def find(cls) -> Path | None:
        scripts = sorted(DEBIAN.glob("rabbitmq_server-*/sbin/rabbitmq-server"))
        elsewhere = None if DEBIAN.exists() else shutil.which("rabbitmq-server")
        found = scripts[-1] if scripts else Path(elsewhere) if elsewhere else None
        return found if found and shutil.which("epmd") and shutil.which("erl") else None

    @classmethod
    def install(cls, say: Say) -> Path:
        if found := cls.find():
            say(f"rabbitmq: {found} is there")
            return found
        installer = shutil.which("apt-get")
        if installer is None or os.geteuid() != 0:
            raise NotInstalled(
                f"rabbitmq: install the package {PACKAGE} (Debian, Ubuntu, as root: apt-get install {PACKAGE}), "
                "or name a broker with SYNDATA_TEST_RABBITMQ_URL"
            )
        say(f"rabbitmq: installing the package {PACKAGE}")
        before = time.monotonic()
        _install_package(installer)
        found = cls.find()
        if found is None:
            raise NotInstalled(f"rabbitmq: the package {PACKAGE} is installed, but its program was not found")
        say(f"rabbitmq: {found} installed in {time.monotonic() - before:.0f} s")
        return found

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def commands(self) -> Sequence[Command]:
        script, register = self.find(), shutil.which("epmd")
        if script is None or register is None:
            raise NotInstalled("rabbitmq: nothing is installed; run: python -m deploy.local install rabbitmq")
        self._configure()
        names = {"ERL_EPMD_PORT": str(self.ports["names"]), "ERL_EPMD_ADDRESS": "127.0.0.1"}
        node = {
            # Without it the script stays as a parent in between, and killing that would not kill the node.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_NODENAME": "syndata@localhost",
            "RABBITMQ_DIST_PORT": str(self.ports["distribution"]),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.directory / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.data),
            "RABBITMQ_LOG_BASE": str(self.directory),
            "RABBITMQ_LOGS": "-",
            # Several nodes on one machine must not all sit on its first core.
            "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        return [
            Command("names", [register, "-port", names["ERL_EPMD_PORT"], "-address", "127.0.0.1"], self._environment()),
            Command("node", [str(script)], self._environment(**names, **node)),
        ]

    def greeting(self) -> str | None:
        return rabbitmq_title("127.0.0.1", self.port)

    def _configure(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "enabled_plugins").write_text("[].\n", encoding="utf-8")
        (self.directory / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            # The journal of quorum queues; the default of 512 MB is for machines of their own.
            "raft.wal_max_size_bytes = 64000000\n",
            encoding="utf-8",
        )


def _install_package(installer: str) -> None:
    before = set(_process_ids())
    ours = not START_POLICY.exists()
    if ours:
        START_POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        START_POLICY.chmod(0o755)
    try:
        # A list of packages that cannot be renewed, of some other source perhaps, need not hinder the install.
        _run([installer, "update", "-qq"])
        done = _run([installer, "install", "-y", "-qq", "--no-install-recommends", PACKAGE])
        if done.returncode:
            raise NotInstalled(f"rabbitmq: {installer} failed:\n{done.stdout[-500:]}{done.stderr[-2000:]}")
    finally:
        if ours:
            START_POLICY.unlink()
    _stop_service(before)


def _stop_service(before: set[int]) -> None:
    """Leave nothing running that the package started, now or at the next boot. What ran `before` is not touched."""
    services = shutil.which("systemctl")
    if services and Path("/run/systemd/system").exists():
        _run([services, "disable", "--now", PACKAGE])
    try:
        user = pwd.getpwnam("rabbitmq").pw_uid
    except KeyError:
        return
    for pid in set(_process_ids()) - before:
        with suppress(FileNotFoundError, ProcessLookupError):
            if Path(f"/proc/{pid}").stat().st_uid == user:
                os.kill(pid, signal.SIGTERM)


def _process_ids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
