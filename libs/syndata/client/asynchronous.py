"""The client for asynchronous code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from syndata.client.connecting import Server, answer_of, arguments, in_turn, load_httpx2, losses, pieces_of
from syndata.client.described import described
from syndata.client.steps import Answer, Ask, Give, Read, Rest, Step, Talk, Talks, Work
from syndata.client.verbs import DEFAULT_PATIENCE, Verbs

if TYPE_CHECKING:
    import httpx2

P = ParamSpec("P")
T = TypeVar("T")


def _one(
    verb: Callable[Concatenate[Verbs, P], Talk[T]],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    async def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._run(verb(self._verbs, *args, **kwargs))

    return described(method, verb, "{}")


def _many(verb: Callable[Concatenate[Verbs, P], Talks[T]]) -> Callable[Concatenate[AsyncClient, P], AsyncIterator[T]]:
    def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        return self._each(verb(self._verbs, *args, **kwargs))

    return described(method, verb, "AsyncIterator[{}]")


class AsyncClient:
    """Asks a Syndata server; `Client`, with `await`. The arguments are `Client`'s too."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        patience: float = DEFAULT_PATIENCE,
        workspace: str | None = None,
    ) -> None:
        """Nothing is asked yet; Refused when the address or the key cannot be used."""
        server = Server.given(url, api_key, workspace)
        self.url = server.url
        self._verbs = Verbs(server.url, patience)
        self._http: httpx2.AsyncClient = load_httpx2().AsyncClient(**server.options())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    create_job = _one(Verbs.create_job)
    job = _one(Verbs.job)
    jobs = _many(Verbs.jobs)
    pause = _one(Verbs.pause)
    resume = _one(Verbs.resume)
    cancel = _one(Verbs.cancel)
    wait = _one(Verbs.wait)
    log = _one(Verbs.log)
    rows = _one(Verbs.rows)
    files = _one(Verbs.files)
    download = _one(Verbs.download)
    validate = _one(Verbs.validate)
    preview = _one(Verbs.preview)
    keep_schema = _one(Verbs.keep_schema)
    schema = _one(Verbs.schema)
    schemas = _many(Verbs.schemas)
    upload = _one(Verbs.upload)
    profile = _one(Verbs.profile)

    async def _run(self, talk: Talk[T]) -> T:
        async with _Performance(self._http) as performance:
            try:
                step = next(talk)
                while True:
                    try:
                        done = await performance.do(step)
                    except Exception as error:  # noqa: BLE001 -- the verb decides what it means
                        step = talk.throw(error)
                    else:
                        step = talk.send(done)
            except StopIteration as end:
                result: T = end.value
                return result
            finally:
                talk.close()

    async def _each(self, talks: Talks[T]) -> AsyncIterator[T]:
        async with _Performance(self._http) as performance:
            try:
                step = next(talks)
                while True:
                    if isinstance(step, Give):
                        yield step.item
                        step = talks.send(None)
                        continue
                    try:
                        done = await performance.do(step)
                    except Exception as error:  # noqa: BLE001 -- the verb decides what it means
                        step = talks.throw(error)
                    else:
                        step = talks.send(done)
            except StopIteration:
                return
            finally:
                talks.close()


class _Performance:
    """Does the steps of one verb; at most one answer is streamed at a time."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http
        self._stream: httpx2.Response | None = None
        self._pieces: AsyncIterator[bytes] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    async def do(self, step: Step) -> Any:
        """What comes of a step."""
        match step:
            case Ask():
                return await self._ask(step)
            case Read():
                with losses(None):
                    return b"" if self._pieces is None else await anext(self._pieces, b"")
            case Rest():
                return await asyncio.sleep(step.seconds)
            case Work():
                return await _finished(asyncio.ensure_future(asyncio.to_thread(step.call)))

    async def _ask(self, step: Ask) -> Answer:
        await self._end()
        content = step.body if step.body is None or isinstance(step.body, bytes) else in_turn(pieces_of(step))
        request = self._http.build_request(content=content, **arguments(step))
        with losses(step):
            response = await self._http.send(request, stream=True)
        if step.streamed and response.is_success:
            self._stream, self._pieces = response, response.aiter_raw()
            return answer_of(response, b"")
        try:
            with losses(None):
                return answer_of(response, await response.aread())
        finally:
            await response.aclose()

    async def _end(self) -> None:
        stream, self._stream, self._pieces = self._stream, None, None
        if stream is not None:
            with suppress(load_httpx2().RequestError):
                await stream.aclose()


async def _finished(working: asyncio.Future[T]) -> T:
    """What comes of work in a thread; cancelled, it still ends first: what cleans up must not meet it halfway."""
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        if not working.cancelled():
            working.exception()  # looked at, so that nothing complains of it
        raise
