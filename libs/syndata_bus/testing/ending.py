"""How a delivery ends, and what comes back when it does not."""
# ruff: noqa: S101 - assert is how a test speaks

from __future__ import annotations

import asyncio

import pytest

from syndata_bus.errors import Lost
from syndata_bus.port import RETRY_SECONDS, Bus, Delivery
from syndata_bus.testing.server import Contract, OpenBus, made, message, stays_empty, took, took_all
from syndata_contracts.errors import Defect


class Ending(Contract):
    """Ack, retry, hand back, die."""

    async def test_what_is_acked_never_comes_back(self, bus: Bus, queue: str, open_bus: OpenBus) -> None:
        other = await open_bus()
        await bus.publish(queue, message())
        await (await took(await other.subscribe(queue, 1))).ack()
        await other.close()

        await stays_empty(await bus.subscribe(queue, 1))

    async def test_what_a_dead_consumer_held_comes_back_as_the_next_attempt(
        self, bus: Bus, queue: str, open_bus: OpenBus
    ) -> None:
        other = await open_bus()
        await bus.publish(queue, message("a"))
        assert (await took(await other.subscribe(queue, 1))).attempt == 1

        await other.close()

        again = await took(await bus.subscribe(queue, 1))
        assert (again.message, again.attempt) == (message("a"), 2)

    async def test_a_delivery_of_a_closed_connection_is_lost(self, bus: Bus, queue: str, open_bus: OpenBus) -> None:
        other = await open_bus()
        await bus.publish(queue, message())
        delivery = await took(await other.subscribe(queue, 1))
        await other.close()

        for end in (
            delivery.ack(),
            delivery.retry(1, "why"),
            delivery.dead_letter("why"),
            delivery.hand_back(),
        ):
            with pytest.raises(Lost, match=delivery.message.id):
                await end

        assert (await took(await bus.subscribe(queue, 1))).attempt == 2
        assert (await bus.depth(queue)).dead == 0

    async def test_a_delivery_ends_once(self, bus: Bus, queue: str) -> None:
        await bus.publish(queue, message())
        delivery = await took(await bus.subscribe(queue, 1))
        await delivery.ack()

        for end in (delivery.ack(), delivery.retry(1, "why"), delivery.dead_letter("why"), delivery.hand_back()):
            with pytest.raises(Defect, match="ended already"):
                await end

        assert (await bus.depth(queue)).ready == 0

    async def test_a_retry_comes_not_before_its_time_and_holds_nobody_up(self, bus: Bus) -> None:
        queue = await made(bus, deliveries=1)
        subscription = await bus.subscribe(queue, 1)
        await bus.publish(queue, message("retried"))
        loop = asyncio.get_running_loop()

        await (await took(subscription)).retry(0.3, "not now")
        since = loop.time()
        assert (await bus.depth(queue)).ready == 0
        await bus.publish(queue, message("other"))
        other = await took(subscription)
        await other.ack()
        assert (other.message.id, loop.time() - since < 1) == ("other", True)

        again = await took(subscription)
        assert (again.message, again.attempt) == (message("retried"), 2)
        # The broker's clock begins a little before ours: it is asked before it answers.
        assert RETRY_SECONDS[0] - 0.1 <= loop.time() - since < RETRY_SECONDS[1]

    async def test_a_retry_outlives_whoever_asked_for_it_and_is_no_death(self, bus: Bus, open_bus: OpenBus) -> None:
        """Attempts count both, the limit of deliveries only deaths in a row."""
        queue = await made(bus, deliveries=2)
        await bus.publish(queue, message())
        await _die(await open_bus(), queue)
        other = await open_bus()
        second = await took(await other.subscribe(queue, 1))
        assert second.attempt == 2
        await second.retry(1, "not now")
        await other.close()

        await _die(await open_bus(), queue)

        fourth = await took(await bus.subscribe(queue, 1))
        assert fourth.attempt == 4

    async def test_what_is_handed_back_goes_to_another_as_if_it_had_not_come(self, bus: Bus, open_bus: OpenBus) -> None:
        queue = await made(bus, deliveries=2)
        await bus.publish(queue, message())
        for _ in range(5):
            other = await open_bus()
            subscription = await other.subscribe(queue, 1)
            delivery = await took(subscription)
            await subscription.stop()
            await delivery.hand_back()
            await other.close()

        again = await took(await bus.subscribe(queue, 1))

        assert (again.message, again.attempt) == (message(), 1)
        assert (await bus.depth(queue)).dead == 0

    async def test_many_endings_at_once_do_not_mix_up(self, bus: Bus, queue: str) -> None:
        for number in range(40):
            await bus.publish(queue, message(str(number)))
        subscription = await bus.subscribe(queue, 40)
        deliveries = await took_all(subscription, 40)

        async def end(delivery: Delivery) -> None:
            match int(delivery.message.id) % 4:
                case 0:
                    await delivery.ack()
                case 1:
                    await delivery.dead_letter("odd")
                case 2:
                    await delivery.retry(60, "later")
                case _:
                    await delivery.hand_back()

        await asyncio.gather(*map(end, deliveries))

        dead = await bus.dead_letters(queue)
        assert {int(letter.message.id) for letter in dead} == set(range(1, 40, 4))
        back = await took_all(subscription, 10)
        assert {int(delivery.message.id) for delivery in back} == set(range(3, 40, 4))


async def _die(bus: Bus, queue: str) -> None:
    """Take a message and die of it."""
    await took(await bus.subscribe(queue, 1))
    await bus.close()
