"""Times of day, lengths of time and local times as text, and the zones whose clocks are known.

Zones follow the rules in force in 2025 for all years, so their texts depend on nothing that a machine has installed. A
text always states its offset, so the instant it names is exact whatever was in force in its year.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from syndata_engine.generation.nodes.codes import EPOCH, MICROS_PER_DAY, ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Mapped
from syndata_engine.generation.texts.text import Date, Fixed, Integer, Item, Lit, Piece, Text
from syndata_engine.generation.words.bits import Codes
from syndata_engine.pools import Pool

NO_ZONE: Final = "none"
"""The zone of times that state none: a clock's reading alone."""

_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)")


class _Turn(NamedTuple):
    """When clocks are moved: the n-th Sunday of a month (-1: the last), at so many microseconds of a clock."""

    month: int
    sunday: int
    at: int
    utc: bool = False
    """Whether `at` is read from a clock of UTC, as in Europe; else from the local one before it is moved."""


_RULES: Final[dict[str, tuple[_Turn, _Turn]]] = {
    "EU": (_Turn(3, -1, _HOUR, utc=True), _Turn(10, -1, _HOUR, utc=True)),
    "US": (_Turn(3, 2, 2 * _HOUR), _Turn(11, 1, 2 * _HOUR)),
    "AU": (_Turn(10, 1, 2 * _HOUR), _Turn(4, 1, 3 * _HOUR)),
    "NZ": (_Turn(9, -1, 2 * _HOUR), _Turn(4, 1, 3 * _HOUR)),
}
"""When summer time begins and ends. Where it begins later in the year than it ends, a year begins with it."""

_ZONES: Final[dict[str, tuple[str, str]]] = {
    name: (offset, rule)
    for offset, rule, names in (
        ("+00:00", "", "UTC Etc/UTC Atlantic/Reykjavik Africa/Abidjan Africa/Accra"),
        ("+00:00", "EU", "Europe/London Europe/Dublin Europe/Lisbon"),
        ("+01:00", "", "Africa/Lagos Africa/Tunis Africa/Algiers"),
        ("+01:00", "EU", ("Europe/Paris Europe/Berlin Europe/Rome Europe/Madrid Europe/Vienna Europe/Zurich Europe/Brussels "
         "Europe/Amsterdam Europe/Luxembourg Europe/Copenhagen Europe/Oslo Europe/Stockholm Europe/Prague Europe/Warsaw "
         "Europe/Budapest Europe/Belgrade Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Malta Europe/Sarajevo")),
        ("+02:00", "", "Africa/Johannesburg Africa/Maputo Africa/Harare Africa/Tripoli"),
        ("+02:00", "EU", ("Europe/Athens Europe/Helsinki Europe/Sofia Europe/Bucharest Europe/Riga Europe/Tallinn "
         "Europe/Vilnius Europe/Kyiv")),
        ("+03:00", "", "Europe/Istanbul Europe/Moscow Europe/Minsk Asia/Riyadh Asia/Baghdad Asia/Kuwait Asia/Qatar Africa/Nairobi"),
        ("+03:30", "", "Asia/Tehran"),
        ("+04:00", "", "Asia/Dubai Asia/Baku Asia/Tbilisi Asia/Yerevan"),
        ("+05:00", "", "Asia/Karachi Asia/Tashkent"),
        ("+05:30", "", "Asia/Kolkata Asia/Colombo"),
        ("+05:45", "", "Asia/Kathmandu"),
        ("+06:00", "", "Asia/Dhaka"),
        ("+07:00", "", "Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh"),
        ("+08:00", "", "Asia/Shanghai Asia/Hong_Kong Asia/Singapore Asia/Taipei Asia/Manila Asia/Kuala_Lumpur Australia/Perth"),
        ("+09:00", "", "Asia/Tokyo Asia/Seoul"),
        ("+09:30", "", "Australia/Darwin"),
        ("+09:30", "AU", "Australia/Adelaide"),
        ("+10:00", "", "Australia/Brisbane Pacific/Guam"),
        ("+10:00", "AU", "Australia/Sydney Australia/Melbourne Australia/Hobart"),
        ("+12:00", "", "Pacific/Fiji"),
        ("+12:00", "NZ", "Pacific/Auckland"),
        ("-03:30", "US", "America/St_Johns"),
        ("-03:00", "", "America/Sao_Paulo America/Argentina/Buenos_Aires America/Montevideo"),
        ("-04:00", "", "America/Caracas America/La_Paz America/Puerto_Rico"),
        ("-04:00", "US", "America/Halifax"),
        ("-05:00", "", "America/Bogota America/Lima America/Panama America/Jamaica"),
        ("-05:00", "US", "America/New_York America/Toronto America/Detroit"),
        ("-06:00", "", "America/Mexico_City America/Costa_Rica America/Guatemala"),
        ("-06:00", "US", "America/Chicago America/Winnipeg"),
        ("-07:00", "", "America/Phoenix"),
        ("-07:00", "US", "America/Denver America/Boise"),
        ("-08:00", "US", "America/Los_Angeles"),
        ("-09:00", "US", "America/Anchorage"),
        ("-10:00", "", "Pacific/Honolulu"),
    )
    for name in names.split()
}  # fmt: skip

