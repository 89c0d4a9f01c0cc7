"""Where the server is, what opens it, and what both clients make of httpx2."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from syndata.client.steps import Answer, Ask, Lost
from syndata_contracts.errors import Fault, Refused
from syndata_contracts.installing import to_install
from syndata_contracts.version import __version__

if TYPE_CHECKING:
    import httpx2

DEFAULT_URL: Final = "http://127.0.0.1:8000"
CONNECT_SECONDS: Final = 5.0
BLOCK: Final = 1 << 18
_TRACEPARENT: Final = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True)
class Server:
    """An address and a key; the key is never shown."""

    url: str
    _key: str
    workspace: str = ""
    """By id or name; empty: the server's own `default`."""

    @classmethod
    def given(cls, url: str | None, api_key: str | None, workspace: str | None = None) -> Server:
        """What is given, else what SYNDATA_URL, SYNDATA_API_KEY and SYNDATA_WORKSPACE say; Refused when it is of no use."""
        address = (url or os.environ.get("SYNDATA_URL") or DEFAULT_URL).strip().rstrip("/")
        try:
            parts = urlsplit(address)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or "@" in address or "?" in address or "#" in address:
            raise Refused(Fault("url", "this is no address of a server", f"name one like {DEFAULT_URL}"))
        key = (api_key if api_key is not None else os.environ.get("SYNDATA_API_KEY", "")).strip()
        if not key.isascii() or not (key.isprintable() and " " not in key):
            raise Refused(Fault("api_key", "an API key is one line of visible ASCII characters", "check the key"))
        return cls(
            address, key, (workspace if workspace is not None else os.environ.get("SYNDATA_WORKSPACE", "")).strip()
        )

    def options(self) -> dict[str, Any]:
        """Arguments of either client of httpx2; Refused when it is not installed."""
        library = load_httpx2()
        headers = {"User-Agent": f"syndata/{__version__}", "Accept": "application/json, */*;q=0.5"}
        # Bytes of files are counted and addressed by ranges: nothing on the way may pack them.
        headers["Accept-Encoding"] = "identity"
        if self._key:
            headers["X-API-Key"] = self._key
        # As OpenTelemetry has programs that are started by others know their trace; what is malformed begins none.
        if _TRACEPARENT.fullmatch(parent := os.environ.get("TRACEPARENT", "")):
            headers["traceparent"] = parent
        limits = library.Limits(max_connections=None, max_keepalive_connections=20)
        inside = {"params": {"workspace": self.workspace}} if self.workspace else {}
        return {"base_url": self.url, "headers": headers, "limits": limits, **inside}

    def __repr__(self) -> str:
        return f"Server({self.url!r})"


def load_httpx2() -> Any:
    """The library that speaks HTTP."""
    try:
        import httpx2
    except ModuleNotFoundError:
        fault = Fault("", "the client needs httpx2, which is not installed", to_install("client"))
        raise Refused(fault) from None
    return httpx2


def arguments(step: Ask) -> dict[str, Any]:
    """A request, in httpx2's words, without its body."""
    headers = dict(step.headers)
    if isinstance(step.body, bytes):
        headers["Content-Type"] = "application/json"
    elif step.body is not None:
        headers["Content-Type"] = "text/csv"
        headers["Content-Length"] = str(step.body.stat().st_size)
    timeout = load_httpx2().Timeout(step.silence, connect=min(CONNECT_SECONDS, step.silence))
    return {
        "method": step.method,
        "url": step.path,
        "params": dict(step.query) or None,
        "headers": headers,
        "timeout": timeout,
    }


def answer_of(response: httpx2.Response, body: bytes) -> Answer:
    """An answer, in our words."""
    return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body)


@contextmanager
def losses(step: Ask | None) -> Iterator[None]:
    """Whatever goes wrong on the way becomes a `Lost`; `step` is None once the answer has begun."""
    library = load_httpx2()
    try:
        yield
    except library.RequestError as error:
        unsent = (library.ConnectError, library.ConnectTimeout, library.PoolTimeout, library.UnsupportedProtocol)
        silent = isinstance(error, library.ReadTimeout)
        what = "it did not answer in time" if silent else (str(error) or type(error).__name__)
        raise Lost(what, arrived=step is None or not isinstance(error, unsent), silent=silent) from error


async def in_turn(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces for asynchronous code, each read in a thread."""
    import asyncio

    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece


def pieces_of(step: Ask) -> Iterator[bytes]:
    """A file's bytes."""
    if step.body is None or isinstance(step.body, bytes):
        raise TypeError("only a path is sent in pieces")
    with step.body.open("rb") as file:
        while piece := file.read(BLOCK):
            yield piece
