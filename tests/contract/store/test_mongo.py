"""The store on MongoDB, or on what stands in for it here, keeps the contract with both drivers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from pymongo import AsyncMongoClient

from syndata_contracts.errors import Defect, Unavailable
from syndata_store.errors import Conflict
from syndata_store.mongo import connect as connect_mongo
from syndata_store.mongo.drivers import Driver
from syndata_store.port import Record, Store
from syndata_store.testing import Open, ServedStoreContract, Server, StoreContract
from tests.contract.store.fault_proxy import Loss, LossyProxy, lossy_proxy
from tests.servers.plugin import PrivateServers
from tests.servers.sources import RealServer


@pytest.fixture(params=["motor", "pymongo"])
def driver(request: pytest.FixtureRequest) -> Driver:
    chosen: Driver = request.param
    return chosen


@asynccontextmanager
async def connections(url: str, driver: Driver, seconds: float) -> AsyncIterator[Open]:
    """Connections to one database, which no other test uses."""
    database = f"test_{uuid4().hex}"
    async with AsyncExitStack() as stack:

        async def open_one() -> Store:
            store = await connect_mongo(url, driver=driver, database=database, limit=timedelta(seconds=seconds))
            stack.push_async_callback(store.close)
            return store

        yield open_one


class TestMongo(StoreContract):
    """On the server that all tests share."""

    @pytest.fixture
    async def connect(self, mongodb: RealServer, driver: Driver) -> AsyncIterator[Open]:
        async with connections(mongodb.url, driver, 30) as opening:
            yield opening


class TestMongoServed(ServedStoreContract):
    """On servers that die."""

    @pytest.fixture
    def server(self, private_servers: PrivateServers) -> RealServer:
        return private_servers("mongodb")

    @pytest.fixture
    async def connect(self, server: Server, driver: Driver) -> AsyncIterator[Open]:
        assert isinstance(server, RealServer)
        async with connections(server.url, driver, self.PATIENCE_SECONDS) as opening:
            yield opening


class TestLostAnswers:
    """The server did what it was asked, and the answer got lost."""

    @pytest.fixture
    async def proxy(self, mongodb: RealServer) -> AsyncIterator[LossyProxy]:
        async with lossy_proxy(urlsplit(mongodb.url).port or 27017) as proxy:
            yield proxy

    @pytest.fixture
    async def connect(self, proxy: LossyProxy, driver: Driver) -> AsyncIterator[Open]:
        async with connections(proxy.url, driver, 4) as opening:
            yield opening

    @pytest.mark.parametrize("losses", [["cut"], ["silence"], ["cut", "cut", "cut"]], ids=" ".join)
    async def test_an_insert_meets_its_own_document_and_is_a_success(
        self, proxy: LossyProxy, connect: Open, losses: list[Loss]
    ) -> None:
        store = await connect()
        await store.insert("jobs", "a", 0, {"n": 0})
        proxy.lose(*losses)
        await store.insert("jobs", "a", 1, {"n": 1})

        # A driver that repeats writes itself needs a server with sessions; who repeated is not the point.
        assert proxy.lost == len(losses)
        assert await store.newest("jobs", "a") == Record("a", 1, {"n": 1})

    async def test_who_lost_gets_a_conflict_also_when_that_answer_is_lost(
        self, proxy: LossyProxy, connect: Open
    ) -> None:
        winner, loser = await connect(), await connect()
        await winner.insert("jobs", "a", 0, {"by": "winner"})
        proxy.lose("cut", "cut")

        with pytest.raises(Conflict):
            await loser.insert("jobs", "a", 0, {"by": "loser"})
        assert proxy.lost == 2

    async def test_of_those_who_race_while_answers_are_lost_one_wins(self, proxy: LossyProxy, driver: Driver) -> None:
        # Patient writers: every loss stops all writers of a connection, and a busy server is slow to take them back.
        async with connections(proxy.url, driver, 60) as connect:
            stores = [await connect() for _ in range(4)]
            await stores[0].insert("jobs", "a", 0, {})
            proxy.lose("cut", times=12)

            async def claim(writer: int) -> bool:
                try:
                    await stores[writer % 4].insert("jobs", "a", 1, {"writer": writer})
                except Conflict:
                    return False
                return True

            won = await asyncio.gather(*(claim(writer) for writer in range(16)))

            assert proxy.lost == 12
            assert sum(won) == 1
            assert await stores[0].newest("jobs", "a") == Record("a", 1, {"writer": won.index(True)})

    async def test_what_is_never_confirmed_is_unavailable_in_time_and_may_be_there(
        self, proxy: LossyProxy, connect: Open
    ) -> None:
        store = await connect()
        await store.insert("jobs", "a", 0, {})
        proxy.lose("cut", times=1000)
        before = time.monotonic()
        with pytest.raises(Unavailable):
            await store.insert("jobs", "a", 1, {"n": 1})

        assert time.monotonic() - before < 5
        assert await store.newest("jobs", "a") == Record("a", 1, {"n": 1})


async def test_a_server_that_is_not_there_is_unavailable_in_time(driver: Driver, unused_tcp_port: int) -> None:
    """And the error, which health pages show, names neither place nor password."""
    before = time.monotonic()
    with pytest.raises(Unavailable) as told:
        await connect_mongo(
            f"mongodb://someone:secret@127.0.0.1:{unused_tcp_port}/", driver=driver, limit=timedelta(seconds=1)
        )

    assert time.monotonic() - before < 2
    assert "secret" not in str(told.value)
    assert "127.0.0.1" not in str(told.value)


@pytest.mark.parametrize("url", ["mongodb://", "http://a/", "mongodb://a:b@c:d/", "mongodb://host/?w=many&x"])
async def test_what_is_no_url_is_a_defect_that_does_not_repeat_it(driver: Driver, url: str) -> None:
    with pytest.raises(Defect) as told:
        await connect_mongo(url, driver=driver)

    assert url not in str(told.value)


async def test_a_document_of_somebody_else_is_a_defect(mongodb: RealServer, driver: Driver) -> None:
    database = f"test_{uuid4().hex}"
    async with AsyncMongoClient[dict[str, Any]](mongodb.url) as client:
        await client[database]["jobs"].insert_one({"_id": "a:0", "key": "a", "version": 0})
    store = await connect_mongo(mongodb.url, driver=driver, database=database)

    with pytest.raises(Defect):
        await store.newest("jobs", "a")
    await store.close()


async def test_what_is_found_by_is_indexed(mongodb: RealServer, driver: Driver) -> None:
    """Where the server takes indexes: all that we run on do, though FerretDB makes no use of them."""
    database = f"test_{uuid4().hex}"
    store = await connect_mongo(mongodb.url, driver=driver, database=database)
    await store.insert("jobs", "a", 0, {})
    await store.close()
    async with AsyncMongoClient[dict[str, Any]](mongodb.url) as client:
        indexes = await client[database]["jobs"].index_information()

    assert {"versions", "listed", "labelled"} <= set(indexes)
