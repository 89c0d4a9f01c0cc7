"""Learning: tables that somebody has -> a configuration that makes such tables, without values that look personal or that few rows have."""

from syndata_engine.learning.configuring import ASPECTS, Aspect, write_configuration
from syndata_engine.learning.learning import learn
from syndata_engine.learning.meanings import Names
from syndata_engine.learning.observing import ObservedTable
from syndata_engine.learning.page import page
from syndata_engine.learning.reporting import report
from syndata_engine.learning.result import LearntTables
from syndata_engine.learning.shapes import Threshold
from syndata_engine.learning.sources import CsvObserver, observe_batches

__all__ = [
    "ASPECTS",
    "Aspect",
    "CsvObserver",
    "LearntTables",
    "Names",
    "ObservedTable",
    "Threshold",
    "learn",
    "observe_batches",
    "page",
    "report",
    "write_configuration",
]
