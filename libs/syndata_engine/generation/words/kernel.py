"""`kernel`: what compiles a function for whole arrays, and loads the compiled code without waking the compiler.

Nothing here imports the compiler before a kernel is called: many commands, and most services, never call one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Later:
    """A thing of the compiler's, made when it is first needed, and to the compiler the same as that thing."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def __call__(self, *arguments: Any) -> Any:
        return self.made(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.made, name)

    @property
    def made(self) -> Any:
        """The thing itself."""
        if self._made is None:
            self._made = self._make()
        return self._made

    @property
    def _numba_type_(self) -> Any:
        """What the compiler asks of a name that it finds in a function."""
        from syndata_engine.generation.words.compiling import type_of

        return type_of(self.made)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile `function` for the types it is called with, once per machine; it runs without the interpreter's lock."""
    return _compiled(function, cached=True)


def helper(function: Callable[..., Any]) -> Any:
    """Compile `function` as a part of the kernels that call it."""
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Write `function` out wherever a kernel calls it."""
    return _compiled(function, inline=True)


def _compiled(function: Callable[..., Any], *, inline: bool = False, cached: bool = False) -> Any:
    def make() -> Any:
        from syndata_engine.generation.words.compiling import dispatcher

        return dispatcher(function, inline=inline, cached=cached)

    return Later(make)
