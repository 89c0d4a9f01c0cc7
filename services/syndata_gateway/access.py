"""Who may enter: whoever holds an API key."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Final

from starlette.requests import HTTPConnection

from syndata_contracts.errors import Fault, Refused
from syndata_runtime.problems import Problem
from syndata_runtime.settings import Settings

_FEWEST_CHARACTERS = 16
DOCUMENTED_KEY: Final = "dev-api-key-123456"
"""Stands in the documents of a source system, so everyone knows it: it opens that system's dialect in development, and nothing else."""


def keys_of(settings: Settings) -> tuple[bytes, ...]:
    """The keys that open the gateway; Refused when there is none, or one that can be guessed."""
    text = settings.api_key.get_secret_value() if settings.api_key else ""
    keys = tuple(key.strip().encode() for key in text.split(",") if key.strip())
    if not keys:
        raise Refused(Fault("SYNDATA_API_KEY", "the gateway has no key", "set one of 16 or more random characters"))
    if settings.environment == "production" and DOCUMENTED_KEY.encode() in keys:
        raise Refused(Fault("SYNDATA_API_KEY", "everyone knows this key: it stands in documents", "set a random one"))
    if settings.environment == "production" and any(len(key) < _FEWEST_CHARACTERS for key in keys):
        raise Refused(Fault("SYNDATA_API_KEY", "a key is shorter than 16 characters", "set a longer, random one"))
    return keys


def check_key(connection: HTTPConnection, keys: Sequence[bytes], parameter: str | None = None) -> None:
    """Let a request with a right key pass; Problem 401 for any other.

    It comes in the header X-API-Key or as a bearer token; where `parameter` is given, also in the query under that name.
    """
    given = given_key(connection, parameter)
    # Every key is compared, and in constant time: how long it takes tells nothing.
    found = [hmac.compare_digest(given, key) for key in keys]
    if not any(found):
        how = "header X-API-Key" + (f", or ?{parameter}= in the address" if parameter else "")
        detail = "the API key is not known here" if given else f"an API key is needed: {how}"
        raise Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})


def given_key(connection: HTTPConnection, parameter: str | None = None) -> bytes:
    """The key that comes with a request, in the header X-API-Key, as a bearer token, or as this parameter of the query; empty without one."""
    # Servers read headers as latin-1: this gives the bytes that were sent.
    given = connection.headers.get("x-api-key", "").encode("latin-1")
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if not given and scheme.lower() == "bearer":
        given = token.strip().encode("latin-1")
    if not given and parameter is not None:
        given = connection.query_params.get(parameter, "").encode("utf-8", "surrogateescape")
    return given
