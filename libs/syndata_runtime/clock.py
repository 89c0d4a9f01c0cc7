"""The time of day, asked for in one place."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, UTC, to the millisecond: what documents keep."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def made_at(name: str) -> datetime:
    """When an id was made, which is in it; ValueError when it is none of `new_id`."""
    return datetime.fromtimestamp(int(name.replace("-", "")[:12], 16) / 1000, UTC)


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): unique, and later ones sort behind earlier ones."""
    value = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | secrets.randbits(76)
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
