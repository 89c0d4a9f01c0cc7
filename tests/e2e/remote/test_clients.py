"""What both clients do, on a real server: every test runs with the blocking and with the asynchronous one."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest

import syndata
from syndata import AsyncClient, Client, Damaged, JobFailed, Refused, Rejected, Unavailable
from syndata_contracts.digests import digest
from tests.e2e.remote.serving import Server, line_to
from tests.running import SHOP

MANY = 2_000_000
"""Rows that take long enough to be paused on the way."""
NOBODY = "0" * 36

Verb = Callable[..., Awaitable[Any]]


class Blocking:
    """The blocking client, each verb in a thread, so that one test serves both; several results as a list."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Verb:
        def call(*args: Any, **kwargs: Any) -> Any:
            result = getattr(self._client, name)(*args, **kwargs)
            return list(result) if name in {"jobs", "schemas"} else result

        return lambda *args, **kwargs: asyncio.to_thread(call, *args, **kwargs)


class Asynchronous:
    """The asynchronous client; several results as a list."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Verb:
        async def call(*args: Any, **kwargs: Any) -> Any:
            result = getattr(self._client, name)(*args, **kwargs)
            return await result if isawaitable(result) else [one async for one in result]

        return call


@pytest.fixture(params=["blocking", "asynchronous"])
def opened(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Opens a client of either kind."""

    @asynccontextmanager
    async def either(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        if request.param == "blocking":
            with Client(*args, **kwargs) as client:
                yield Blocking(client)
        else:
            async with AsyncClient(*args, **kwargs) as client:
                yield Asynchronous(client)

    return either


@pytest.fixture
async def client(opened: Callable[..., Any], server: Server) -> AsyncIterator[Any]:
    """A client of either kind that may enter."""
    async with opened(server.url, server.key) as one:
        yield one


async def test_a_dataset_is_made_waited_for_and_fetched_as_it_would_be_made_here(client: Any, tmp_path: Path) -> None:
    """Every file, the manifest too, has the bytes that `syndata.write` gives."""
    heard: list[str] = []

    job = await client.create_job(SHOP, seed=7, output_format="jsonl", label="a shop")
    done = await client.wait(job.id, lambda job: heard.append(job.state))
    fetched = await client.download(job.id, tmp_path / "there")

    syndata.write(SHOP, tmp_path / "here", seed=7, output_format="jsonl")
    here = {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "there").iterdir()} == here
    assert [path.name for path in fetched.files] == ["customers.jsonl", "orders.jsonl", "plan.json", "manifest.json"]
    assert fetched.bytes == sum(map(len, here.values()))
    assert (done.state, done.label, done.seed, done.rows_done) == ("completed", "a shop", 7, 1300)
    assert heard[-1] == "completed"


async def test_some_tables_of_a_small_database_are_made_as_they_would_be_made_here(client: Any, tmp_path: Path) -> None:
    job = await client.create_job(SHOP, scale=0.01, tables="orders")
    done = await client.wait(job.id)
    await client.download(job.id, tmp_path / "there")

    syndata.write(SHOP, tmp_path / "here", scale="0.01", tables=["orders"])
    here = {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "there").iterdir()} == here
    assert (sorted(here), done.rows_done) == (["manifest.json", "orders.csv", "plan.json"], 10)


async def test_a_share_or_a_table_that_cannot_be_is_refused_by_the_server(client: Any) -> None:
    for wrong, path in (({"scale": 2}, "scale"), ({"tables": ["ordrs"]}, "tables"), ({"tables": []}, "tables")):
        with pytest.raises(Rejected) as refusal:
            await client.create_job(SHOP, **wrong)
        assert [fault.path for fault in refusal.value.faults] == [path]


async def test_rows_can_be_looked_at_of_a_job_and_of_a_configuration_alike(client: Any) -> None:
    job = await client.create_job(SHOP)

    of_job = await client.rows(job.id, "orders", 990, 20)
    of_configuration = await client.preview(SHOP, table="orders", start=990, count=20)

    here = syndata.rows(SHOP, "orders", 990, 20).to_pylist()
    assert list(of_job.rows) == list(of_configuration.rows) == here
    assert len(here) == 10


