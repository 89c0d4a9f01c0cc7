"""The bytes of an object on S3, from a place on, over as many connections as it takes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final

import urllib3
from urllib3.exceptions import HTTPError

from syndata_contracts.errors import Unavailable
from syndata_objects.port import PIECE_BYTES
from syndata_objects.transport import BLOCK_BYTES, paused

_PLACE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_FIRST_PAUSE: Final = 0.05


class Body:
    """One object's bytes from `start` on, at most `length`; used by one thread at a time.

    `request` asks for the bytes from a place on: so many, or to the end.
    """

    def __init__(
        self, key: str, start: int, length: int | None, request: Callable[[int, int | None], urllib3.BaseHTTPResponse]
    ) -> None:
        self._key = key
        self._place = start
        self._length = length
        self._request = request
        self._end: int | None = None
        self._version: tuple[int, str] | None = None
        self._response: urllib3.BaseHTTPResponse | None = None

    def piece(self, limit: float) -> bytes:
        """The next bytes, empty at the end; goes on where a connection broke, for `limit` seconds."""
        deadline = time.monotonic() + limit
        pause: float | None = _FIRST_PAUSE
        while self._end is None or self._place < self._end:
            failure: Exception | None = None
            try:
                response = self._response or self._ask()
                piece = self._received(response, deadline)
            except (HTTPError, OSError) as error:
                piece, failure = b"", error
            if piece:
                self._place += len(piece)
                return piece
            # Broken, or ended before its time: in both cases another connection must bring the rest.
            self.close()
            pause = paused(pause, deadline) if pause else None
            if pause is None:
                raise Unavailable(f"{self._key} broke off at byte {self._place} and did not go on in time") from failure
        self._release()
        return b""

    def _ask(self) -> urllib3.BaseHTTPResponse:
        left = self._length if self._end is None else self._end - self._place
        response = self._response = self._request(self._place, left)
        first, last, size = self._told(response)
        # No ETag: a server may change it when it restarts. The length and the second must do.
        version = (size, response.headers.get("last-modified", ""))
        if first != self._place or (self._version and version != self._version):
            self.close()
            raise Unavailable(f"{self._key} was replaced while it was read, or is not served in ranges")
        self._version = version
        self._end = last + 1 if self._end is None else self._end
        return response

    def _told(self, response: urllib3.BaseHTTPResponse) -> tuple[int, int, int]:
        """First byte, last byte and the object's size, as the answer tells; its status may be 200 or 206."""
        place = _PLACE.fullmatch(response.headers.get("content-range", ""))
        if place:
            return int(place[1]), int(place[2]), int(place[3])
        try:
            size = int(response.headers["content-length"])
        except (KeyError, ValueError) as error:
            raise Unavailable(f"the server does not tell the size of {self._key}") from error
        return 0, size - 1, size

    def _received(self, response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
        """Up to a whole piece; what there is when the connection breaks or the deadline comes."""
        wanted = min(PIECE_BYTES, (self._end or 0) - self._place)
        blocks: list[bytes] = []
        got = 0
        try:
            while got < wanted and time.monotonic() < deadline:
                block = response.read1(min(BLOCK_BYTES, wanted - got), decode_content=False)
                if not block:
                    break
                blocks.append(block)
                got += len(block)
        except (HTTPError, OSError):
            if not blocks:
                raise
        return blocks[0] if len(blocks) == 1 else b"".join(blocks)

    def _release(self) -> None:
        if self._response is not None:
            self._response.release_conn()
            self._response = None

    def close(self) -> None:
        """Give the connection back; closed when bytes are left in it, which nobody wants to wait for."""
        if self._response is not None:
            self._response.close()
            self._release()
