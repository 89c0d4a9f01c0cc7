"""RabbitMQ keeps the promises of the bus."""

from __future__ import annotations

import asyncio

import pytest

from syndata_bus.port import Bus
from syndata_bus.rabbit import connect
from syndata_bus.testing import BusContract
from tests.servers.plugin import PrivateServers
from tests.servers.sources import RealServer


class RabbitServer:
    """A RabbitMQ as the suite wants it."""

    connections_end_because = ""

    def __init__(self, server: RealServer) -> None:
        self.real = server

    async def open_bus(self, seconds: float = 10.0) -> Bus:
        return await connect(self.real.url, seconds=seconds)

    async def kill(self) -> None:
        await asyncio.to_thread(self.real.kill)

    async def start(self) -> None:
        await asyncio.to_thread(self.real.start)


class TestRabbit(BusContract):
    """The whole suite."""

    @pytest.fixture
    async def server(self, rabbitmq: RealServer) -> RabbitServer:
        return RabbitServer(rabbitmq)

    @pytest.fixture
    async def mortal(self, private_servers: PrivateServers) -> RabbitServer:
        return RabbitServer(await asyncio.to_thread(private_servers, "rabbitmq"))
