"""What a verb asks of the one who runs it.

A verb is a generator: it yields a step, is sent what came of it, and returns its result. It neither waits nor reads
nor writes by itself, so one text of it serves blocking and asynchronous code.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

SILENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A request; what comes of it is an `Answer`, or a `Lost` is raised."""

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Path | None = None
    """A path is sent piece by piece."""
    silence: float = SILENCE_SECONDS
    """Seconds without a byte after which the server counts as gone."""
    repeatable: bool = True
    """Whether asking twice does what asking once does."""
    streamed: bool = False
    """Whether the body of a good answer is taken by `Read` steps; asking anew ends the stream before."""


@dataclass(frozen=True, slots=True)
class Read:
    """The next bytes of the streamed answer; none at its end. `Lost` is raised when the connection breaks."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Call what blocks, for disks mostly; its result comes back."""

    call: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Give(Generic[T]):
    """Hand one item of several to the caller."""

    item: T


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """By names in lower case."""
    body: bytes
    """Empty while it is streamed."""

    @property
    def media_type(self) -> str:
        """Without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Lost(Exception):
    """There is no answer, or it broke off."""

    def __init__(self, what: str, *, arrived: bool, silent: bool, pause: float = 0.0) -> None:
        """`arrived`: the server may have got the request; `silent`: nothing broke, nothing came.

        `pause` are seconds that the server asks to be left alone for.
        """
        super().__init__(what)
        self.pause = pause
        self.arrived = arrived
        self.silent = silent


Step = Ask | Read | Rest | Work
Talk = Generator[Step, Any, T]
"""A verb with one result."""
Talks = Generator[Step | Give[T], Any, None]
"""A verb with many."""
