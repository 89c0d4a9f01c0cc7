"""Asking until there is an answer, and what an answer means."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from syndata.client.errors import Rejected
from syndata.client.steps import Answer, Ask, Lost, Rest, Step, Talk
from syndata_contracts.errors import Defect, Fault, Unavailable
from syndata_contracts.faults import FaultRecord

M = TypeVar("M", bound=BaseModel)

UNMET_SECONDS: Final = 3.0
"""How long a server that never answered is tried: an address that is wrong should be told at once."""
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 5.0
PASSING: Final = {408, 425, 429, 502, 503, 504}
_FIXES: Final = {
    401: "set SYNDATA_API_KEY, or name the file that holds the key",
    403: "use a key that may do this",
    404: "check the name; it may be another server's",
}


@dataclass
class Patience:
    """How long to go on trying; begun anew whenever something moves."""

    limit: float
    """In seconds."""
    begun: float = 0.0
    tries: int = 0

    def __post_init__(self) -> None:
        self.anew()

    def anew(self) -> None:
        """Something moved."""
        self.begun, self.tries = time.monotonic(), 0

    def pause(self, asked: float = 0.0) -> float | None:
        """Seconds until the next try, `asked` at least; None when patience is at its end."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**self.tries)
        # Clients that lost the same server must not come back in step.
        seconds = max(asked, longest * random.uniform(0.5, 1.0))  # noqa: S311 -- spreads load, guards nothing
        self.tries += 1
        return seconds if time.monotonic() - self.begun + seconds <= self.limit else None


class Asking:
    """One server, and what is known of it."""

    def __init__(self, url: str, patience: float) -> None:
        self.url = url
        self.patience = patience
        self._met = False

    def begin(self) -> Patience:
        """Patience for one conversation."""
        return Patience(self.patience if self._met else min(self.patience, UNMET_SECONDS))

    def met(self) -> None:
        """The server answered."""
        self._met = True

    def ask(self, request: Ask) -> Talk[Answer]:
        """The server's good answer, whatever comes in between.

        Raises:
            Rejected: it says no.
            Unavailable: it is away, or overloaded, for longer than patience lasts.
            Defect: it failed.
        """
        patience = self.begin()
        while True:
            asked = 0.0
            try:
                answer: Answer = yield request
            except Lost as lost:
                again, what = request.repeatable or not lost.arrived, str(lost)
            else:
                self.met()
                patience.limit = self.patience
                if answer.status not in PASSING:
                    return checked(answer, request, self.url)
                again, what = request.repeatable or answer.status == 429, _detail(answer)
                asked = retry_after(answer)
            pause = patience.pause(asked) if again else None
            if pause is None:
                raise self.away(what)
            yield Rest(pause)

    def away(self, what: str) -> Unavailable:
        """The error that ends patience."""
        return Unavailable(f"{self.url} is not available: {what}")

    def data(self, request: Ask, model: type[M]) -> Generator[Step, Any, M]:
        """The data of a good answer."""
        answer = yield from self.ask(request)
        return read(answer, model, self.url)


def read(answer: Answer, model: type[M], url: str, **more: Any) -> M:
    """An answer's data; Defect when it has none of this shape."""
    try:
        return model.model_validate({**data_of(answer, url), **more})
    except ValidationError as error:
        raise _stranger(url, str(error).splitlines()[0]) from None


def data_of(answer: Answer, url: str) -> dict[str, Any]:
    """What stands in an answer's envelope."""
    try:
        document = json.loads(answer.body)
    except ValueError:
        raise _stranger(url, "it is not JSON") from None
    data = document.get("data") if isinstance(document, dict) else None
    if not isinstance(data, dict):
        raise _stranger(url, "it has no data")
    return data


def checked(answer: Answer, request: Ask, url: str) -> Answer:
    """The answer, if it is good; else what it means is raised."""
    if 200 <= answer.status < 300:
        return answer
    problem = _problem(answer)
    request_id = str(problem.get("request_id") or answer.headers.get("x-request-id", ""))
    detail = _detail(answer)
    if answer.status >= 500:
        raise Defect(f"{url} failed: {detail}" + (f" ({request_id})" if request_id else ""))
    code = str(problem.get("code") or "http_error")
    if not problem:
        there = answer.headers.get("location")
        detail = f"{request.method} {request.path} was answered with {detail}" + (f" to {there}" if there else "")
        fault = Fault("", detail, f"check that {url} is the address of a Syndata server")
        raise Rejected(fault, answer.status, code, request_id)
    faults = _faults(problem.get("errors")) or (Fault("", detail, _FIXES.get(answer.status, "")),)
    raise Rejected(faults, answer.status, code, request_id)


def _faults(listed: object) -> Sequence[Fault]:
    try:
        return tuple(FaultRecord.model_validate(one).to_fault() for one in listed) if isinstance(listed, list) else ()
    except ValidationError:
        return ()


def _problem(answer: Answer) -> dict[str, Any]:
    if answer.media_type != "application/problem+json":
        return {}
    try:
        document = json.loads(answer.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _detail(answer: Answer) -> str:
    problem = _problem(answer)
    return str(problem.get("detail") or problem.get("title") or f"status {answer.status}")


def retry_after(answer: Answer) -> float:
    """Seconds the server asks us to wait: a number, or a date."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _stranger(url: str, what: str) -> Defect:
    return Defect(f"{url} gave an answer that cannot be read: {what}; is it a Syndata server of this version?")
