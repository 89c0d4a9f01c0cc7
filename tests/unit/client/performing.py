"""A verb played through by hand: the test is the server, the clock and the line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from syndata.client.steps import Answer, Ask, Lost, Read, Rest, Step, Talk, Work

URL = "http://server.example"
ID = "01a1fc36-7a08-7ed5-8234-85e884cd8663"
JOB: dict[str, Any] = {
    "id": ID,
    "state": "generating",
    "version": 1,
    "plan": "p",
    "seed": 0,
    "as_of": "2026-01-01T00:00:00Z",
    "output_format": "csv",
    "rows": 10,
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
}

BROKEN = Lost("broken", arrived=True, silent=False)
SILENT = Lost("silent", arrived=True, silent=True)
REFUSED = Lost("refused", arrived=False, silent=False)


def success(data: object, **headers: str) -> Answer:
    """A good answer."""
    return Answer(200, {"content-type": "application/json", **headers}, json.dumps({"data": data}).encode())


def problem(status: int, code: str = "code", headers: dict[str, str] | None = None, **more: Any) -> Answer:
    """An answer that is an error."""
    body = {"status": status, "code": code, "detail": "what is wrong", "request_id": "req_1", **more}
    return Answer(status, {"content-type": "application/problem+json", **(headers or {})}, json.dumps(body).encode())


def stream(media_type: str = "text/event-stream", status: int = 200, **headers: str) -> Answer:
    """The head of an answer whose body is read."""
    return Answer(status, {"content-type": media_type, **headers}, b"")


def event(**changes: Any) -> bytes:
    """A job's change, as servers tell it."""
    job = {**JOB, **changes}
    return f"id: {job['version']}\nevent: progress\ndata: {json.dumps(job)}\n\n".encode()


class Played:
    """What a verb did when it met these answers."""

    def __init__(self, talk: Talk[Any], *answers: Answer | Lost | bytes) -> None:
        """Answers are for `Ask` and bytes for `Read` steps, in order; rests take no time, work is done."""
        self.asked: list[Ask] = []
        self.rests: list[float] = []
        self.result: Any = None
        left = iter(answers)
        try:
            step = next(talk)
            while True:
                step = self._next(talk, step, left)
        except StopIteration as end:
            self.result = end.value
            assert next(left, None) is None, "the verb did not take every answer"
        finally:
            talk.close()

    def _next(self, talk: Talk[Any], step: Step, left: Iterator[Answer | Lost | bytes]) -> Step:
        match step:
            case Rest():
                self.rests.append(step.seconds)
                return talk.send(None)
            case Work():
                return self._work(talk, step.call)
            case Ask():
                self.asked.append(step)
        answer = next(left, None)
        assert answer is not None, f"nothing was foreseen for {step}"
        if isinstance(answer, Lost):
            return talk.throw(answer)
        assert isinstance(answer, bytes) == isinstance(step, Read)
        return talk.send(answer)

    @staticmethod
    def _work(talk: Talk[Any], call: Callable[[], Any]) -> Step:
        try:
            done = call()
        except Exception as error:  # noqa: BLE001 -- as the clients do
            return talk.throw(error)
        return talk.send(done)
