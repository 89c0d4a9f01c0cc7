"""What people write for a missing value, and the blanks around values: taken off before anything is counted."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.profiling.arrays import numbers_in

MISSING: Final = ("?", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "NaN", "nan", "NaT", "None", "\\N")
"""Words that stand for a value that is not there, as other programs write them."""

_WORDS: Final = pa.array(MISSING, pa.string())


class Cleaning:
    """Cleans the texts of one column, and counts what it found."""

    def __init__(self) -> None:
        self.trimmed = 0
        """Values that had blanks around them."""
        self.led = 0
        """Values that had one blank before them and none behind, words for nothing among them."""
        self.words = dict.fromkeys(MISSING, 0)
        """How often each word stood for a missing value."""

    def clean(self, texts: pa.StringArray) -> pa.StringArray:
        """The texts without blanks at their ends, and null where nothing or a word for nothing is left."""
        bare = pc.utf8_trim_whitespace(texts)
        self.trimmed += int(pc.sum(pc.cast(pc.not_equal(bare, texts), pa.int64())).as_py() or 0)
        led: Any = pc.equal(pc.binary_join_element_wise(" ", bare, ""), texts)
        self.led += int(pc.sum(pc.cast(pc.and_(led, pc.not_equal(bare, "")), pa.int64())).as_py() or 0)
        places = pc.index_in(bare, _WORDS)
        found = pc.drop_null(places)
        if len(found):
            counts = np.bincount(numbers_in(found), minlength=len(MISSING))
            for word, count in zip(MISSING, counts.tolist(), strict=True):
                self.words[word] += count
        missing: Any = pc.or_kleene(pc.is_valid(places), pc.equal(bare, ""))
        return pc.if_else(missing, pa.scalar(None, pa.string()), bare)
