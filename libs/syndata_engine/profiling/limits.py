"""How large a CSV may be; what lies beyond is refused before it costs memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest CSV that is profiled."""

    columns: int = 2000
    field_bytes: int = 1024 * 1024
    """Of one field as it stands in the file, quotes included."""
    row_bytes: int = 16 * 1024 * 1024
    """Of one row; a whole row is held in memory, so this bounds it."""
    rows: int = 100_000_000
    """Without the header."""
    name_characters: int = 500


LIMITS: Final = Limits()

EXACT_DISTINCT: Final = 10_000
"""Up to so many different values are counted; more are estimated, to about one in a hundred."""

MOST_CATEGORIES: Final = 200
"""A column with more different values than this has no categories."""

LONGEST_CATEGORY: Final = 200
"""In bytes; a column with a longer value has no categories."""

LEAST_OCCURRENCES: Final = 5
"""A value that occurs less often is rare, and never kept: it may tell of one person."""
