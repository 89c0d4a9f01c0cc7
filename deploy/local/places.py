"""Where programs, data and free ports are."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import ExitStack
from pathlib import Path

PORTS = range(15_000, 32_000)
"""Below the range from which the kernel takes ports for outgoing connections: none of those may sit on a server's port
while the server is down and about to come back."""
TRIES = 200


def programs_folder() -> Path:
    """Where built programs are kept, one folder per version."""
    return Path(os.environ.get("SYNDATA_SERVERS_CACHE") or "~/.cache/syndata/servers").expanduser().resolve()


def data_folder() -> Path:
    """Where servers started by `python -m deploy.local start` keep data, log and ports."""
    return Path(os.environ.get("SYNDATA_SERVERS_DATA") or "~/.local/share/syndata/servers").expanduser().resolve()


def free_ports(count: int) -> list[int]:
    """Different ports of 127.0.0.1 on which nobody listens now.

    Raises:
        OSError: No such ports were found.
    """
    with ExitStack() as held:
        found: list[int] = []
        for _ in range(TRIES):
            if len(found) == count:
                return found
            probe = held.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", PORTS.start + secrets.randbelow(len(PORTS))))
            except OSError:
                continue
            found.append(probe.getsockname()[1])
    raise OSError(f"found no {count} free ports between {PORTS.start} and {PORTS.stop}")
