"""The services: how soon they answer, what they cost beside the local run, how many tasks the conductor hands out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from syndata_bus.port import Bus
from syndata_contracts.events import ExportDone, TaskDone
from syndata_contracts.jobs import Job
from syndata_contracts.messages import ExportJob, GenerateTask, decode_message
from syndata_contracts.tasks import TableWork
from syndata_gateway.conductor.folding import Conductor
from syndata_gateway.conductor.keeper import Keeper
from syndata_runtime.batches import BatchConsumer
from syndata_runtime.clock import new_id
from syndata_runtime.connections import opened
from syndata_runtime.logs import set_up_logs
from syndata_runtime.sending import report
from syndata_runtime.settings import read_settings
from syndata_runtime.topology import CONDUCTOR_EVENTS, EXPORT_JOBS, GENERATOR_TASKS
from tests.bench import ours, timing
from tests.chaos.cluster import Cluster, Running, call, eventually, insistently, over_servers, pieces

_LARGE = 40_000_000
"""Rows of the job that others wait beside: it must outlast them, and is cancelled afterwards."""

SERVICES = ("gateway", "schema", "generator", "export")


def print_services(rows: int, jobs: int, tasks: int) -> None:
    """Everything about the services, with `rows` in the large jobs and `jobs` in the crowd."""
    set_up_logs("bench", "error", "json")
    print("\nServices (`syndata up`, one process and its workers; medians and percentiles of this run)")
    with _cluster() as cluster:
        up = cluster.up(cluster.directory / "data")
        _print_small_jobs(up)
        _print_answers(up)
        _print_cost(up, rows)
    for name, environment in _places():
        rate = asyncio.run(_tasks_per_second(environment, tasks))
        print(f"  conductor over {name:38} {rate:8,.0f} tasks/s         goal 300: {_verdict(rate >= 300)}")
    _print_crowd(jobs)


def _print_small_jobs(up: Running) -> None:
    taken = [_small_job(up, seed) for seed in range(30)][5:]
    median = statistics.median(taken)
    print(f"  1,000 rows, submitted to downloaded: median {_ms(median)}, p95 {_ms(_p95(taken))}", end="")
    print(f"   goal 200 ms: {_verdict(median <= 0.2)}")


def _small_job(up: Running, seed: int) -> float:
    begun = time.perf_counter()
    job = call(up.port, "POST", "/jobs", {"preset": "user", "rows": 1000, "seed": seed})
    _completed(up, job["id"])
    assert sum(map(len, pieces(up.port, f"/jobs/{job['id']}/files/customers.csv"))) > 100_000
    return time.perf_counter() - begun


def _completed(up: Running, job: str) -> None:
    while call(up.port, "GET", f"/jobs/{job}")["state"] != "completed":
        time.sleep(0.004)


def _print_answers(up: Running) -> None:
    large = call(up.port, "POST", "/jobs", {"preset": "user", "rows": _LARGE})
    created, read = [], []
    eventually(lambda: call(up.port, "GET", f"/jobs/{large['id']}")["tasks_done"] > 0, 60, "the large job is at work")
    for seed in range(60):
        begun = time.perf_counter()
        call(up.port, "POST", "/jobs", {"preset": "user", "rows": 10, "seed": seed})
        created.append(time.perf_counter() - begun)
        for _ in range(5):
            begun = time.perf_counter()
            call(up.port, "GET", f"/jobs/{large['id']}")
            read.append(time.perf_counter() - begun)
        time.sleep(0.02)
    busy = call(up.port, "GET", f"/jobs/{large['id']}")["state"] == "generating"
    assert busy, "the large job ended before it was measured beside: give it more rows"
    print(f"  job created while generating: p95 {_ms(_p95(created))}   goal 50 ms: {_verdict(_p95(created) <= 0.05)}")
    print(f"  job read while generating:    p95 {_ms(_p95(read))}   goal 100 ms: {_verdict(_p95(read) <= 0.1)}")
    call(up.port, "POST", f"/jobs/{large['id']}/cancel")
    eventually(lambda: not _open(up), 120, "the rest is done")


def _open(up: Running) -> bool:
    found = call(up.port, "GET", "/jobs?limit=200")["jobs"]
    return any(job["state"] in {"pending", "generating", "exporting"} for job in found)


def _print_cost(up: Running, rows: int) -> None:
    """CPU of the whole of `syndata up` for a job, and of the command for the same rows with as many workers."""
    ratios = []
    for seed in range(3):
        before = _cpu_of_tree(up.process.pid)
        job = call(up.port, "POST", "/jobs", {"preset": "user", "rows": rows, "seed": seed})
        while call(up.port, "GET", f"/jobs/{job['id']}")["state"] != "completed":
            time.sleep(0.2)
        services = _cpu_of_tree(up.process.pid) - before
        ratios.append(services / _cpu_of_command(rows, seed))
    ratio = statistics.median(ratios)
    shown = ", ".join(f"{one:.2f}" for one in ratios)
    print(f"  CPU seconds per row, everything, x local: {ratio:.2f} ({shown})   goal 1.25: {_verdict(ratio <= 1.25)}")


def _cpu_of_command(rows: int, seed: int) -> float:
    with tempfile.TemporaryDirectory(dir=timing.scratch()) as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = ours.generate_command(rows, "csv", Path(folder, "out"), 2)
        subprocess.run([*command, "--seed", str(seed)], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _cpu_of_tree(pid: int) -> float:
    """CPU seconds of a process and all below it that live."""
    ticks = 0
    for one in _tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


def _peak_mebibytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


async def _tasks_per_second(environment: dict[str, str], tasks: int) -> float:
    """Real conductor, real bus and store; generators that make nothing."""
    settings = read_settings(**{name.removeprefix("SYNDATA_").lower(): value for name, value in environment.items()})
    async with opened(settings, ("bus", "store", "objects")) as ports, _idle_workers(ports.bus):
        keeper = Keeper(ports, 600)
        consumer = BatchConsumer(ports, CONDUCTOR_EVENTS, Conductor(keeper).fold)
        folding = asyncio.create_task(consumer.run())
        moment = datetime.now(UTC)
        work = TableWork(name="t", rows=tasks, parts=tasks, parts_per_task=1)
        job = Job(id=new_id(), workspace="default", created_at=moment, updated_at=moment, plan="0" * 64,
                  seed=0, as_of=moment, tables=(work,))  # fmt: skip
        begun = time.perf_counter()
        await keeper.create(job)
        while (now := await keeper.newest(job.id)) is None or not now.ended:  # noqa: ASYNC110 -- the store tells no one
            await asyncio.sleep(0.05)
        taken = time.perf_counter() - begun
        await consumer.stop()
        await folding
    return tasks / taken


@contextlib.asynccontextmanager
async def _idle_workers(bus: Bus) -> AsyncIterator[None]:
    subscriptions = [await bus.subscribe(queue.name, 32) for queue in (GENERATOR_TASKS, EXPORT_JOBS)]

    async def serve(number: int) -> None:
        while taken := await subscriptions[number].take(32):
            await asyncio.gather(*(one(delivery) for delivery in taken))

    async def one(delivery: object) -> None:
        message = decode_message(delivery.message.body)  # type: ignore[attr-defined]
        if isinstance(message, GenerateTask):
            done = TaskDone(epoch=message.epoch, task=message.task, rows=1, bytes=1, seconds=0.0)
            await report(bus, message.workspace, message.job, done)
        elif isinstance(message, ExportJob):
            await report(bus, message.workspace, message.job, ExportDone(epoch=message.epoch, bytes=1))
        await delivery.ack()  # type: ignore[attr-defined]

    serving = [asyncio.create_task(serve(number)) for number in range(len(subscriptions))]
    yield
    for subscription in subscriptions:
        await subscription.stop()
    await asyncio.gather(*serving)


def _places() -> Iterator[tuple[str, dict[str, str]]]:
    """The embedded ports, and the real servers where they are installed."""
    with tempfile.TemporaryDirectory() as folder:
        urls = {"BUS": "bus.sqlite", "STORE": "store.sqlite", "OBJECTS": "objects"}
        yield "files", {f"SYNDATA_{name}_URL": f"file://{folder}/{path}" for name, path in urls.items()}
    with _servers() as servers:
        if servers is not None:
            with tempfile.TemporaryDirectory() as folder:
                bus, store, objects = (url for url, _ in servers)
                cluster = over_servers(bus, store, objects, Path(folder))
                yield (
                    ", ".join(name for _, name in servers[:2]),
                    {name: value for name, value in cluster.environment.items() if name.endswith("_URL")},
                )


def _print_crowd(jobs: int) -> None:
    """Many small jobs at once, on services of one process each."""
    with _servers() as servers, tempfile.TemporaryDirectory(dir=timing.scratch()) as folder:
        if servers is None:
            print("  a crowd of jobs: not measured, the real servers are not installed (make servers)")
            return
        bus, store, objects = (url for url, _ in servers)
        cluster = over_servers(bus, store, objects, Path(folder))
        cluster.environment["SYNDATA_STALL_SECONDS"] = "120"
        try:
            running = {name: cluster.start(name) for name in SERVICES}
            gateway = running["gateway"]
            begun = time.perf_counter()
            _submit_all(gateway, jobs)
            submitted = time.perf_counter() - begun
            eventually(lambda: _ended(gateway) >= jobs, 1800, f"{jobs} jobs are completed")
            taken = time.perf_counter() - begun
            print(f"  {jobs:,} jobs of 1,000 rows: submitted in {submitted:.0f} s, all completed after {taken:.0f} s")
            for name, one in running.items():
                peaks = [_peak_mebibytes(pid) for pid in _tree(one.process.pid)]
                most = max(peaks)
                print(f"    {name:10} peak MiB by process: {', '.join(f'{peak:.0f}' for peak in peaks):24}", end="")
                print(f"   goal 300: {_verdict(most <= 300)}")
        finally:
            cluster.end()


def _submit_all(gateway: Running, jobs: int) -> None:
    def some(first: int) -> None:
        for seed in range(first, jobs, 8):
            # As clients do: who is told that the store is too slow now asks again, with the same key.
            key = f"crowd-{seed}"
            insistently(lambda: [gateway.port], "POST", "/jobs", {"preset": "user", "rows": 1000, "seed": seed}, key)

    threads = [threading.Thread(target=some, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ended(gateway: Running) -> int:
    """Completed jobs, as the gateway counts them."""
    from tests.chaos.cluster import request

    time.sleep(0.5)
    for line in request(gateway.port, "GET", "/metrics")[1].decode().splitlines():
        if line.startswith('syndata_jobs_total{status="completed"}'):
            return int(float(line.rpartition(" ")[2]))
    return 0


@contextlib.contextmanager
def _servers() -> Iterator[list[tuple[str, str]] | None]:
    """Fresh real servers, as URL and name; None where one is not installed."""
    from tests.bench.documents import indexed_mongodb
    from tests.servers.sources import NoServer, private_server

    with tempfile.TemporaryDirectory(dir=timing.scratch()) as folder, contextlib.ExitStack() as stack:
        try:
            bus = private_server("rabbitmq", Path(folder, "rabbitmq"))
            stack.callback(bus.end)
            store = stack.enter_context(indexed_mongodb())
            objects = private_server("s3", Path(folder, "s3"))
            stack.callback(objects.end)
        except NoServer:
            yield None
            return
        yield [(server.url, server.name) for server in (bus, store, objects)]


@contextlib.contextmanager
def _cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(dir=timing.scratch()) as folder:
        cluster = Cluster(Path(folder), {})
        try:
            yield cluster
        finally:
            cluster.end()


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT reached"
