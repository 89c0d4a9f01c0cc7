"""How a column's values are spread, drawn in text: shares of few values, else a histogram; of texts, their lengths."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np

from syndata_engine.generation import BoundTable
from syndata_engine.generation.words.bits import Codes

ROWS: Final = 10_000
BARS: Final = 40
MOST_BARS: Final = 64
"""Neighbouring whole numbers that get a bar each."""
BLOCKS: Final = " ▁▂▃▄▅▆▇█"
MOST_SHARES: Final = 12
"""Different values of which each gets a bar."""
FREQUENT: Final = 6
"""Most frequent values that are shown of many, where some are much more frequent than others."""
LEAST_SHARE: Final = 200
"""Rows among which the most frequent value must stand at least once to be shown as such."""
LONGEST_SAMPLE: Final = 48


def drawing(table: BoundTable) -> list[str]:
    """The column `x` of a table, of at most `ROWS` rows, as lines of text."""
    rows = min(ROWS, table.planned.rows)
    values = table.batch(0, rows).column("x").to_pylist()
    there = [value for value in values if value is not None]
    lines = [f"NULL in {_percent(len(values) - len(there), len(values))} of rows"] if len(there) < len(values) else []
    if not there:
        return lines
    counts = Counter(_text(value) for value in there)
    if len(counts) <= MOST_SHARES:
        return [*lines, *_bars(_in_order(there, counts), len(there))]
    codes = _codes(table, rows)
    if codes is not None:
        return [*lines, _histogram(np.sort(codes), dict(zip(codes.tolist(), map(_text, there), strict=True)))]
    frequent = counts.most_common(FREQUENT)
    if frequent[0][1] * min(len(counts) // 4, LEAST_SHARE) > len(there):
        return [*lines, *_bars(frequent, len(there)), *_rest(counts, len(there))]
    lengths = np.sort(np.array([len(_text(value)) for value in there], np.int64))
    # No page of ours holds what looks like a path of the machine that wrote it.
    samples = [text for text in dict.fromkeys(_shortened(_text(value)) for value in there) if "/home/" not in text][:3]
    told = f"{_histogram(lengths, {int(n): str(n) for n in set(lengths.tolist())})} characters"
    return [*lines, *samples, told, f"{len(counts):,} different in {len(there):,}"]


def _codes(table: BoundTable, rows: int) -> Codes | None:
    """The codes of a column that are numbers or moments, without NULL."""
    column = table.columns["x"]
    if column.code is None or column.labels is not None or column.text is not None or column.parts:
        return None
    frame = table.span(0, rows)
    codes = frame.get(column.code)
    return codes if column.null is None else codes[frame.get(column.null) == 0]


def _histogram(ordered: Codes, shown: dict[int, str]) -> str:
    """Ascending codes as bars, from the 1 % quantile to the 99 % quantile."""
    middle = ordered[len(ordered) // 100 : len(ordered) - len(ordered) // 100]
    low, high = int(middle[0]), int(middle[-1])
    width = high - low + 1
    if width == 1:
        return f"always {shown[low]}"
    bins = width if width <= MOST_BARS else BARS
    counts = [0] * bins
    for code in middle:
        counts[(int(code) - low) * bins // width] += 1
    # Of whole numbers one bin may hold more than its neighbour, which is no property of the column.
    sizes = [-(-(n + 1) * width // bins) - -(-n * width // bins) for n in range(bins)]
    dense = [count * width // size for count, size in zip(counts, sizes, strict=True)]
    return f"{bars(dense)}  {shown[low]} to {shown[high]}"


def bars(counts: Iterable[int]) -> str:
    """Counts as blocks of eight heights; what occurs has at least one eighth."""
    numbers = [int(count) for count in counts]
    return "".join(BLOCKS[-(-number * (len(BLOCKS) - 1) // max(numbers))] for number in numbers)


def _bars(shares: list[tuple[str, int]], total: int) -> list[str]:
    most = max(count for _, count in shares)
    width = max(len(_shortened(text)) for text, _ in shares)
    return [
        f"{_shortened(text):<{width}}  {'█' * max(1, round(BARS * count / most)):<{BARS}}  {_percent(count, total)}"
        for text, count in shares
    ]


def _rest(counts: Counter[str], total: int) -> list[str]:
    others = total - sum(count for _, count in counts.most_common(FREQUENT))
    return [f"and {len(counts) - FREQUENT:,} others in {_percent(others, total)} of {total:,} rows"]


def _in_order(values: list[Any], counts: Counter[str]) -> list[tuple[str, int]]:
    """Texts by frequency, everything else by size."""
    if isinstance(values[0], str | bool | list | dict):
        return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [(text, counts[text]) for text in dict.fromkeys(map(_text, sorted(set(values))))]


def _percent(count: int, total: int) -> str:
    return f"{Decimal(count * 100) / total:.1f} %"


def _shortened(text: str) -> str:
    text = text.replace("\n", " ")
    return text if len(text) <= LONGEST_SAMPLE else text[: LONGEST_SAMPLE - 1] + "…"


def _text(value: Any) -> str:  # noqa: PLR0911 -- one return for each type
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f} s"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
