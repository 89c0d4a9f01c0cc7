"""A MongoDB-wire server that finds documents by their indexes, for measurements with many of them."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from deploy.local.mongodb import FerretDB, Mongod
from deploy.local.processes import Command
from tests.bench import timing
from tests.e2e.sql.cluster import NoPostgresql
from tests.e2e.sql.cluster import started as postgresql
from tests.servers.sources import RealServer, private_server, started

_DATABASE = "ferretdb"


class _OnPostgresql(FerretDB):
    """FerretDB in front of PostgreSQL. On SQLite it looks through a whole collection for all but an `_id`."""

    socket: Path
    """Where PostgreSQL listens."""

    def commands(self) -> Sequence[Command]:
        (usual,) = super().commands()
        arguments = [
            f"--postgresql-url=postgres://tester@/{_DATABASE}?host={quote(str(self.socket), safe='')}"
            if argument.startswith("--sqlite-url=")
            else argument.replace("--handler=sqlite", "--handler=postgresql")
            for argument in usual.argv
        ]
        return [Command(usual.role, arguments, usual.environment)]


@contextlib.contextmanager
def indexed_mongodb() -> Iterator[RealServer]:
    """MongoDB itself, else FerretDB on PostgreSQL, else whatever there is; NoServer where there is none."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=timing.scratch())), "mongodb")
        if Mongod.find() or not FerretDB.find():
            server = private_server("mongodb", folder)
        else:
            try:
                below = stack.enter_context(postgresql())
            except NoPostgresql:
                server = private_server("mongodb", folder)
            else:
                below.create(_DATABASE)
                local = _OnPostgresql(folder, dies_with_parent=True)
                local.socket = below.directory
                server = started(local)
        stack.callback(server.end)
        yield server
