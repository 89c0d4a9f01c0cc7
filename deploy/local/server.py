"""A server as a program of this machine, on a directory and on ports that stay its own."""

from __future__ import annotations

import json
import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from deploy.local.places import free_ports
from deploy.local.processes import Command, Process, spawn

PATIENCE_SECONDS = 120.0
"""How long a start may take. Seconds are usual; a loaded machine is slower."""
GRACE_SECONDS = 30.0
"""How long a server may take to stop before it is killed."""
PAUSE_SECONDS = 0.05
LOG_LINES = 25

Say = Callable[[str], None]
"""Tells the person at the keyboard one line."""


class NotInstalled(Exception):
    """No program of this machine can be that server; the text says what to do."""


class NotStarted(Exception):
    """The program ended or stayed mute; the text ends with its last words."""


class LocalServer(ABC):
    """One private server. All that is needed to find it again lies in its directory.

    Another object on the same directory, in another process too, is the same server.
    """

    service: ClassVar[str]
    """What it is to Syndata: rabbitmq, mongodb or s3."""
    program: ClassVar[str]
    """The program that plays it."""
    port_roles: ClassVar[tuple[str, ...]]
    """What its ports are for; the first is the one that clients use."""

    def __init__(self, directory: Path, *, dies_with_parent: bool = False) -> None:
        self.directory = directory.resolve()
        self._dies_with_parent = dies_with_parent
        self._remembered = self.directory / "server.json"
        self._ports: dict[str, int] = {}
        self._processes: dict[str, Process] = {}
        self._title = self.program
        if self._remembered.exists():
            record = json.loads(self._remembered.read_text(encoding="utf-8"))
            self._title = record["title"]
            self._ports = record["ports"]
            self._processes = {role: Process(*known) for role, known in record["processes"].items()}

    @classmethod
    @abstractmethod
    def find(cls) -> Path | None:
        """The program on this machine, or None."""

    @classmethod
    @abstractmethod
    def install(cls, say: Say) -> Path:
        """Bring the program to this machine, unless it is there.

        Raises:
            NotInstalled: This machine lacks what that takes.
        """

    @property
    @abstractmethod
    def url(self) -> str:
        """The address for clients, secrets included."""

    @abstractmethod
    def commands(self) -> Sequence[Command]:
        """What to run, the server itself last."""

    @abstractmethod
    def greeting(self) -> str | None:
        """Its name and version as it tells them itself, or None while it does not serve."""

    @property
    def title(self) -> str:
        """Product and version, once it was started."""
        return self._title

    @property
    def name(self) -> str:
        """For people: the title, and where it runs."""
        return f"{self._title} (local program)"

    @property
    def port(self) -> int:
        """The port that clients use; it is chosen at the first start and kept."""
        return self.ports[self.port_roles[0]]

    @property
    def ports(self) -> dict[str, int]:
        """Each port by its role."""
        if not self._ports:
            self._ports = dict(zip(self.port_roles, free_ports(len(self.port_roles)), strict=True))
        return self._ports

    @property
    def data(self) -> Path:
        """What it stores. Everything else in the directory can be lost."""
        return self.directory / "data"

    @property
    def log(self) -> Path:
        """What it says, of all its starts."""
        return self.directory / "output.log"

    @property
    def pid(self) -> int | None:
        """The process that serves, while it is alive."""
        return self._node.pid if self._node and self._node.alive else None

    @property
    def alive(self) -> bool:
        """Whether the server itself runs, ready or not."""
        return self.pid is not None

    def start(self) -> None:
        """Start it, on the same data and ports as before, and return when it serves. Silent when it already does.

        Raises:
            NotInstalled: The program is not on this machine.
            NotStarted: It ended, or did not serve in time.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        for command in self.commands():
            known = self._processes.get(command.role)
            if known is None or not known.alive:
                self._processes[command.role] = spawn(
                    command, directory=self.directory, log=self.log, dies_with_parent=self._dies_with_parent
                )
                self._remember()
        self._await_greeting()
        self._remember()

    def stop(self) -> None:
        """Ask it to end in good order and wait; one that does not is killed. Its data stay."""
        for process in reversed(self._processes.values()):
            if not process.end(signal.SIGTERM, seconds=GRACE_SECONDS):
                process.end(signal.SIGKILL, seconds=GRACE_SECONDS)

    def kill(self) -> None:
        """End the server between two instructions, as a power cut or the kernel would, and return when it is gone."""
        if self._node:
            self._node.end(signal.SIGKILL, seconds=GRACE_SECONDS)

    def end(self) -> None:
        """Kill everything of it: for a server whose data nobody wants again."""
        for process in reversed(self._processes.values()):
            process.end(signal.SIGKILL, seconds=GRACE_SECONDS)

    @property
    def _node(self) -> Process | None:
        return self._processes.get("node")

    def _await_greeting(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (title := self.greeting()) is None or not self.alive:
            if not self.alive or time.monotonic() > deadline:
                why = f"did not serve within {PATIENCE_SECONDS:.0f} s" if self.alive else "ended by itself"
                self.end()
                raise NotStarted(f"{self.program} {why}; the last lines of {self.log}:\n{self._last_words()}")
            time.sleep(PAUSE_SECONDS)
        self._title = title

    def _last_words(self) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:])

    def _remember(self) -> None:
        record = {
            "title": self._title,
            "ports": self.ports,
            "processes": {role: [known.pid, known.started] for role, known in self._processes.items()},
        }
        # Another process may read while this one writes.
        fresh = self._remembered.with_suffix(".new")
        fresh.write_text(json.dumps(record), encoding="utf-8")
        fresh.replace(self._remembered)

    def _environment(self, **more: str) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.directory),
            "LANG": "C.UTF-8",
            **more,
        }
