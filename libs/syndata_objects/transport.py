"""HTTP to an S3 server: every request tried again while its time limit lasts, every wait for the network bounded."""

from __future__ import annotations

import io
import time
from secrets import SystemRandom
from typing import Any, Final

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

BLOCK_BYTES: Final = 256 * 1024
SLOWEST: Final = 64 * 1024
"""Bytes per second. While it flows, a body gets the time that it needs at this speed, beyond its request's limit."""

_AGAIN: Final = {408, 429, 500, 502, 503, 504}
_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 2.0
_ATTEMPTS: Final = 3
_JITTER: Final = SystemRandom()


def paused(pause: float, deadline: float) -> float | None:
    """Sleep for some of `pause` seconds, return the next pause; None, and no sleep, when the deadline comes first."""
    # Jittered: those who lost the same server must not all return to it in the same moment.
    wait = pause * _JITTER.uniform(0.5, 1.0)
    if time.monotonic() + wait >= deadline:
        return None
    time.sleep(wait)
    return min(2 * pause, _LONGEST_PAUSE)


class Transport(urllib3.PoolManager):
    """Connections for the SDK, which leaves repeating and time limits to them.

    Requests are idempotent and may be repeated, except the completion of a multipart upload: when its answer is lost,
    the upload is gone and repeating it says so, whether or not the object is there.
    """

    def __init__(self, limit: float, connections: int) -> None:
        super().__init__(maxsize=connections, blocksize=BLOCK_BYTES)
        self._limit = limit

    def urlopen(self, method: str, url: str, *_redirect: Any, **arguments: Any) -> urllib3.BaseHTTPResponse:
        """As the pool does it, within the limit; the last failure when that is over."""
        arguments.pop("redirect", None)  # the SDK wants to see redirections
        body = arguments.pop("body", None)
        of_upload = "uploadId=" in url
        once = of_upload and method == "POST"
        limit = self._limit
        if of_upload and method == "DELETE":
            limit /= 4  # an abort follows a failure that has used up its time
        deadline = time.monotonic() + limit
        # Beyond the limit only as long as bytes flow: a server that does not answer gets none of this.
        body_seconds = limit + len(body or b"") / SLOWEST
        longest = limit if once else limit / _ATTEMPTS
        pause = _FIRST_PAUSE
        while True:
            wait = max(min(longest, deadline - time.monotonic()), 0.01)
            try:
                response = super().urlopen(
                    method,
                    url,
                    redirect=False,
                    retries=False,
                    timeout=urllib3.Timeout(connect=wait, read=wait),
                    body=_Body(body, time.monotonic() + body_seconds) if body else body,
                    **arguments,
                )
            except HTTPError as error:
                never_sent = isinstance(error, NewConnectionError | ConnectTimeoutError)
                again = paused(pause, deadline) if never_sent or not once else None
                if again is None:
                    raise
            else:
                again = paused(pause, deadline) if response.status in _AGAIN else None
                if again is None:
                    return _told_as_xml(response)
                response.drain_conn()
                response.release_conn()
            pause = again


class _Body(io.BytesIO):
    """A body that is sent in blocks: the time limit of a socket is for each, not for the whole."""

    def __init__(self, body: bytes, deadline: float) -> None:
        super().__init__(body)
        self._deadline = deadline

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self._deadline:
            raise TimeoutError("the server takes the body too slowly")
        return super().read(size)


def _told_as_xml(response: urllib3.BaseHTTPResponse) -> urllib3.BaseHTTPResponse:
    # The SDK reads errors in application/xml only. rclone sends text/xml, and its errors would have no code.
    if response.headers.get("content-type", "").startswith("text/xml"):
        response.headers["content-type"] = "application/xml"
    return response
