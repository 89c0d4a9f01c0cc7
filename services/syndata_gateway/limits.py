"""How many requests one caller may send in a minute."""

from __future__ import annotations

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from starlette.requests import HTTPConnection

from syndata_gateway.access import given_key

_MINUTE: Final = 60.0
_MOST_CALLERS: Final = 10_000
"""Whoever was not heard of longest is forgotten, which gives him a whole minute's requests."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has left."""

    limit: int
    """Requests a minute."""
    left: int
    """Requests that would be let in now."""
    wait: float
    """Seconds until the next is let in; 0 for one that is."""

    @property
    def headers(self) -> dict[str, str]:
        """As RateLimit header fields say it (draft-ietf-httpapi-ratelimit-headers)."""
        refilled = ceil((self.limit - self.left) * _MINUTE / self.limit)
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w=60',
            "RateLimit": f'"minute";r={self.left};t={refilled}',
        }


class Limits:
    """A bucket of tokens for each caller: a minute's requests at once at most, refilled evenly.

    Whoever holds a key of ours is a caller, wherever he asks from; all others are known by their address, so that guessing keys
    is slow. Each gateway counts for itself.
    """

    def __init__(self, per_minute: int, keys: Sequence[bytes], clock: Callable[[], float] = time.monotonic) -> None:
        """`per_minute` requests, 0 for any number."""
        self._per_minute = per_minute
        self._keys = tuple(keys)
        self._clock = clock
        self._full_at: OrderedDict[str, float] = OrderedDict()
        """When each caller's bucket is full again (the generic cell rate algorithm of ITU-T I.371)."""

    def take(self, connection: HTTPConnection) -> Allowance | None:
        """Count a request; None where nothing is limited."""
        if not self._per_minute:
            return None
        caller, now, cost = self._caller(connection), self._clock(), _MINUTE / self._per_minute
        full_at = max(self._full_at.pop(caller, now), now)
        wait = full_at + cost - (now + _MINUTE)
        admitted = wait <= 1e-9
        self._full_at[caller] = full_at + cost if admitted else full_at
        if len(self._full_at) > _MOST_CALLERS:
            self._full_at.popitem(last=False)
        left = int((_MINUTE - (self._full_at[caller] - now)) / cost + 1e-6)
        return Allowance(self._per_minute, max(left, 0), 0.0 if admitted else wait)

    def _caller(self, connection: HTTPConnection) -> str:
        given = given_key(connection, "api_key")
        known = [hmac.compare_digest(given, key) for key in self._keys]
        if any(known):
            return f"key {known.index(True)}"
        return f"address {connection.client.host if connection.client else ''}"
