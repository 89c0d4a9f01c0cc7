"""What every route of the gateway works with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from syndata_gateway.access import check_key
from syndata_gateway.conductor.keeper import Keeper
from syndata_runtime.connections import Need, Ports
from syndata_runtime.health import Health
from syndata_runtime.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True)
class Gateway:
    """The gateway's parts."""

    ports: Ports
    settings: Settings
    keeper: Keeper
    health: Health
    keys: tuple[bytes, ...] = field(repr=False)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the gateway drains: streams end, and their readers come back to another one."""

    async def soon(self, work: Callable[[], Coroutine[Any, Any, T]], *needs: Need) -> T:
        """What comes of work for somebody who waits; Unavailable within seconds without the servers that it needs.

        That is the objects, unless others are named.
        """
        return await self.health.while_there(needs or ("objects",), work)


def gateway_of(request: Request) -> Gateway:
    """The gateway, for whoever holds a key; Problem 401 for others."""
    gateway: Gateway = request.app.state.gateway
    check_key(request, gateway.keys)
    return gateway


Entered = Annotated[Gateway, Depends(gateway_of)]
