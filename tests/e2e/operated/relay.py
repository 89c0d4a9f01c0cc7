"""A line between services and a server that writes down what goes over it."""

from __future__ import annotations

import contextlib
import socket
import threading


class Relay:
    """Listens on a port of its own, and passes everything on, both ways, until `end`."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._taken: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listening.getsockname()[1])

    def seen(self) -> bytes:
        """Everything that went over it, either way."""
        return b"".join(self._taken)

    def end(self) -> None:
        """Cut all lines, and listen no more."""
        self._listening.close()
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listening.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    caller.close()
                    continue
                self._lines += [caller, server]
                for source, sink in ((caller, server), (server, caller)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                self._taken.append(piece)
                sink.sendall(piece)
        for line in (source, sink):
            with contextlib.suppress(OSError):
                line.close()
