"""From a schema to a plan, with every proof made before a row exists."""

from syndata_engine.planning.compiling import Planning, compile_plan

__all__ = ["Planning", "compile_plan"]
