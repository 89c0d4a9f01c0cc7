"""Arrow's numbers as NumPy's, where they lie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa


def numbers_in(array: Any) -> Any:
    """The numbers of an array without nulls, as a view. Arrow's own `to_numpy` would import pandas, if it is there."""
    kind = np.dtype(
        {pa.int32(): np.int32, pa.int64(): np.int64, pa.float64(): np.float64, pa.uint8(): np.uint8}[array.type]
    )
    place = array.offset * kind.itemsize
    return np.frombuffer(array.buffers()[1], dtype=kind, count=len(array), offset=place)
