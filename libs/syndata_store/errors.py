"""What a caller of the store must tell apart, beside Unavailable."""

from __future__ import annotations

from syndata_contracts.errors import SyndataError


class Conflict(SyndataError):
    """That version exists already: somebody else was first. Read again and decide again."""
