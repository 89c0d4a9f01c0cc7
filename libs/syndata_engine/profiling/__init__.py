"""Profiling: one pass over a table's values, into statistics that can be kept, sent and learnt from."""

from syndata_engine.profiling.limits import LIMITS, Limits
from syndata_engine.profiling.reader import CsvProfiler, profile_csv
from syndata_engine.profiling.result import ColumnProfile, Profile

__all__ = ["LIMITS", "ColumnProfile", "CsvProfiler", "Limits", "Profile", "profile_csv"]
