"""`kernel`: what compiles a function for whole arrays, and loads the compiled code without waking the compiler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.caching import FunctionCache
from numba.core.runtime.nrt import rtsys


class _Cache(FunctionCache):
    """Numba's cache on disk, except that a kernel found there needs none of what compiling needs.

    Numba's own first imports and registers every function it can compile, which is a fifth of the time of a short
    command. The dispatcher does that itself when it has to compile.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The kernel for these types, or None."""
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            found: Any = self._load_overload(sig, target_context)  # type: ignore[no-untyped-call] # numba's
            return found


def kernel(function: Callable[..., Any]) -> Any:
    """Compile `function` for the types it is called with, once per machine; it runs without the interpreter's lock."""
    compiled: Any = njit(nogil=True, cache=True)(function)
    cache: Any = _Cache
    compiled._cache = cache(function)  # noqa: SLF001 -- numba has no public place for it
    return compiled