ZONE_NAMES: Final = tuple(sorted(_ZONES))
"""Every zone that a column may name."""


def is_zone(text: str) -> bool:
    """Whether this is the name of a zone, an offset from UTC up to 14 hours, or `none`."""
    match = _OFFSET.fullmatch(text)
    return text == NO_ZONE or text in _ZONES or (match is not None and _micros(text) is not None)


def _micros(offset: str) -> int | None:
    """An offset such as +05:30 in microseconds; None beyond 14 hours."""
    size = int(offset[1:3]) * _HOUR + int(offset[4:]) * _MINUTE
    return None if size > 14 * _HOUR else -size if offset[0] == "-" else size


def offsets(zone: str) -> Callable[[Codes], Codes]:
    """A function from instants (microseconds of UTC, int64[n]) to what a zone's clocks are ahead of UTC then."""
    offset, rule = _ZONES.get(zone, (zone, ""))
    standard = 0 if zone == NO_ZONE else _micros(offset) or 0
    if not rule:
        return lambda codes: np.full(len(codes), standard, np.int64)
    return lambda codes: standard + _HOUR * _is_summer(codes, standard, rule)


def _is_summer(codes: Codes, standard: int, rule: str) -> Codes:
    starts, ends = _turns(rule, standard)
    # Clocks never turn near the end of a year, so the year of the standard clock finds the right pair.
    year = (codes + standard).view("datetime64[us]").astype("datetime64[Y]").astype(np.int64)
    at = np.clip(year - _FIRST_YEAR, 0, len(starts) - 1)
    begins, stops = starts[at], ends[at]
    north = (codes >= begins) & (codes < stops)
    south = (codes >= begins) | (codes < stops)
    return np.where(begins < stops, north, south).astype(np.int64)


_FIRST_YEAR = 1 - EPOCH.year


@cache
def _turns(rule: str, standard: int) -> tuple[Codes, Codes]:
    """When summer time begins and ends in the years 1 to 9999, in microseconds of UTC."""
    begin, end = _RULES[rule]
    return _instants(begin, standard), _instants(end, standard + _HOUR)


def _instants(turn: _Turn, clock: int) -> Codes:
    months = (np.arange(_FIRST_YEAR, _FIRST_YEAR + 9999) * 12 + turn.month - 1).astype("datetime64[M]")
    if turn.sunday < 0:
        last = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
        day = last - (last - _A_SUNDAY) % 7
    else:
        first = months.astype("datetime64[D]").astype(np.int64)
        day = first + (_A_SUNDAY - first) % 7 + 7 * (turn.sunday - 1)
    return np.asarray(day * MICROS_PER_DAY + turn.at - (0 if turn.utc else clock), np.int64)


_A_SUNDAY = (date(1970, 1, 4) - EPOCH.date()).days


def clock_text(code: Node, kind: ValueType) -> Text:
    """Microseconds since midnight as hh:mm:ss[.fff[fff]]."""
    hours = Mapped(lambda codes: codes // _HOUR, (code,))
    minutes = Mapped(lambda codes: codes // _MINUTE % 60, (code,))
    seconds = Mapped(lambda codes: codes // 1_000_000 % 60, (code,))
    pieces: list[Piece] = [Integer(hours, 2), Lit(":"), Integer(minutes, 2), Lit(":"), Integer(seconds, 2)]
    if kind.scale:
        step = kind.step
        pieces += [Lit("."), Integer(Mapped(lambda codes: codes % 1_000_000 // step, (code,)), kind.scale)]
    return tuple(pieces)


def duration_text(code: Node, kind: ValueType) -> Text:
    """Microseconds as a duration of ISO 8601 in seconds: PT5400S, PT-0.250S."""
    step = kind.step
    return (Lit("PT"), Fixed(Mapped(lambda codes: codes // step, (code,)), kind.scale), Lit("S"))


def local_text(code: Node, kind: ValueType) -> Text:
    """An instant as a zone's clock shows it, and its offset unless the zone is none."""
    ahead = offsets(kind.zone)
    local = Mapped(lambda codes: codes + ahead(codes), (code,))
    day = Date(Mapped(lambda codes: codes // MICROS_PER_DAY, (local,)))
    clock = clock_text(Mapped(lambda codes: codes % MICROS_PER_DAY, (local,)), kind)
    if kind.zone == NO_ZONE:
        return (day, Lit("T"), *clock)
    standard, rule = _ZONES.get(kind.zone, (kind.zone, ""))
    base = _micros(standard) or 0
    texts = [_shown(base), _shown(base + _HOUR)] if rule else [_shown(base)]
    index = Mapped(lambda codes: (ahead(codes) - base) // _HOUR, (code,))
    return (day, Lit("T"), *clock, Item(Pool(tuple(texts)), index))


def _shown(offset: int) -> str:
    minutes = abs(offset) // _MINUTE
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
