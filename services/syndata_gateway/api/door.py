"""What every route of the API asks before its own work: a key, known parameters, and a body that means one thing."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.responses import Response
from fastapi.routing import APIRoute

from syndata_contracts.errors import Fault, Refused
from syndata_gateway.access import check_key
from syndata_runtime.problems import Problem

MOST_DEPTH: Final = 100
"""Levels of a JSON body; no configuration comes near, and what walks it must not run out of stack."""
_INLINE_BYTES: Final = 64 * 1024
"""Above, a body is parsed in a thread: others are served meanwhile."""


class Door(APIRoute):
    """A route that looks before it reads: without a key no byte of a body is taken."""

    further: tuple[str, ...] = ()
    """Parameters of the query beyond those that the route itself takes."""

    def admit(self, request: Request) -> None:
        """Let whoever holds a key pass; Problem 401 for others."""
        check_key(request, request.app.state.gateway.keys)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Check key, query and content type, then do what the route does."""
        enter = super().get_route_handler()
        known = [*_query_names(self.dependant), *self.further]
        takes_json = self.body_field is not None

        async def entered(request: Request) -> Response:
            self.admit(request)
            _check_query(request, known)
            if takes_json:
                _check_content_type(request)
            return await enter(_Body(request.scope, request.receive))

        return entered


def _query_names(dependant: Dependant) -> list[str]:
    """Names of the query's parameters: of the route's own, and of what it depends on."""
    names = [parameter.alias for parameter in dependant.query_params]
    return names + [name for inner in dependant.dependencies for name in _query_names(inner)]


class _Body(Request):
    """A request whose JSON is read strictly."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            body = await self.body()
            self._json = read_json(body) if len(body) <= _INLINE_BYTES else await asyncio.to_thread(read_json, body)
        return self._json


def read_json(body: bytes) -> Any:
    """Read a body; Refused unless it is UTF-8 JSON that every reader understands alike.

    What readers take differently is refused: names that occur twice, NaN and infinities, halves of surrogate pairs.
    """
    try:
        text = body.decode()
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
        _check_depth(document)
        if "\\u" in text:
            json.dumps(document, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise _refused(f"byte {error.start} is not UTF-8", "send the body in UTF-8") from None
    except UnicodeEncodeError:
        raise _refused("half of a surrogate pair stands alone", "escape both halves, or send the character") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _refused(f"not JSON: {error.msg} in {where}", "correct the body") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # digits beyond what Python reads
        raise _refused("a number has more digits than any that is taken", "send a smaller number") from None
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _refused(f"the name {twice[:100]!r} occurs twice in one object", "send it once")
    return found


def _no_constant(name: str) -> Any:
    raise _refused(f"{name} is no JSON", "send a number")


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(MOST_DEPTH + 1):
        level = [
            child
            for one in level
            if isinstance(one, (dict, list))
            for child in (one.values() if isinstance(one, dict) else one)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> Refused:
    return _refused(f"the body has more than {MOST_DEPTH} levels", "send what is flatter")


def _refused(what: str, fix: str) -> Refused:
    return Refused(Fault("", what, fix))


def _check_query(request: Request, known: list[str]) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    faults = [
        Fault(name[:100], "there is no such parameter here", f"use {', '.join(known)}" if known else "leave it out")
        for name in dict.fromkeys(names)
        if name not in known
    ]
    faults += [
        Fault(name, "the parameter is given more than once", "give it once") for name in known if names.count(name) > 1
    ]
    if faults:
        raise Refused(faults)


def _check_content_type(request: Request) -> None:
    given = request.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        detail = f"the body is sent as {given[:80] or 'nothing'}: send Content-Type: application/json"
        raise Problem(415, "unsupported_media_type", detail)
