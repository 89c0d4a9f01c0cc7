"""The values that both sides of the spike draw from, and the record they make."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SYLLABLES = ("ka", "lo", "min", "ter", "ros", "bel", "an", "vi", "dor", "esch", "u", "pran")
DAYS = 20_000
"""Dates are drawn from this many days, from 1970 on."""
CENTS = 5_000_000
"""Amounts are drawn below this."""


def words(count: int, least: int) -> list[str]:
    """`count` different made-up words of at least `least` syllables."""
    made = []
    for number in range(count):
        left = number
        parts: list[str] = []
        while left or len(parts) < least:
            left, part = divmod(left, len(SYLLABLES))
            parts.append(SYLLABLES[part])
        made.append("".join(parts).capitalize())
    return made


FIRST = words(700, 2)
LAST = words(1_000, 3)
CITY = words(4_000, 4)
DOMAIN = [f"@{word.lower()}.example" for word in words(40, 2)]

RECORD = ("first", "last", "email", "city", "amount", "fee", "born", "seen")
"""The spike's row: three pool texts, an e-mail composed of two of them, two amounts, two dates."""
KEYS = {
    name: np.uint64(0x1234567 * (number + 1))
    for number, name in enumerate(("first", "last", "email", "city", "amount", "fee", "born", "seen"))
}


@dataclass(frozen=True)
class Heap:
    """Pools laid out for kernels: all bytes in a row, and start << 20 | length per entry."""

    data: NDArray[np.uint8]
    spans: NDArray[np.uint64]
    base: dict[str, int]
    """First span of each pool."""


def heap(pools: dict[str, list[str]]) -> Heap:
    """Lay out pools; kernels copy whole words, so spare bytes follow the last entry."""
    data = bytearray()
    spans: list[int] = []
    base: dict[str, int] = {}
    for name, entries in pools.items():
        base[name] = len(spans)
        for entry in map(str.encode, entries):
            spans.append(len(data) << 20 | len(entry))
            data += entry
    return Heap(np.frombuffer(bytes(data) + bytes(64), np.uint8).copy(), np.array(spans, np.uint64), base)
