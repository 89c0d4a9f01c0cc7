"""A process that publishes, takes and is killed: what it says on its standard output is what it knows."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from syndata_bus.embedded import open_bus
from syndata_bus.port import Bus, Message, Queue, Subscription

QUEUE = Queue("dying", deliveries=1000)


async def main(path: Path, life: str) -> None:
    """Load the bus until somebody kills us."""
    bus = await open_bus(path)
    await bus.declare([QUEUE])
    async with asyncio.TaskGroup() as tasks:
        for publisher in range(8):
            tasks.create_task(publish(bus, f"{life}-{publisher}"))
        tasks.create_task(consume(await bus.subscribe(QUEUE.name, 4)))


async def publish(bus: Bus, prefix: str) -> None:
    """Publish, and say so only when it was confirmed."""
    for number in range(1_000_000):
        name = f"{prefix}-{number}"
        await bus.publish(QUEUE.name, Message(name, name.encode()))
        say("published", name)


async def consume(subscription: Subscription) -> None:
    """End what comes in every way, and say so before, because afterwards may be too late."""
    while some := await subscription.take(4):
        for place, delivery in enumerate(some):
            name = delivery.message.id
            say("took", name)
            match place:
                case 0:
                    say("acking", name)
                    await delivery.ack()
                case 1:
                    await delivery.retry(1, "later")
                case 2:
                    await delivery.hand_back()
                case _:
                    await delivery.dead_letter("buried")


def say(what: str, name: str) -> None:
    """Write one line at once."""
    sys.stdout.write(f"{what} {name}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
