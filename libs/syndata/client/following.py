"""Following a job to its end: server-sent events, and asking now and then where they do not come through."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from syndata.client.asking import Asking, read
from syndata.client.errors import JobFailed
from syndata.client.models import Job
from syndata.client.steps import Answer, Ask, Lost, Read, Rest, Talk
from syndata_contracts.errors import Unavailable

SILENCE_SECONDS: Final = 40.0
"""Servers say that they are there every 15 seconds."""
_AGAIN_SECONDS: Final = 0.2
_SLOWEST_SECONDS: Final = 2.0

Told = Callable[[Job], None]


@dataclass
class Events:
    """Takes a stream of server-sent events apart."""

    last: str | None = None
    """Id of the last event that was whole."""
    _rest: bytes = b""
    _id: str | None = None
    _data: list[str] = field(default_factory=list)

    def feed(self, piece: bytes) -> Iterator[str]:
        """The data of every event that ends in `piece`."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for raw in lines:
            line = raw.decode("utf-8", "replace").rstrip("\r")
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                self._data.append(value)
            elif name == "id":
                self._id = value
            elif not line:
                data, self._data = self._data, []
                self.last = self._id
                if data:
                    yield "\n".join(data)

    def cut(self) -> None:
        """The stream broke off; what was not whole will come again."""
        self._rest, self._data, self._id = b"", [], self.last


class Following:
    """One job, followed by one caller."""

    def __init__(self, asking: Asking, job_id: str, told: Told | None, timeout: float | None) -> None:
        self._asking = asking
        self._path = f"/api/v1/jobs/{job_id}"
        self._told = told
        self._end = None if timeout is None else time.monotonic() + timeout
        self._job: Job | None = None
        self._events = Events()

    def run(self) -> Talk[Job]:
        """The job when it is completed.

        Raises:
            JobFailed: it failed, or was cancelled.
            Unavailable: the server was away, or time was up.
        """
        self._hear((yield from self._asking.data(Ask("GET", self._path), Job)))
        streams = True
        patience = self._asking.begin()
        pause = _AGAIN_SECONDS
        while not self._over():
            if not streams:
                yield Rest(self._within(pause))
                pause = min(pause * 1.5, _SLOWEST_SECONDS)
                self._hear((yield from self._asking.data(Ask("GET", self._path), Job)))
                continue
            version = self._version
            try:
                streams = yield from self._stream()
            except Lost as lost:
                if self._version > version:
                    patience.anew()
                seconds = patience.pause()
                if seconds is None:
                    raise self._asking.away(str(lost)) from None
                yield Rest(self._within(seconds))
                continue
            patience.anew()
            if streams and not self._over():
                yield Rest(self._within(_AGAIN_SECONDS))
        return self._ended()

    def _stream(self) -> Talk[bool]:
        """Hear events until they end; whether they come through at all. `Lost` when there is no connection."""
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
        if self._events.last is not None:
            headers["Last-Event-ID"] = self._events.last
        silence = self._within(SILENCE_SECONDS)
        answer: Answer = yield Ask("GET", f"{self._path}/events", headers=headers, silence=silence, streamed=True)
        if answer.status != 200 or answer.media_type != "text/event-stream":
            return False  # asking says what is wrong, if anything is
        self._asking.met()
        heard = False
        try:
            while piece := (yield Read()):
                heard = True
                for data in self._events.feed(piece):
                    self._hear(self._parsed(data, answer))
                if self._over():
                    return True
        except Lost as lost:
            if lost.silent and not heard:
                return False  # something on the way keeps the events back
            if lost.silent:
                return True
            raise
        finally:
            self._events.cut()
        return True

    def _parsed(self, data: str, answer: Answer) -> Job:
        try:
            return Job.model_validate_json(data)
        except ValidationError:
            return read(Answer(answer.status, {}, b""), Job, self._asking.url)  # raises, in the words of an answer

    def _hear(self, job: Job) -> None:
        if self._job is not None and job.version <= self._version:
            return
        self._job = job
        if self._told is not None:
            self._told(job)

    def _over(self) -> bool:
        job = self._job
        if job is not None and job.ended:
            return True
        if job is not None and self._end is not None and time.monotonic() >= self._end:
            raise Unavailable(f"job {job.id} was still {job.state} when time was up; it goes on")
        return False

    def _ended(self) -> Job:
        if self._job is None or self._job.state != "completed":
            raise JobFailed(self._job) if self._job is not None else AssertionError("nothing was heard")
        return self._job

    @property
    def _version(self) -> int:
        return -1 if self._job is None else self._job.version

    def _within(self, seconds: float) -> float:
        """No longer than there is time."""
        return seconds if self._end is None else max(0.01, min(seconds, self._end - time.monotonic()))
