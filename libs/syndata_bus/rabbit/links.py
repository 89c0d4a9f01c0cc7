"""Connections to the broker that come back.

The driver's robust connections restore what was declared but replay nothing, and hide when they broke. Here a link
is opened anew as a whole, and whoever uses it learns by Broken that what they did may be lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Final, Generic, Protocol, TypeVar

import aio_pika
import pamqp.exceptions
from aio_pika.abc import AbstractConnection
from aio_pika.connection import make_url
from aio_pika.exceptions import AMQPError, AuthenticationError, ProbableAuthenticationError

from syndata_contracts.errors import Fault, Refused, Unavailable

HEARTBEAT_SECONDS: Final = 15
"""Silence of three times this breaks a link: half-open connections are found by it."""

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 2.0
CLOSING_SECONDS: Final = 5.0

_BREAKS: Final = (AMQPError, OSError, RuntimeError, EOFError, pamqp.exceptions.PAMQPException)


class Broken(Exception):
    """A link broke while it was used; what was sent may or may not have arrived."""


@contextlib.contextmanager
def breaking() -> Iterator[None]:
    """Turn whatever the driver raises when a connection dies into Broken."""
    try:
        yield
    except _BREAKS as error:
        raise Broken(type(error).__name__) from error
    except asyncio.CancelledError as error:
        # The driver cancels what waits on a dying channel; nobody who holds this task asked for it.
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise Broken("cancelled by the driver") from error


@contextlib.asynccontextmanager
async def within(seconds: float, what: str) -> AsyncIterator[None]:
    """Allow `seconds` for what is done inside, then raise Unavailable."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise Unavailable(f"RabbitMQ: {what} was not possible within {seconds:g} s") from error


class Session(Protocol):
    """What a link makes of each connection."""

    gone: asyncio.Event
    """Set once it can be used no more."""


S = TypeVar("S", bound=Session)


class Link(Generic[S]):
    """One connection, opened again whenever it breaks, with the session that is set up on it."""

    def __init__(self, url: str, seconds: float, set_up: Callable[[AbstractConnection], Awaitable[S]]) -> None:
        self._url = make_url(url, name="syndata")
        if "heartbeat" not in self._url.query:
            self._url = self._url.update_query(heartbeat=HEARTBEAT_SECONDS)
        self._seconds = seconds
        self._set_up = set_up
        self._session: S | None = None
        self._changed = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._closed = False

    async def start(self) -> None:
        """Open it; Unavailable when nobody answers in time, Refused when the credentials are wrong."""
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep(first))
        try:
            async with within(self._seconds, "to connect"):
                await asyncio.shield(first)
        except BaseException:
            await self.close()
            raise

    async def live(self) -> S:
        """Wait for a session that works; the caller limits the time.

        Raises:
            Unavailable: the link was closed.
        """
        while True:
            if self._closed:
                raise Unavailable("RabbitMQ: this connection was closed")
            if self._session is not None and not self._session.gone.is_set():
                return self._session
            self._changed.clear()
            await self._changed.wait()

    async def close(self) -> None:
        self._closed = True
        self._changed.set()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def _keep(self, first: asyncio.Future[None]) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._live_once(first)
                pause = FIRST_PAUSE
            except (AuthenticationError, ProbableAuthenticationError) as error:
                if not first.done():
                    first.set_exception(_unwelcome(error))
            except (Broken, TimeoutError):
                pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads reconnects, hides nothing

    async def _live_once(self, first: asyncio.Future[None]) -> None:
        """Connect, say so, and return once the connection is gone."""
        connection: AbstractConnection | None = None
        try:
            async with asyncio.timeout(max(self._seconds, 5.0)):
                try:
                    with breaking():
                        connection = await aio_pika.connect(self._url)
                        session = await self._set_up(connection)
                except Broken as error:
                    if isinstance(error.__cause__, (AuthenticationError, ProbableAuthenticationError)):
                        raise error.__cause__ from None
                    raise
            connection.close_callbacks.add(lambda *_: session.gone.set())
            if connection.transport is None or connection.transport.connection.is_closed:
                return
            self._session = session
            self._changed.set()
            if not first.done():
                first.set_result(None)
            await session.gone.wait()
        finally:
            self._session = None
            if connection is not None:
                await _end(connection)


async def _end(connection: AbstractConnection) -> None:
    with contextlib.suppress(Broken, TimeoutError), breaking():
        async with asyncio.timeout(CLOSING_SECONDS):
            await connection.close()


def _unwelcome(error: Exception) -> Refused:
    del error  # its text may hold what was sent
    return Refused(Fault("RabbitMQ", "the broker refuses the credentials", "mend the URL of the bus"))
