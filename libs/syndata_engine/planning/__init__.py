"""From a schema to a plan, with every proof made before a row exists."""

from syndata_engine.planning.compiling import Planning, compile_plan
from syndata_engine.planning.preparing import Overrides, Prepared, plan_reading

__all__ = ["Overrides", "Planning", "Prepared", "compile_plan", "plan_reading"]
