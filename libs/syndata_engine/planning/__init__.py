"""From a schema to a plan, with every proof made before a row exists."""

from syndata_engine.planning.compiling import Planning, compile_plan
from syndata_engine.planning.doubts import Doubts

__all__ = ["Doubts", "Planning", "compile_plan"]
