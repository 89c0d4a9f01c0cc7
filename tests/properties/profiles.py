"""How hard the laws are tried: the same examples in every run, or many fresh ones when asked."""

from __future__ import annotations

import os
from typing import Final

from hypothesis import HealthCheck, settings

THOROUGH: Final = os.environ.get("SYNDATA_HYPOTHESIS") == "thorough"
"""Set SYNDATA_HYPOTHESIS=thorough for fresh examples, forty times as many."""


def examples(count: int) -> settings:
    """Settings for a law that is tried on `count` examples in the normal run."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    if THOROUGH:
        return settings(max_examples=40 * count, deadline=None, suppress_health_check=slow, print_blob=True)
    return settings(
        max_examples=count, deadline=None, derandomize=True, database=None, suppress_health_check=slow, print_blob=True
    )
