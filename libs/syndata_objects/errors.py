"""What a caller of the objects must tell apart, beside Unavailable."""

from __future__ import annotations

from syndata_contracts.errors import SyndataError


class Missing(SyndataError):
    """There is no such object."""


class OutOfRange(SyndataError):
    """The object ends before the range begins."""
