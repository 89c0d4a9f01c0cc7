"""What a column of the real data is compared by: classes of its values, fixed before anything is counted.

Counts of classes are whole numbers and add up in any order, so a score is the same for any cut of the data into batches, and needs no sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

FINE: Final = 1_000
"""Classes of a number's range, so a Kolmogorov-Smirnov distance is right to a thousandth."""
COARSE: Final = 10
"""Classes of a number's range in a pair."""
MOST_VALUES: Final = 65_536
"""Above so many distinct values a text is compared by its length."""
TOP_VALUES: Final = 30
"""Values of a category in a pair; the others are one class."""
_UNIQUE_SHARE: Final = 0.5

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Bins:
    """Classes of one column: 0 is missing; the last one holds what the real data has not."""

    name: str
    kind: str
    """`number`, `moment`, `category` or `text` (compared by length)."""
    classes: int
    coarse: int
    edges: NDArray[np.float64] | None = None
    values: pa.Array | None = None
    folded: Codes | None = None
    """Of every class its class in a pair."""

    def codes(self, column: pa.ChunkedArray | pa.Array) -> Codes:
        """The class of each value; `Unreadable` where the column is of another sort."""
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if self.kind == "category":
            return self._listed(array)
        numbers = as_numbers(array, self.kind)
        assert self.edges is not None  # noqa: S101 - every kind but category has them
        found = np.searchsorted(self.edges, numbers, side="left") + 1
        return np.where(np.isnan(numbers), 0, found).astype(np.int64)

    def pair_codes(self, codes: Codes) -> Codes:
        """Classes for pairs, which are fewer."""
        if self.folded is None:
            return codes
        folded: Codes = self.folded[codes]
        return folded

    def _listed(self, array: pa.Array) -> Codes:
        found = pc.index_in(as_texts(array), value_set=self.values)
        place = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        missing = pc.is_null(array, nan_is_null=True).to_numpy(zero_copy_only=False)
        return np.where(missing, 0, np.where(place < 0, self.classes - 1, place + 1))


class Unreadable(ValueError):
    """Synthetic values that are of another sort than the real ones."""


def bins_of(name: str, column: pa.ChunkedArray) -> Bins:
    """Classes by the real values of a column."""
    kind = _kind(column)
    if kind == "category":
        return _categories(name, column)
    numbers = as_numbers(column.combine_chunks(), kind)
    present = np.sort(numbers[~np.isnan(numbers)])
    fine = _edges(present, FINE)
    edges = _edges(present, COARSE)
    classes = len(fine) + 2
    middles = np.append(fine, np.inf)
    folded = np.concatenate([[0], np.searchsorted(edges, middles, side="left") + 1]).astype(np.int64)
    return Bins(name, kind, classes, len(edges) + 2, edges=fine, folded=folded)


def _edges(present: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Upper ends of classes of equal size; a value that fills several ends one."""
    if not len(present):
        return np.zeros(0)
    places = (np.arange(1, count) * len(present)) // count
    return np.unique(present[places])


def _categories(name: str, column: pa.ChunkedArray) -> Bins:
    counted = pc.value_counts(pc.drop_null(as_texts(column.combine_chunks())))
    values, counts = counted.field("values"), counted.field("counts").to_numpy()
    texts = np.array(values.to_pylist(), dtype=object)
    order = np.lexsort((texts.astype(str), -counts)) if len(texts) else np.zeros(0, np.int64)
    kept = pa.array(texts[order].tolist(), pa.string())
    classes = len(kept) + 2
    top = min(TOP_VALUES, len(kept))
    folded = np.minimum(np.arange(classes), top + 1)
    folded[-1] = top + 2
    return Bins(name, "category", classes, top + 3, values=kept, folded=folded.astype(np.int64))


def _kind(column: pa.ChunkedArray) -> str:
    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_temporal(kind):
        return "moment"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    if pa.types.is_boolean(kind):
        return "category"
    distinct = pc.count_distinct(as_texts(column.combine_chunks())).as_py()
    present = len(column) - column.null_count
    many = distinct > MOST_VALUES or (distinct > TOP_VALUES and distinct > _UNIQUE_SHARE * present)
    return "text" if many else "category"


def as_numbers(array: pa.Array, kind: str) -> NDArray[np.float64]:
    """Numbers as they are, moments as their place in time, texts as their length; NaN where there is none."""
    try:
        if kind == "text":
            made = pc.utf8_length(as_texts(array))
        elif kind == "moment":
            made = _instants(array)
        else:
            made = array
        return np.asarray(made.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        sort = {"moment": "moments", "text": "texts"}.get(kind, "numbers")
        raise Unreadable(f"its values are not all {sort}, as the real ones are") from error


def _instants(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        width = pa.int64() if kind.bit_width == 64 else pa.int32()
        return array.cast(width).cast(pa.int64())
    if not pa.types.is_temporal(kind):
        array = as_texts(array)
    if pa.types.is_timestamp(kind) and kind.tz:
        array = array.cast(pa.timestamp("us", kind.tz)).cast(pa.timestamp("us"))
    return array.cast(pa.timestamp("us")).cast(pa.int64())


def as_texts(array: pa.Array) -> pa.Array:
    """Values as text, in one spelling."""
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    if pa.types.is_string(array.type):
        return array
    kind = array.type
    castable = pa.types.is_primitive(kind) or pa.types.is_decimal(kind) or pa.types.is_large_string(kind)
    if pa.types.is_duration(kind) or not castable:
        # By its sort alone, never by whether these values allow it: another batch must spell alike.
        return pa.array([None if value is None else str(value) for value in _listed(array)], pa.string())
    return array.cast(pa.string())


def _listed(array: pa.Array) -> list[Any]:
    values: list[Any] = array.to_pylist()
    return values
