"""Importing this loads the kernels, as the process does that worker processes are forked from: once for all of them."""

from __future__ import annotations

from syndata_engine.generation.warm import warm

warm()
