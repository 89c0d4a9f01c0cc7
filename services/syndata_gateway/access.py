"""Who may enter: whoever holds an API key."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from starlette.requests import HTTPConnection

from syndata_contracts.errors import Fault, Refused
from syndata_runtime.problems import Problem
from syndata_runtime.settings import Settings

_FEWEST_CHARACTERS = 16


def keys_of(settings: Settings) -> tuple[bytes, ...]:
    """The keys that open the gateway; Refused when there is none, or one that can be guessed."""
    text = settings.api_key.get_secret_value() if settings.api_key else ""
    keys = tuple(key.strip().encode() for key in text.split(",") if key.strip())
    if not keys:
        raise Refused(Fault("SYNDATA_API_KEY", "the gateway has no key", "set one of 16 or more random characters"))
    if settings.environment == "production" and any(len(key) < _FEWEST_CHARACTERS for key in keys):
        raise Refused(Fault("SYNDATA_API_KEY", "a key is shorter than 16 characters", "set a longer, random one"))
    return keys


def check_key(connection: HTTPConnection, keys: Sequence[bytes]) -> None:
    """Let a request with a right key pass; Problem 401 for any other."""
    given = connection.headers.get("x-api-key", "")
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if not given and scheme.lower() == "bearer":
        given = token.strip()
    # Servers read headers as latin-1: this gives the bytes that were sent. Every key is compared, and in constant time: how long it takes tells nothing.
    found = [hmac.compare_digest(given.encode("latin-1"), key) for key in keys]
    if not any(found):
        detail = "the API key is not known here" if given else "an API key is needed: header X-API-Key"
        raise Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})
