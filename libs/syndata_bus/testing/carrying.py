"""What is published arrives, as it was, or the publisher hears why not."""
# ruff: noqa: S101 - assert is how a test speaks

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from syndata_bus.errors import TooLarge, Unroutable
from syndata_bus.port import MOST_BODY_BYTES, Bus, Message, Queue
from syndata_bus.testing.server import Contract, OpenBus, made, message, names, took, took_all
from syndata_contracts.errors import Defect, Refused

MESSAGES = [
    Message("plain", b"{}", {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}),
    Message("every byte", bytes(range(256))),
    Message("empty", b"", {"empty": ""}),
    Message("Straße/寿司/🦊\n'\"\\", "ünï\0".encode(), {"ключ": "значение 🦊\n", "with-hyphen": " spaces "}),
    Message("i" * 500, b"long id", {"long": "v" * 5000}),
    Message("true", b"true", {"a": "true", "b": "1", "c": "null", "d": "1.5"}),
]


class Carrying(Contract):
    """Publish and declare."""

    @pytest.mark.parametrize("sent", MESSAGES, ids=range(len(MESSAGES)))
    async def test_a_message_arrives_exactly_as_it_was_published(self, bus: Bus, queue: str, sent: Message) -> None:
        await bus.publish(queue, sent)

        delivery = await took(await bus.subscribe(queue, 1))

        assert delivery.message == sent
        assert delivery.attempt == 1
        assert not delivery.answerable
        await delivery.ack()

    async def test_a_published_message_waits_for_a_consumer(self, bus: Bus, queue: str, open_bus: OpenBus) -> None:
        await bus.publish(queue, message())
        await bus.close()

        assert (await (await open_bus()).depth(queue)).ready == 1

    async def test_the_largest_body_is_carried_and_one_byte_more_is_too_large(self, bus: Bus, queue: str) -> None:
        largest = message(body=b"x" * MOST_BODY_BYTES)
        await bus.publish(queue, largest)
        with pytest.raises(TooLarge, match="among the objects"):
            await bus.publish(queue, message(body=b"x" * (MOST_BODY_BYTES + 1)))

        assert (await took(await bus.subscribe(queue, 1))).message == largest
        assert (await bus.depth(queue)).ready == 0

    async def test_headers_that_no_frame_holds_are_too_large(self, bus: Bus, queue: str) -> None:
        with pytest.raises(TooLarge, match="headers"):
            await bus.publish(queue, Message("a", b"", {"large": "x" * 20_000}))
        with pytest.raises(TooLarge, match="name"):
            await bus.publish(queue, Message("a", b"", {"x" * 300: ""}))

        assert (await bus.depth(queue)).ready == 0

    async def test_headers_of_the_bus_itself_cannot_be_given(self, bus: Bus, queue: str) -> None:
        with pytest.raises(Defect, match="x-attempt"):
            await bus.publish(queue, Message("a", b"", {"x-attempt": "7"}))

    async def test_what_no_queue_takes_is_unroutable(self, bus: Bus) -> None:
        nowhere = "contract.nowhere"
        for call in (
            bus.publish(nowhere, message()),
            bus.request(nowhere, message(), 5),
            bus.subscribe(nowhere, 1),
            bus.depth(nowhere),
            bus.dead_letters(nowhere),
            bus.replay(nowhere),
            bus.purge(nowhere),
        ):
            with pytest.raises(Unroutable, match=nowhere):
                await call

        await bus.ping()

    async def test_one_unroutable_message_does_not_disturb_others_of_its_id(self, bus: Bus, queue: str) -> None:
        outcomes = await asyncio.gather(
            *(bus.publish(queue if number % 2 else "contract.nowhere", message("same")) for number in range(20)),
            return_exceptions=True,
        )

        assert [type(outcome) for outcome in outcomes] == [Unroutable, type(None)] * 10
        assert (await bus.depth(queue)).ready == 10

    async def test_declaring_again_changes_nothing(self, bus: Bus) -> None:
        queue = Queue(await made(bus))
        await bus.publish(queue.name, message())

        await bus.declare([queue, queue])

        assert (await bus.depth(queue.name)).ready == 1

    @pytest.mark.parametrize("changed", [{"deliveries": 3}, {"single_active": True}], ids=str)
    async def test_a_queue_that_exists_otherwise_is_refused_with_what_to_do(
        self, bus: Bus, queue: str, changed: dict[str, Any]
    ) -> None:
        with pytest.raises(Refused, match=queue) as refusal:
            await bus.declare([Queue(queue, **changed)])

        assert refusal.value.faults[0].fix
        await bus.publish(queue, message())

    @pytest.mark.parametrize("name", ["", "Upper", "under_score", "a..b", "a.dead", "a.asked", "a.retry.5", "a" * 201])
    async def test_a_name_that_cannot_be_kept_apart_is_a_defect(self, bus: Bus, name: str) -> None:
        with pytest.raises(Defect, match="queue name"):
            await bus.declare([Queue(name)])

    async def test_all_messages_of_many_publishers_arrive_once_at_many_consumers(
        self, bus: Bus, queue: str, open_bus: OpenBus
    ) -> None:
        buses = [bus, await open_bus(), await open_bus()]
        sent = [f"{publisher}-{number}" for publisher in range(20) for number in range(50)]
        arrived: list[str] = []

        async def publish(publisher: int) -> None:
            for number in range(50):
                await buses[publisher % 3].publish(queue, message(f"{publisher}-{number}"))

        async def consume(own: Bus) -> None:
            subscription = await own.subscribe(queue, 7)
            while some := await subscription.take(5):
                for delivery in some:
                    await delivery.ack()
                arrived.extend(names(some))
                if len(arrived) == len(sent):
                    everything.set()

        everything = asyncio.Event()
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            consumers = [tasks.create_task(consume(own)) for own in buses]
            for publisher in range(20):
                tasks.create_task(publish(publisher))
            await everything.wait()
            for own in buses[1:]:
                await own.close()
            for consumer in consumers:
                consumer.cancel()

        assert sorted(arrived) == sorted(sent)
        assert (await bus.depth(queue)).ready == 0

    async def test_messages_come_roughly_in_order(self, bus: Bus, queue: str) -> None:
        sent = [f"{number:03}" for number in range(100)]
        for name in sent:
            await bus.publish(queue, message(name))

        assert names(await took_all(await bus.subscribe(queue, 100), 100)) == sent
