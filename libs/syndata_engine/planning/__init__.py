"""From a schema to a plan, with every proof made before a row exists."""

from syndata_engine.planning.choosing import left_out
from syndata_engine.planning.compiling import Planning, compile_plan
from syndata_engine.planning.preparing import Overrides, Prepared, plan_reading
from syndata_engine.planning.scaling import parse_scale

__all__ = ["Overrides", "Planning", "Prepared", "compile_plan", "left_out", "parse_scale", "plan_reading"]
