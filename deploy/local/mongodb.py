"""What speaks MongoDB's protocol: a real mongod where there is one, else FerretDB on SQLite."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from deploy.local.golang import GoProgram
from deploy.local.processes import Command
from deploy.local.server import LocalServer, NotInstalled, Say
from deploy.local.wire import mongodb_command, mongodb_title

FERRETDB = GoProgram(
    name="ferretdb",
    module="github.com/FerretDB/FerretDB",
    version="v1.24.2",
    package="./cmd/ferretdb",
    needs="1.24",
    # Without it the program refuses to start: it takes itself for a build that nobody released.
    marks={"build/version/version.txt": "v1.24.2\n"},
)
REPLICA_SET = "syndata"


class Mongod(LocalServer):
    """MongoDB itself, as a replica set of one: retried writes and majority need a set."""

    service = "mongodb"
    program = "mongod"
    port_roles = ("mongodb",)

    @classmethod
    def find(cls) -> Path | None:
        found = shutil.which("mongod")
        return Path(found) if found else None

    @classmethod
    def install(cls, say: Say) -> Path:
        found = cls.find()
        if found is None:
            raise NotInstalled("mongod: not on PATH, and no package of the system brings it")
        say(f"mongodb: {found} is there")
        return found

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"

    def commands(self) -> Sequence[Command]:
        found = self.find()
        if found is None:
            raise NotInstalled("mongod: not on PATH")
        argv = [str(found), "--dbpath", str(self.data), "--port", str(self.port), "--bind_ip", "127.0.0.1"]
        argv += ["--replSet", REPLICA_SET, "--nounixsocket"]
        return [Command("node", argv, self._environment())]

    def greeting(self) -> str | None:
        initiate_replica_set("127.0.0.1", self.port, member=f"127.0.0.1:{self.port}")
        return mongodb_title("127.0.0.1", self.port)


class FerretDB(LocalServer):
    """MongoDB's protocol in front of SQLite. It is not MongoDB; README.md says where it differs."""

    service = "mongodb"
    program = "ferretdb"
    port_roles = ("mongodb",)

    @classmethod
    def find(cls) -> Path | None:
        return FERRETDB.find()

    @classmethod
    def install(cls, say: Say) -> Path:
        return FERRETDB.build(say)

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/"

    def commands(self) -> Sequence[Command]:
        found = self.find()
        if found is None:
            raise NotInstalled("mongodb: nothing is installed; run: python -m deploy.local install mongodb")
        argv = [
            str(found),
            f"--listen-addr=127.0.0.1:{self.port}",
            "--handler=sqlite",
            # The slash at the end is part of its syntax.
            f"--sqlite-url=file:{self.data}/",
            f"--state-dir={self.directory}",
            "--telemetry=disable",
            "--debug-addr=-",
            "--log-level=warn",
        ]
        return [Command("node", argv, self._environment(DO_NOT_TRACK="true"))]

    def greeting(self) -> str | None:
        return mongodb_title("127.0.0.1", self.port)


def initiate_replica_set(host: str, port: int, *, member: str) -> None:
    """Make a set of one out of a mongod that belongs to none yet; silent when it does, or does not answer."""
    try:
        # A mongod with --replSet says so in its greeting until it is initiated.
        if mongodb_command(host, port, {"hello": 1}).get("isreplicaset"):
            members = [{"_id": 0, "host": member}]
            mongodb_command(host, port, {"replSetInitiate": {"_id": REPLICA_SET, "members": members}})
    except OSError:
        return
