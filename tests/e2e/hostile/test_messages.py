"""Messages that nobody sends: each becomes a dead letter or a failed job with a reason, and the work goes on."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from syndata_bus.errors import NoAnswer
from syndata_bus.port import Message
from syndata_contracts.events import Started
from syndata_contracts.keys import plan_key
from syndata_contracts.messages import JobEvent, encode_message
from syndata_runtime.topology import (
    CONDUCTOR_EVENTS,
    EXPORT_JOBS,
    GENERATOR_PREVIEWS,
    GENERATOR_TASKS,
    PROFILER_REQUESTS,
    QUEUES,
    SCHEMA_REQUESTS,
)
from tests.e2e.hostile.world import World, in_one_process, over_real_servers, until
from tests.servers.plugin import PrivateServers

pytestmark = pytest.mark.slow

NOBODY: Final = "00000000-0000-7000-8000-000000000000"
ABSENT: Final = "0" * 64
FORGED: Final = "f" * 64
TASK: Final = {
    "type": "generate.task", "workspace": "default", "job": NOBODY, "epoch": 0, "task": 0, "table": 0, "first": 0,
    "parts": 1, "plan": ABSENT, "output_format": "csv", "digest_algorithm": "blake3",
}  # fmt: skip
LARGE: Final = {"preset": "user", "rows": 10_000_000}
"""Still at work when something is said of it."""


def text(message: Any, version: int = 1) -> bytes:
    """The text of a message, right or wrong."""
    return json.dumps({"format": version, "message": message}).encode()


UNREADABLE: Final = (
    b"",
    b"\x00\xff\xfe garbage \x80",
    b"[" * 10_000,
    text(TASK)[:-3],
    text(TASK, version=2),
    text({"type": "generate.everything"}),
    text({"type": "generate.task"}),
    text("generate.task"),
    text({**TASK, "job": "../../../../etc/passwd"}),
    text({**TASK, "plan": "../../secrets"}),
    text({**TASK, "workspace": ".."}),
    text({**TASK, "task": -1}),
    text({**TASK, "first": -1}),
    text({**TASK, "parts": 10**12}),
    text({**TASK, "first": 10**400}),
    text({"type": "export.sweep", "workspace": "default", "job": "."}),
    text({"type": "refusal", "faults": []}),
)
"""No service takes these, from whichever queue they come."""


async def tell_lies(world: World) -> None:
    """The whole story: everything wrong at once, then the counts, then a job as if nothing had been."""
    made = await world.call("POST", "/jobs", {"preset": "user", "rows": 10})
    assert (await world.ended(made["id"]))["state"] == "completed"
    misled, deceived = [await world.call("POST", "/jobs", LARGE) for _ in range(2)]
    await world.objects.put(plan_key("default", FORGED), await world.objects.get(plan_key("default", made["plan"])))
    before = await world.counted()
    expected: Counter[str] = Counter()

    async def send(queue: str, body: bytes, dead: str | None) -> None:
        await world.bus.publish(queue, Message(f"lie-{expected.total()}-{len(body)}", body))
        if dead is not None:
            expected[dead] += 1

    for queue in QUEUES:
        for body in UNREADABLE:
            await send(queue.name, body, queue.name)
    # Of the right form, and in the wrong place.
    stray = encode_message(JobEvent(workspace="default", job=NOBODY, event=Started()))
    for queue in (SCHEMA_REQUESTS, GENERATOR_TASKS, GENERATOR_PREVIEWS, EXPORT_JOBS, PROFILER_REQUESTS):
        await send(queue.name, stray, queue.name)
    await send(CONDUCTOR_EVENTS.name, text(TASK), CONDUCTOR_EVENTS.name)
    # Of jobs that do not exist: what fails over them is told to nobody.
    await send(CONDUCTOR_EVENTS.name, stray, CONDUCTOR_EVENTS.name)
    await send(GENERATOR_TASKS.name, text(TASK), CONDUCTOR_EVENTS.name)
    # Of parts that a plan does not have, after three tries.
    for wrong in ({"first": 7}, {"table": 1}, {"first": 2**62}):
        await send(
            GENERATOR_TASKS.name, text({**TASK, "job": made["id"], "plan": made["plan"], **wrong}), "generator.tasks"
        )
    # Of jobs at work: their plan is gone, or is another one's text.
    await send(GENERATOR_TASKS.name, text({**TASK, "job": misled["id"], "task": 10**6}), None)
    await send(GENERATOR_TASKS.name, text({**TASK, "job": deceived["id"], "plan": FORGED}), "generator.tasks")
    # A task that the job does not have was done, says somebody.
    done = {"type": "task.done", "epoch": 0, "task": 10**9, "rows": 10**9, "bytes": 1, "seconds": 1}
    await send(
        CONDUCTOR_EVENTS.name,
        text({"type": "job.event", "workspace": "default", "job": made["id"], "event": done}),
        None,
    )

    depths: dict[str, int] = {}

    async def buried() -> bool:
        depths.update({queue.name: (await world.bus.depth(queue.name)).dead for queue in QUEUES})
        return depths == expected

    await until(buried, 90, lambda: f"dead letters {dict(expected)}, but {depths}")

    async def counted() -> bool:
        found = await world.counted()
        return {queue: found[queue] - before.get(queue, 0) for queue in found} == dict(expected)

    # A letter is counted once it is laid down, which others see a moment sooner.
    await until(counted, 10, lambda: f"the counts of {dict(expected)}")
    for queue in QUEUES:
        assert all(letter.reason for letter in await world.bus.dead_letters(queue.name))
    await they_failed_with_reasons(world, misled["id"], deceived["id"])
    assert (await world.state(made["id"]))["rows_done"] == 10
    again = await world.call("POST", "/jobs", {"preset": "company", "rows": 50})
    assert (await world.ended(again["id"]))["state"] == "completed"
    # A neighbour that died too would be one more for good; letters that were just looked at are not counted for a moment.
    await until(buried, 30, lambda: f"dead letters {dict(expected)}, but {depths}: a neighbour died too")


async def they_failed_with_reasons(world: World, misled: str, deceived: str) -> None:
    """A plan that is gone is the asker's to mend; one that was changed is ours, and its message is kept."""
    told = await world.ended(misled)
    assert told["state"] == "failed"
    assert f"there is no plan {ABSENT}" in told["errors"][0]["what"]
    told = await world.ended(deceived)
    assert told["state"] == "failed"
    assert f"plan {FORGED} was changed" in told["reason"]
    assert told["reason"].startswith("task 0 (part 0 of table number 1) failed 3 times")
    assert told["reason"].endswith("its message is among the dead letters of generator.tasks")
    reasons = [letter.reason for letter in await world.bus.dead_letters(GENERATOR_TASKS.name)]
    assert any(FORGED in reason for reason in reasons)


async def test_no_lie_on_the_embedded_bus_stops_the_services(tmp_path: Path) -> None:
    async with in_one_process(tmp_path, window=1) as world:
        await tell_lies(world)


async def test_no_lie_on_rabbitmq_stops_the_services(private_servers: PrivateServers, tmp_path: Path) -> None:
    async with over_real_servers(private_servers, tmp_path) as world:
        await tell_lies(world)


async def test_a_question_that_cannot_be_read_is_a_dead_letter_too(tmp_path: Path) -> None:
    """Whoever asked waits in vain; the next one who asks is answered."""
    async with in_one_process(tmp_path, window=1) as world:
        with pytest.raises(NoAnswer):
            await world.bus.request(SCHEMA_REQUESTS.name, Message("q", b"what?"), 0.5)

        assert (await world.call("POST", "/schemas/validate", {"preset": "user"}))["valid"]
