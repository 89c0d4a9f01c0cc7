"""CSVs for tests, and their profiles."""

from __future__ import annotations

import pytest

from syndata_contracts.errors import Refused
from syndata_engine.profiling import LIMITS, ColumnProfile, Limits, Profile, profile_csv


def profiled(text: str | bytes, limits: Limits = LIMITS) -> Profile:
    """The profile of a CSV in one piece."""
    return profile_csv([text.encode() if isinstance(text, str) else text], limits)


def column_of(*values: str) -> ColumnProfile:
    """The profile of one column of these fields, beside one that is never empty."""
    profile = profiled("value,filler\n" + "".join(f"{value},x\n" for value in values))
    assert profile.rows == len(values)
    return profile.columns[0]


def refusal_of(text: str | bytes, limits: Limits = LIMITS) -> Refused:
    """What is said of a CSV that cannot be profiled."""
    with pytest.raises(Refused) as caught:
        profiled(text, limits)
    assert all(fault.what and fault.fix for fault in caught.value.faults)
    return caught.value