async def test_the_same_idempotency_key_gives_the_same_job(client: Any) -> None:
    key = f"key of {id(client)}"
    first = await client.create_job(SHOP, idempotency_key=key)
    again = await client.create_job(SHOP, idempotency_key=key)
    another = await client.create_job(SHOP)

    assert (again.id, first.replayed, again.replayed) == (first.id, False, True)
    assert another.id != first.id
    with pytest.raises(Rejected) as refusal:
        await client.create_job(SHOP, rows=1, idempotency_key=key)
    assert refusal.value.code == "idempotency_key_reused"


async def test_jobs_are_listed_page_by_page_the_latest_first(client: Any, server: Server) -> None:
    made = [(await client.create_job(preset="user", rows=1)).id for _ in range(3)]

    listed = [job.id for job in await client.jobs()]

    assert listed[:3] == made[::-1]
    assert len(listed) == len(set(listed))


async def test_a_job_is_paused_resumed_and_cancelled(client: Any) -> None:
    job = await client.create_job(preset="user", rows=MANY)

    assert (await client.pause(job.id)).state == "paused"
    assert job.id in {one.id for one in await client.jobs("paused")}
    with pytest.raises(Unavailable, match="was still paused when time was up"):
        await client.wait(job.id, timeout=0.3)
    assert (await client.resume(job.id)).state in {"pending", "generating"}
    assert (await client.cancel(job.id)).state == "cancelled"
    with pytest.raises(JobFailed, match="was cancelled") as failure:
        await client.wait(job.id)
    assert failure.value.job.state == "cancelled"
    with pytest.raises(Rejected, match="resume is not possible") as refusal:
        await client.resume(job.id)
    assert (refusal.value.status, refusal.value.code) == (409, "wrong_state")


async def test_waiting_outlasts_a_connection_that_breaks(client: Any, opened: Any, server: Server) -> None:
    job = await client.create_job(preset="user", rows=400_000)
    await client.pause(job.id)
    heard: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def tell(job: syndata.client.Job) -> None:
        loop.call_soon_threadsafe(heard.put_nowait, job.state)

    async with line_to(server) as line, opened(line.url, server.key) as far:
        waiting = asyncio.ensure_future(far.wait(job.id, tell))
        assert await heard.get() == "paused"
        line.cut()
        await client.resume(job.id)

        assert (await waiting).state == "completed"
        assert line.cuts == 1
        assert line.connections > 1


