"""What every store must do, as tests: subclass `StoreContract`, and `ServedStoreContract` where there is a server.

What only a server can suffer, its death while clients live, is in the second. A store inside the process has no such
moment: it dies with its client, which is a test of its own beside its subclass.
"""
# ruff: noqa: S101 - these are tests

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings

from syndata_contracts.errors import Defect, Unavailable
from syndata_store.errors import Conflict
from syndata_store.port import KEPT_VERSIONS, LARGEST_BODY, Record, Store
from syndata_store.samples import BODIES, UNFIT_BODIES, UNFIT_COLLECTIONS, UNFIT_KEYS, add_tag, every_call, exactly

Open = Callable[[], Awaitable[Store]]
"""Opens one more connection, to the same store each time; whoever gives it closes what it opened."""


class StoreContract:
    """A subclass gives the fixture `connect`: connections to one store that begins empty."""

    @pytest.fixture
    async def connect(self) -> Open:
        raise NotImplementedError

    @pytest.fixture
    async def store(self, connect: Open) -> Store:
        return await connect()

    async def test_a_version_is_found_as_it_was_inserted(self, store: Store) -> None:
        await store.insert("jobs", "a", 0, {"n": 1})
        await store.insert("jobs", "a", 1, {"n": 2})

        assert await store.version("jobs", "a", 0) == Record("a", 0, {"n": 1})
        assert await store.version("jobs", "a", 1) == Record("a", 1, {"n": 2})
        assert await store.newest("jobs", "a") == Record("a", 1, {"n": 2})

    async def test_what_was_never_inserted_is_none(self, store: Store) -> None:
        await store.insert("jobs", "a", 0, {})

        assert await store.version("jobs", "a", 1) is None
        assert await store.newest("jobs", "b") is None
        assert await store.newest("other", "a") is None
        assert await store.page("other", where={}) == []
        assert await store.prune("jobs", "b", 5) == 0
        assert await store.remove("other", "a") == 0

    async def test_the_newest_is_the_highest_by_number(self, store: Store) -> None:
        """10 is newer than 9, which as a text it would not be."""
        for version in range(12):
            await store.insert("jobs", "a", version, {"v": version})

        assert await store.newest("jobs", "a") == Record("a", 11, {"v": 11})

    async def test_documents_whose_names_begin_alike_are_apart(self, store: Store) -> None:
        keys = ["a", "a1", "A", "a ", "\u00e1", "a\u0301", "a.b", "$a", "a" * 200]
        for key in keys:
            await store.insert("jobs", key, 1, {"key": key})
        await store.insert("jobsx", "a", 1, {"key": "another collection"})

        for key in keys:
            assert await store.newest("jobs", key) == Record(key, 1, {"key": key})
        assert await store.remove("jobs", "a") == 1
        assert await store.newest("jobs", "a1") is not None
        assert await store.newest("jobsx", "a") is not None

    async def test_a_second_insert_is_a_conflict_even_of_the_same_body(self, store: Store) -> None:
        await store.insert("jobs", "a", 0, {"n": 1})
        for body in ({"n": 1}, {"n": 2}):
            with pytest.raises(Conflict):
                await store.insert("jobs", "a", 0, body)

        assert await store.newest("jobs", "a") == Record("a", 0, {"n": 1})

    async def test_of_64_who_race_for_a_version_one_wins(self, connect: Open) -> None:
        stores = [await connect() for _ in range(4)]
        for version in range(3):

            async def claim(writer: int, version: int = version) -> bool:
                try:
                    await stores[writer % 4].insert("jobs", "a", version, {"writer": writer})
                except Conflict:
                    return False
                return True

            won = await asyncio.gather(*(claim(writer) for writer in range(64)))

            assert sum(won) == 1
            for store in stores:
                assert await store.newest("jobs", "a") == Record("a", version, {"writer": won.index(True)})

    async def test_folders_who_insert_what_follows_lose_nothing(self, connect: Open) -> None:
        """Eight read the newest, add to it and insert the next version, while old versions are pruned."""
        stores = [await connect() for _ in range(4)]
        await stores[0].insert("jobs", "a", 0, {"tags": []})

        async def fold(folder: int) -> None:
            for turn in range(6):
                await add_tag(stores[folder % 4], f"{folder}.{turn}")

        await asyncio.gather(*(fold(folder) for folder in range(8)))

        newest = await stores[0].newest("jobs", "a")
        assert newest is not None
        assert sorted(newest.body["tags"]) == sorted(f"{folder}.{turn}" for folder in range(8) for turn in range(6))

    async def test_pruning_leaves_version_0_and_the_newest(self, store: Store) -> None:
        for version in range(21):
            await store.insert("jobs", "a", version, {"v": version})

        assert await store.prune("jobs", "a", 4) == 3
        assert await store.prune("jobs", "a", 100) == 20 - KEPT_VERSIONS - 3
        assert await store.prune("jobs", "a", 100) == 0

        there = [version for version in range(21) if await store.version("jobs", "a", version)]
        assert there == [0, *range(21 - KEPT_VERSIONS, 21)]

    async def test_nobody_wins_a_version_that_was_pruned(self, connect: Open) -> None:
        """One who slept since version 4 must not believe that its version 5 came first."""
        store, sleeper = await connect(), await connect()
        for version in range(5 + KEPT_VERSIONS + 1):
            await store.insert("jobs", "a", version, {"v": version})
        assert await store.prune("jobs", "a", 100) == 5

        for _ in range(2):
            with pytest.raises((Conflict, Unavailable)):
                await sleeper.insert("jobs", "a", 5, {"v": "late"})
        newest = await store.newest("jobs", "a")
        assert newest is not None
        assert newest.version == 5 + KEPT_VERSIONS

    async def test_what_is_removed_is_gone_and_its_key_is_free(self, store: Store) -> None:
        for version in range(3):
            await store.insert("jobs", "a", version, {"state": "old"})

        assert await store.remove("jobs", "a") == 3
        assert await store.newest("jobs", "a") is None
        assert await store.page("jobs", where={"state": "old"}) == []
        await store.insert("jobs", "a", 0, {"state": "new"})
        assert await store.page("jobs", where={"state": "old"}) == []
        assert await store.page("jobs", where={"state": "new"}) == [Record("a", 0, {"state": "new"})]

    async def test_a_page_holds_first_versions_by_descending_key(self, store: Store) -> None:
        """By code points: not by any language, nor by UTF-16, for which U+10000 comes before U+FFFD."""
        keys = ["B", "a", "b", "ä", "\ufffd", "\U00010000"]
        for key in keys:
            await store.insert("jobs", key, 0, {"v": 0})
            await store.insert("jobs", key, 1, {"v": 1})
        await store.insert("jobs", "only later ones", 1, {"v": 1})

        assert await store.page("jobs", where={}) == [Record(key, 0, {"v": 0}) for key in reversed(keys)]
        assert [each.key for each in await store.page("jobs", where={}, before="b", limit=1)] == ["a"]
        assert [each.key for each in await store.page("jobs", where={}, before="az")] == ["a", "B"]
        assert await store.page("jobs", where={}, before="A") == []

    async def test_a_page_holds_only_what_equals_every_condition(self, store: Store) -> None:
        long = "long" * 200
        bodies: dict[str, dict[str, Any]] = {
            "1": {"workspace": "default", "state": "done"},
            "2": {"workspace": "default", "state": "open"},
            "3": {"workspace": "other", "state": "done"},
            "4": {"workspace": "Default", "state": "done", "more": {"state": "open"}},
            "5": {"workspace": ["default"], "state": 5, "none": None},
            "6": {"workspace": long, "nul\n": "\0"},
        }
        for key, body in bodies.items():
            await store.insert("jobs", key, 0, body)

        async def found(**where: str) -> str:
            return "".join(each.key for each in await store.page("jobs", where=where))

        assert await found(workspace="default") == "21"
        assert await found(workspace="default", state="done") == "1"
        assert await found(state="done", workspace="other") == "3"
        assert await found(state="5") == await found(none="None") == await found(absent="") == ""
        assert await found(workspace=long) == await found(**{"nul\n": "\0"}) == "6"
        assert await found(workspace=long + "x") == ""

    async def test_paging_doubles_nothing_and_loses_nothing_older(self, connect: Open) -> None:
        """Whatever is inserted meanwhile, above, below and between."""
        reader, writer = await connect(), await connect()
        before = {f"k{number:04}0" for number in range(240)}
        for key in sorted(before):
            await writer.insert("jobs", key, 0, {"workspace": "default" if key[-2] != "7" else "other"})
        wanted = {key for key in before if key[-2] != "7"}
        done = asyncio.Event()

        async def insert_more() -> int:
            for number in itertools.count():
                if done.is_set():
                    return number
                await writer.insert("jobs", f"k{number * 37 % 300:04}{number:04}", 0, {"workspace": "default"})
            raise AssertionError

        async with asyncio.TaskGroup() as group:
            inserting = group.create_task(insert_more())
            seen: list[str] = []
            last: str | None = None
            while page := await reader.page("jobs", where={"workspace": "default"}, before=last, limit=17):
                seen += [each.key for each in page]
                last = seen[-1]
            done.set()

        assert inserting.result() > 0
        assert seen == sorted(set(seen), reverse=True)
        assert wanted <= set(seen)
        assert not (before - wanted) & set(seen)

    @given(body=BODIES)
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    async def test_a_body_is_kept_exactly(self, store: Store, body: dict[str, Any]) -> None:
        key = uuid4().hex
        await store.insert("jobs", key, 0, body)

        found = await store.newest("jobs", key)
        assert found is not None
        assert exactly(found.body) == exactly(body)

    async def test_what_stores_like_to_change_is_kept_exactly(self, store: Store) -> None:
        body = {
            "zeros": [0, 0.0, -0.0, False],
            "ones": [1, 1.0, True, "1"],
            "numbers": [2**53 + 1, -(2**63), 2**63, 2**64 - 1, 1e308, 5e-324, 0.1],
            "texts": ["", "\0", "a\0b", "\u00e9", "e\u0301", "🦀", "\ufffe", "\u2028", '"\\/'],
            "lists": [[], [[]], [[[1], []], {}]],
            "": {"": None},
            "_id": "mine",
        }
        await store.insert("jobs", "a", 0, body)

        found = await store.newest("jobs", "a")
        assert found is not None
        assert exactly(found.body) == exactly(body)

    async def test_a_body_of_100_levels_is_kept_and_a_deeper_one_refused(self, store: Store) -> None:
        deep: dict[str, Any] = {}
        for _ in range(99):
            deep = {"a": deep}
        await store.insert("jobs", "a", 0, deep)
        with pytest.raises(Defect):
            await store.insert("jobs", "b", 0, {"a": deep})

        assert await store.newest("jobs", "a") == Record("a", 0, deep)

    async def test_the_largest_body_is_kept(self, store: Store) -> None:
        body = {"a": ["x" * (LARGEST_BODY - 100)]}
        await store.insert("jobs", "a", 0, body)

        assert await store.newest("jobs", "a") == Record("a", 0, body)

    @pytest.mark.parametrize("body", UNFIT_BODIES.values(), ids=UNFIT_BODIES.keys())
    async def test_a_body_that_cannot_be_kept_is_a_defect(self, store: Store, body: dict[str, Any]) -> None:
        with pytest.raises(Defect):
            await store.insert("jobs", "a", 0, body)

        assert await store.newest("jobs", "a") is None

    async def test_what_is_no_key_is_a_defect(self, store: Store) -> None:
        for key in UNFIT_KEYS:
            for call in (
                store.insert("jobs", key, 0, {}),
                store.newest("jobs", key),
                store.version("jobs", key, 0),
                store.prune("jobs", key, 1),
                store.remove("jobs", key),
                store.page("jobs", where={}, before=key),
            ):
                with pytest.raises(Defect):
                    await call

    async def test_what_is_no_collection_version_or_limit_is_a_defect(self, store: Store) -> None:
        for call in (
            *(store.newest(collection, "a") for collection in UNFIT_COLLECTIONS),
            *(store.page(collection, where={}) for collection in UNFIT_COLLECTIONS),
            store.insert("jobs", "a", -1, {}),
            store.insert("jobs", "a", True, {}),
            store.version("jobs", "a", -1),
            store.prune("jobs", "a", -1),
            store.page("jobs", where={}, limit=0),
        ):
            with pytest.raises(Defect):
                await call

    async def test_a_version_is_taken_for_who_connects_later(self, connect: Open) -> None:
        first = await connect()
        await first.insert("jobs", "a", 0, {"n": 1})
        await first.close()
        second = await connect()

        with pytest.raises(Conflict):
            await second.insert("jobs", "a", 0, {"n": 2})
        assert await second.newest("jobs", "a") == Record("a", 0, {"n": 1})

    async def test_a_closed_connection_is_unavailable(self, store: Store) -> None:
        await store.ping()
        await store.close()
        await store.close()

        for call in every_call(store):
            with pytest.raises(Unavailable):
                await call


