"""The gateway: the API, the conductor, and the watch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from syndata_gateway.access import keys_of
from syndata_gateway.app import make_app
from syndata_gateway.conductor.folding import Conductor
from syndata_gateway.conductor.keeper import Keeper
from syndata_gateway.conductor.watch import Watch
from syndata_gateway.dialects.backend import check_limits
from syndata_gateway.dialects.dialect import tell_open
from syndata_gateway.ports import Gateway
from syndata_gateway.sweeping.policy import policy_of
from syndata_gateway.sweeping.sweeper import Sweeper
from syndata_runtime import metrics
from syndata_runtime.batches import BatchConsumer
from syndata_runtime.connections import Ports
from syndata_runtime.health import Health
from syndata_runtime.service import Running, Service
from syndata_runtime.settings import Settings
from syndata_runtime.topology import CONDUCTOR_EVENTS


@asynccontextmanager
async def _open(ports: Ports, settings: Settings, health: Health) -> AsyncIterator[Running]:
    check_limits(settings)
    tell_open(settings)
    metrics.announce_acceptance()
    keeper = Keeper(ports, settings.stall_seconds)
    gateway = Gateway(ports, settings, keeper, health, keys_of(settings))
    yield Running(
        batches=(BatchConsumer(ports, CONDUCTOR_EVENTS, Conductor(keeper).fold),),
        loops=(
            Watch(ports, keeper, settings.stall_seconds).run,
            Sweeper(ports, keeper, policy_of(settings), every=timedelta(hours=settings.sweep_hours)).run,
        ),
        app=make_app(gateway, health),
        leaving=gateway.leaving.set,
    )


SERVICE: Final = Service("gateway", frozenset({"bus", "store", "objects"}), _open)