async def test_a_download_goes_on_where_the_line_was_cut(
    client: Any, opened: Any, server: Server, tmp_path: Path
) -> None:
    """The broken file is not begun anew: no more comes through the line than the files, and a little around them."""
    job = await client.create_job(preset="user", rows=20_000)
    await client.wait(job.id)
    size = next(file.bytes for file in await client.files(job.id) if file.table == "customers")

    async with line_to(server, cut_after=size // 2) as line, opened(line.url, server.key) as far:
        fetched = await far.download(job.id, tmp_path / "cut")
        assert line.cuts == 1
        assert line.carried < 1.1 * fetched.bytes
    await client.download(job.id, tmp_path / "whole")

    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert sorted(path.name for path in (tmp_path / "cut").iterdir()) == names
    assert all((tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes() for name in names)


async def test_a_byte_that_changed_in_the_store_is_found_and_nothing_is_kept(
    client: Any, server: Server, tmp_path: Path
) -> None:
    job = await client.create_job(SHOP)
    await client.wait(job.id)
    part = server.part(job.id)
    body = bytearray(part.read_bytes())
    body[len(body) // 2] ^= 1
    part.write_bytes(bytes(body))

    with pytest.raises(Damaged, match=r"customers.csv, part 0, bytes 0 to \d+: not what the manifest says"):
        await client.download(job.id, tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("archive", ["zip", "tar.gz"])
async def test_every_file_has_a_digest_the_archive_too(
    client: Any, server: Server, tmp_path: Path, archive: str
) -> None:
    job = await client.create_job(preset="user", rows=20, archive=archive, output_format="sql")
    await client.wait(job.id)
    listed = {file.name: file for file in await client.files(job.id)}
    await client.download(job.id, tmp_path)

    assert {f"archive.{archive}", "plan.json", "manifest.json", "schema.sqlite.sql"} < listed.keys()
    for name, file in listed.items():
        body = (tmp_path / name).read_bytes()
        assert len(body) == file.bytes
        if file.table is None:
            assert digest(body, "blake3") == file.digest, name
    assert listed["plan.json"].digest == job.plan
    packed = next(server.data.glob(f"objects/workspaces/default/jobs/{job.id}/archive.{archive}"))
    packed.write_bytes(packed.read_bytes()[:-1] + b"?")
    with pytest.raises(Damaged, match="archive"):
        await client.download(job.id, tmp_path / "spoilt")


async def test_a_configuration_is_refused_with_every_fault_and_the_callers_file(client: Any, tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace("rule: email", "rule: emial").replace("rows: 300", "rows: -3"))

    for name, more in (("create_job", {}), ("validate", {}), ("preview", {"table": "orders"})):
        with pytest.raises(Rejected) as refusal:
            await getattr(client, name)(path, **more)
        assert [(fault.file, fault.line) for fault in refusal.value.faults] == [(str(path), 5), (str(path), 9)]


async def test_validation_says_what_the_plan_amounts_to(client: Any) -> None:
    found = await client.validate(SHOP, seed=3)

    assert found.plan == syndata.plan(SHOP, seed=3).digest
    assert [(table.name, table.rows) for table in found.tables] == [("customers", 300), ("orders", 1000)]


async def test_configurations_are_kept_in_versions_and_read_back(client: Any) -> None:
    name = f"shop-{id(client)}"
    first = await client.keep_schema(name, SHOP)
    second = await client.keep_schema(name, SHOP.replace("rows: 300", "rows: 30"))

    assert (second.version, second.name) == (first.version + 1, name)
    assert (await client.schema(name)).tables[0].rows == 30
    assert (await client.schema(name, first.version)).config == SHOP
    assert name in await client.schemas()


async def test_an_uploaded_file_has_a_profile(client: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,name\n" + "".join(f"{number},Ann{number % 7}\n" for number in range(500)))

    source = await client.upload(path)

    assert source.bytes == path.stat().st_size
    assert (await client.profile(source.id)).model_extra


async def test_files_are_there_when_the_job_is_completed(client: Any, tmp_path: Path) -> None:
    job = await client.create_job(preset="user", rows=MANY)
    await client.pause(job.id)

    with pytest.raises(Rejected, match="files are there when it is completed") as refusal:
        await client.download(job.id, tmp_path / "out")
    await client.cancel(job.id)

    assert refusal.value.status == 409
    assert not (tmp_path / "out").exists()


async def test_an_unknown_job_is_refused(client: Any) -> None:
    for verb in (client.job, client.wait, client.cancel, client.rows, client.files):
        with pytest.raises(Rejected, match=f"there is no job {NOBODY}") as refusal:
            await verb(NOBODY)
        assert (refusal.value.status, refusal.value.code) == (404, "not_found")
    with pytest.raises(Refused, match=r"'\.\./schemas' is not the id of a job"):
        await client.job("../schemas")


@pytest.mark.parametrize(("key", "said"), [("wrong", "is not known here"), ("", "an API key is needed")])
async def test_without_the_right_key_nothing_is_told(opened: Any, server: Server, key: str, said: str) -> None:
    async with opened(server.url, key) as stranger:
        with pytest.raises(Rejected, match=rf"(?s){said}.*fix: set SYNDATA_API_KEY") as refusal:
            await stranger.job(NOBODY)
    assert refusal.value.status == 401


async def test_a_server_that_is_away_is_unavailable(opened: Any) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))  # taken, and nobody listens
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        async with opened(url, "key", patience=0.2) as client:
            for verb in (client.job, client.wait):
                with pytest.raises(Unavailable, match=f"{url} is not available"):
                    await verb(NOBODY)
            with pytest.raises(Unavailable):
                await client.create_job(SHOP)
