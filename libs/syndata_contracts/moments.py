"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from syndata_contracts.errors import Fault, Refused


def parse_as_of(text: str | date, now: datetime) -> datetime:
    """An ISO 8601 moment or date, or `now`; without an offset it is UTC. Refused when it is none of these."""
    if isinstance(text, datetime):
        moment = text
    elif isinstance(text, date):
        moment = datetime(text.year, text.month, text.day, tzinfo=UTC)
    elif text == "now":
        moment = now.astimezone(UTC).replace(microsecond=0)
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            fix = "write 2026-01-31, 2026-01-31T12:00:00Z or now"
            raise Refused(Fault("as_of", f"{text!r} is not a moment", fix)) from None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise Refused(Fault("as_of", f"{text!r} lies outside the years 1 to 9999", "choose a later moment")) from None
