"""The store in one file keeps the contract, also when its process is killed."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from syndata_contracts.errors import Defect, Unavailable
from syndata_store.embedded import open_store
from syndata_store.errors import Conflict
from syndata_store.port import Record, Store
from syndata_store.testing import Open, StoreContract

LIBRARIES = Path(__file__).resolve().parents[3] / "libs"
WRITES = """
import asyncio, sys
from pathlib import Path
from syndata_store.embedded import open_store

async def write(store, writer):
    for number in range(1_000_000):
        key = f"{writer}-{number}"
        await store.insert("jobs", key, 0, {"key": key})
        print(key, flush=True)

async def main():
    store = await open_store(Path(sys.argv[1]))
    await asyncio.gather(*(write(store, f"{sys.argv[2]}-{writer}") for writer in range(8)))

asyncio.run(main())
"""
RACES = """
import asyncio, sys
from pathlib import Path
from syndata_store.embedded import open_store
from syndata_store.errors import Conflict

async def main():
    store = await open_store(Path(sys.argv[1]))
    won = 0
    for version in range(60):
        try:
            await store.insert("jobs", "a", version, {"writer": sys.argv[2]})
            won += 1
        except Conflict:
            pass
    await store.close()
    print(won)

asyncio.run(main())
"""


class TestEmbedded(StoreContract):
    """It has no server that could die: what its own death leaves is tested below."""

    @pytest.fixture
    async def connect(self, tmp_path: Path) -> AsyncIterator[Open]:
        async with AsyncExitStack() as stack:

            async def open_one() -> Store:
                store = await open_store(tmp_path / "folder" / "store.sqlite")
                stack.push_async_callback(store.close)
                return store

            yield open_one


def run(script: str, path: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, path, name],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(LIBRARIES)},
    )


async def test_what_was_confirmed_outlives_kill_9(tmp_path: Path) -> None:
    """Three times in a row, amid the writes of eight tasks; each time the file opens again and knows every key."""
    path = tmp_path / "store.sqlite"
    confirmed: list[str] = []
    for life in range(3):
        with run(WRITES, path, str(life)) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(100)]
            process.kill()
            # What it said before it died counts too; its very last line may be torn.
            lines += process.stdout.readlines()
        assert process.returncode == -signal.SIGKILL
        confirmed += [line.strip() for line in lines if line.endswith("\n")]

        store = await open_store(path)
        for key in confirmed:
            assert await store.newest("jobs", key) == Record(key, 0, {"key": key})
        with pytest.raises(Conflict):
            await store.insert("jobs", confirmed[-1], 0, {})
        await store.close()


async def test_processes_that_share_a_file_share_its_versions(tmp_path: Path) -> None:
    """Of three processes that race for 60 versions, from a file that none found there, each version has one winner."""
    path = tmp_path / "store.sqlite"
    processes = [run(RACES, path, str(number)) for number in range(3)]
    told = [await asyncio.to_thread(process.communicate) for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sum(int(out) for out, _ in told) == 60


async def test_a_file_that_another_holds_is_unavailable_in_time_and_serves_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = await open_store(path, limit=timedelta(seconds=0.3))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for call in (store.ping(), store.insert("jobs", "a", 0, {})):
            with pytest.raises(Unavailable):
                await call
        assert await store.newest("jobs", "a") is None
        other.execute("ROLLBACK")

    await store.ping()
    await store.close()


async def test_what_is_no_store_of_ours_is_a_defect(tmp_path: Path) -> None:
    """It is left as it is: a text, a database of somebody else, and a store of a later layout."""
    text, foreign, later = tmp_path / "text", tmp_path / "foreign", tmp_path / "later"
    text.write_text("not a database " * 100)
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    with closing(sqlite3.connect(later)) as connection:
        connection.execute("PRAGMA user_version = 99")

    for path in (text, foreign, later):
        with pytest.raises(Defect):
            await open_store(path)
    with closing(sqlite3.connect(foreign)) as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]


async def test_a_place_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unavailable):
        await open_store(tmp_path / "file" / "store.sqlite")


async def test_pages_of_a_rare_label_come_from_its_index(tmp_path: Path) -> None:
    """What is listed beside them costs nothing: the plan walks neither all documents nor sorts."""
    path = tmp_path / "store.sqlite"
    store = await open_store(path)
    await store.close()
    from syndata_store.embedded import _page_query

    with closing(sqlite3.connect(path)) as connection:
        for count, from_the_top in ((0, True), (0, False), (1, False), (2, True)):
            values = ["jobs", *["label"] * count, *([] if from_the_top else ["k"]), 50]
            steps = connection.execute(
                "EXPLAIN QUERY PLAN " + _page_query(count, from_the_top=from_the_top), values
            ).fetchall()
            plan = " ".join(step[-1] for step in steps)
            assert "SCAN" not in plan
            assert "TEMP B-TREE" not in plan
