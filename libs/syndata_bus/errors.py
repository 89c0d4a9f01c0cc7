"""What a caller of the bus must tell apart, beside Unavailable."""

from __future__ import annotations

from syndata_contracts.errors import SyndataError


class Unroutable(SyndataError):
    """The queue does not exist: nothing would ever have read the message."""


class TooLarge(SyndataError):
    """The body exceeds `MOST_BODY_BYTES`: put it among the objects and send its key."""


class NoAnswer(SyndataError):
    """Nobody answered a request within its time."""


class Lost(SyndataError):
    """The connection over which a delivery came is gone; the broker delivers it again by itself."""
