"""The client for ordinary code."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from syndata.client.connecting import Server, answer_of, arguments, load_httpx2, losses, pieces_of
from syndata.client.described import described
from syndata.client.steps import Answer, Ask, Give, Read, Rest, Step, Talk, Talks, Work
from syndata.client.verbs import DEFAULT_PATIENCE, Verbs

if TYPE_CHECKING:
    import httpx2

P = ParamSpec("P")
T = TypeVar("T")


def _one(verb: Callable[Concatenate[Verbs, P], Talk[T]]) -> Callable[Concatenate[Client, P], T]:
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._run(verb(self._verbs, *args, **kwargs))

    return described(method, verb, "{}")


def _many(verb: Callable[Concatenate[Verbs, P], Talks[T]]) -> Callable[Concatenate[Client, P], Iterator[T]]:
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return self._each(verb(self._verbs, *args, **kwargs))

    return described(method, verb, "Iterator[{}]")


class Client:
    """Asks a Syndata server, and waits for its answers. May be used by several threads.

    Args:
        url: where the server is; else SYNDATA_URL, else http://127.0.0.1:8000.
        api_key: what opens it; else SYNDATA_API_KEY.
        patience: seconds for which requests that can be repeated are repeated while the server is away. One that
            has never answered is given up after three.
        workspace: whose jobs, schemas and uploads these are, by id or name; else SYNDATA_WORKSPACE, else `default`.
    """

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
        self._http: httpx2.Client = load_httpx2().Client(**server.options())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

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

    def _run(self, talk: Talk[T]) -> T:
        with _Performance(self._http) as performance:
            try:
                step = next(talk)
                while True:
                    try:
                        done = performance.do(step)
                    except Exception as error:  # noqa: BLE001 -- the verb decides what it means
                        step = talk.throw(error)
                    else:
                        step = talk.send(done)
            except StopIteration as end:
                result: T = end.value
                return result
            finally:
                talk.close()

    def _each(self, talks: Talks[T]) -> Iterator[T]:
        with _Performance(self._http) as performance:
            try:
                step = next(talks)
                while True:
                    if isinstance(step, Give):
                        yield step.item
                        step = talks.send(None)
                        continue
                    try:
                        done = performance.do(step)
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

    def __init__(self, http: httpx2.Client) -> None:
        self._http = http
        self._stream: httpx2.Response | None = None
        self._pieces: Iterator[bytes] = iter(())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def do(self, step: Step) -> Any:
        """What comes of a step."""
        match step:
            case Ask():
                return self._ask(step)
            case Read():
                with losses(None):
                    return next(self._pieces, b"")
            case Rest():
                return time.sleep(step.seconds)
            case Work():
                return step.call()

    def _ask(self, step: Ask) -> Answer:
        self._end()
        content = step.body if step.body is None or isinstance(step.body, bytes) else pieces_of(step)
        request = self._http.build_request(content=content, **arguments(step))
        with losses(step):
            response = self._http.send(request, stream=True)
        if step.streamed and response.is_success:
            self._stream, self._pieces = response, response.iter_raw()
            return answer_of(response, b"")
        try:
            with losses(None):
                return answer_of(response, response.read())
        finally:
            response.close()

    def _end(self) -> None:
        stream, self._stream, self._pieces = self._stream, None, iter(())
        if stream is not None:
            with suppress(load_httpx2().RequestError):
                stream.close()
