"""The kernel that writes rows, once more with damage in it: loaded only for rows that have dirt."""

from __future__ import annotations

from types import FunctionType
from typing import Any, Final

from syndata_engine.generation.rendering import render
from syndata_engine.generation.rendering.damage import damage
from syndata_engine.generation.words.kernel import kernel


def _with_damage() -> FunctionType:
    """The interpreter of `render`, told that rows may have dirt, and how it is made."""
    plain: FunctionType = render.render_rows.py_func
    function = FunctionType(plain.__code__, {**vars(render), "DIRTY": True, "damage": damage}, "render_dirty_rows")
    # Numba's cache tells functions apart by these.
    function.__qualname__, function.__module__ = "render_dirty_rows", __name__
    return function


render_dirty_rows: Final[Any] = kernel(_with_damage())
