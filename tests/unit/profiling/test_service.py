"""The profiler at work, on the embedded bus and objects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from syndata_bus.port import Message as Carried
from syndata_contracts.errors import Defect, Refused
from syndata_contracts.keys import profile_key, source_key
from syndata_contracts.messages import PreviewRows, ProfileSource, Stored, encode_message
from syndata_engine.profiling import Profile, profile_csv
from syndata_profiler.service import SERVICE
from syndata_profiler.sources import Profiler
from syndata_runtime.connections import Ports, opened
from syndata_runtime.health import Health
from syndata_runtime.sending import ask
from syndata_runtime.service import Engagement
from syndata_runtime.settings import read_settings
from syndata_runtime.topology import PROFILER_REQUESTS

ORDERS = b"order_id,amount\n" + b"".join(b"%d,%d.25\n" % (number, number % 90) for number in range(150_000))
SECONDS = 60.0


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[Ports]:
    """The ports of a running profiler."""
    settings = read_settings(
        bus_url=f"file://{tmp_path}/bus.sqlite", objects_url=f"file://{tmp_path}/objects", drain_seconds=5
    )
    async with (
        opened(settings, SERVICE.needs) as found,
        SERVICE.open(found, settings, Health("test", found)) as running,
    ):
        engagement = Engagement(found, settings)
        engagement.engage(running)
        yield found
        await engagement.drain()


async def test_a_source_is_profiled_beside_itself(ports: Ports) -> None:
    await ports.objects.put(source_key("default", "orders"), ORDERS)
    answer = await ask(ports.bus, PROFILER_REQUESTS, ProfileSource(workspace="default", source="orders"), SECONDS)

    assert answer == Stored(key=profile_key("default", "orders"))
    found = Profile.from_bytes(await ports.objects.get(profile_key("default", "orders")))
    assert found == profile_csv([ORDERS])
    assert found.rows == 150_000
    assert found.size == len(ORDERS)


async def test_a_profile_that_is_there_is_the_answer(ports: Ports) -> None:
    """Nothing is read again: the source may even be gone."""
    await ports.objects.put(profile_key("default", "old"), b"kept as it is")
    answer = await ask(ports.bus, PROFILER_REQUESTS, ProfileSource(workspace="default", source="old"), SECONDS)

    assert answer == Stored(key=profile_key("default", "old"))
    assert await ports.objects.get(profile_key("default", "old")) == b"kept as it is"


async def test_a_source_that_is_missing_is_refused(ports: Ports) -> None:
    with pytest.raises(Refused, match="no such source"):
        await ask(ports.bus, PROFILER_REQUESTS, ProfileSource(workspace="default", source="none"), SECONDS)

    assert await ports.objects.stat(profile_key("default", "none")) is None


async def test_a_source_of_another_workspace_is_missing(ports: Ports) -> None:
    await ports.objects.put(source_key("theirs", "orders"), ORDERS)
    with pytest.raises(Refused, match="no such source"):
        await ask(ports.bus, PROFILER_REQUESTS, ProfileSource(workspace="ours", source="orders"), SECONDS)


async def test_a_faulty_source_is_refused_with_its_line(ports: Ports) -> None:
    """In its first piece of many, so that the rest is never read."""
    await ports.objects.put(source_key("default", "faulty"), b"a,b\n1,2\n1\n" + ORDERS * 4)
    with pytest.raises(Refused) as caught:
        await ask(ports.bus, PROFILER_REQUESTS, ProfileSource(workspace="default", source="faulty"), SECONDS)

    assert caught.value.faults[0].line == 3
    assert await ports.objects.stat(profile_key("default", "faulty")) is None


async def test_several_who_ask_at_once_get_the_same(ports: Ports) -> None:
    await ports.objects.put(source_key("default", "orders"), ORDERS)
    question = ProfileSource(workspace="default", source="orders")
    answers = await asyncio.gather(*(ask(ports.bus, PROFILER_REQUESTS, question, SECONDS) for _ in range(4)))

    assert set(answers) == {Stored(key=profile_key("default", "orders"))}
    assert Profile.from_bytes(await ports.objects.get(profile_key("default", "orders"))) == profile_csv([ORDERS])


async def test_a_message_of_another_kind_is_buried(ports: Ports) -> None:
    """Whoever sent it erred in code, not in data."""
    other = PreviewRows(workspace="default", plan="0", table="a", start=0, count=1)
    await ports.bus.publish(PROFILER_REQUESTS.name, Carried("1", encode_message(other)))
    async with asyncio.timeout(SECONDS):
        while not await ports.bus.dead_letters(PROFILER_REQUESTS.name):  # noqa: ASYNC110 -- a bus tells it in no other way
            await asyncio.sleep(0.01)

    with pytest.raises(Defect):
        await Profiler(ports.objects).profile(other)
