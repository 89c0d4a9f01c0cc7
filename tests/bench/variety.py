"""Variety: distinct values per column, Syndata's beside Faker's in as many rows."""

import itertools

from tests.bench import ours, rivals
from tests.bench.record import COLUMNS

NOISE = 0.98
"""Two random draws from equal pools differ by about this much."""


def print_distinct(rows: int) -> None:
    """One line per column; Faker makes about 2,000 rows a second, so this takes its time."""
    print(f"\nDistinct values in {rows:,} rows")
    mine = ours.distinct(rows)
    theirs: dict[str, set[object]] = {name: set() for name in COLUMNS}
    for row in itertools.islice(iter(rivals.faker_user(), None), rows):
        for name, value in row.items():
            theirs[name].add(value)
    print(f"  {'':16}{'Syndata':>10}{'Faker':>10}")
    for name in COLUMNS:
        note = "" if mine.get(name, 0) >= NOISE * len(theirs[name]) else "   fewer"
        print(f"  {name:16}{mine.get(name, 0):>10,}{len(theirs[name]):>10,}{note}")
    others = sorted(set(mine) - set(COLUMNS))
    if others:
        print(f"  columns of ours that the record does not have: {', '.join(others)}")