class Server(Protocol):
    """A server that is this test's own; its calls block."""

    def kill(self) -> None:
        """End it between two instructions."""

    def start(self) -> None:
        """Have it serve again, on the same data."""


class ServedStoreContract:
    """A subclass gives `server`, and `connect` to it: connections that are patient for `PATIENCE_SECONDS`."""

    PATIENCE_SECONDS = 3.0

    @pytest.fixture
    def server(self) -> Server:
        raise NotImplementedError

    @pytest.fixture
    async def connect(self) -> Open:
        raise NotImplementedError

    async def test_without_its_server_it_is_unavailable_in_time(self, server: Server, connect: Open) -> None:
        store = await connect()
        await store.insert("jobs", "a", 0, {})
        await asyncio.to_thread(server.kill)

        before = time.monotonic()
        told = await asyncio.gather(*every_call(store), connect(), return_exceptions=True)

        assert [type(each) for each in told] == [Unavailable] * len(told)
        assert time.monotonic() - before < self.PATIENCE_SECONDS + 1

    @pytest.mark.slow
    async def test_what_was_confirmed_outlives_the_server(self, server: Server, connect: Open) -> None:
        """Three times, each amid 16 writers; and the same connections serve again."""
        stores = [await connect() for _ in range(2)]
        confirmed: set[str] = set()
        for outage in range(3):
            enough, killed = asyncio.Event(), asyncio.Event()

            async def write(
                writer: int, outage: int = outage, enough: asyncio.Event = enough, killed: asyncio.Event = killed
            ) -> None:
                for number in itertools.count():
                    key = f"{outage}-{writer}-{number}"
                    try:
                        await stores[writer % 2].insert("jobs", key, 0, {"key": key})
                    except Unavailable:
                        if killed.is_set():
                            return
                    else:
                        confirmed.add(key)
                        enough.set()

            async with asyncio.timeout(60), asyncio.TaskGroup() as group:
                for writer in range(16):
                    group.create_task(write(writer))
                await enough.wait()
                await asyncio.to_thread(server.kill)
                killed.set()
            await asyncio.to_thread(server.start)
            await stores[0].ping()

        assert len(confirmed) >= 3
        for key in confirmed:
            assert await stores[1].newest("jobs", key) == Record(key, 0, {"key": key})
            with pytest.raises(Conflict):
                await stores[0].insert("jobs", key, 0, {"key": "another"})

    async def test_an_outage_shorter_than_its_patience_is_not_seen(self, server: Server, connect: Open) -> None:
        store = await connect()
        await store.insert("jobs", "a", 0, {"n": 0})
        await asyncio.to_thread(server.kill)
        inserting = asyncio.create_task(store.insert("jobs", "a", 1, {"n": 1}))
        await asyncio.to_thread(server.start)
        await inserting

        assert await store.newest("jobs", "a") == Record("a", 1, {"n": 1})
