"""The compiler, and what only it can make; imported when the first kernel is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.caching import FunctionCache
from numba.core.registry import cpu_target
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


def dispatcher(function: Callable[..., Any], *, inline: bool, cached: bool) -> Any:
    """What compiles `function` for the types that it is called with."""
    if inline:
        return njit(inline="always")(function)
    compiled: Any = njit(nogil=True)(function)
    if cached:
        cache: Any = _Cache
        compiled._cache = cache(function)  # noqa: SLF001 -- numba has no public place for it
    return compiled


def type_of(made: Any) -> Any:
    """The compiler's type of what it has made: a dispatcher knows its own, an intrinsic's is in a register."""
    own = getattr(made, "_numba_type_", None)
    if own is not None:
        return own
    cpu_target.typing_context.refresh()  # it may have been made just now
    return cpu_target.typing_context.resolve_value_type(made)
