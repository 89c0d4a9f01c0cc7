"""Who gets what, and how much at a time."""
# ruff: noqa: S101 - assert is how a test speaks

from __future__ import annotations

import asyncio
import contextlib

import pytest

from syndata_bus.port import Bus, Depth
from syndata_bus.testing.server import (
    PATIENCE_SECONDS,
    Contract,
    OpenBus,
    comes_true,
    made,
    message,
    names,
    stays_empty,
    took,
    took_all,
)
from syndata_contracts.errors import Defect


class Consuming(Contract):
    """Subscribe, take and stop."""

    async def test_a_message_goes_to_one_of_two_consumers(self, bus: Bus, queue: str, open_bus: OpenBus) -> None:
        one, other = await bus.subscribe(queue, 1), await (await open_bus()).subscribe(queue, 1)
        await bus.publish(queue, message("a"))
        await bus.publish(queue, message("b"))

        assert {(await took(one)).message.id, (await took(other)).message.id} == {"a", "b"}

    async def test_no_more_than_the_prefetch_are_unfinished(self, bus: Bus, queue: str) -> None:
        for name in "abcde":
            await bus.publish(queue, message(name))
        subscription = await bus.subscribe(queue, 2)

        first, second = await took_all(subscription, 2)
        await stays_empty(subscription)
        await first.ack()
        third = await took(subscription)
        await stays_empty(subscription)

        assert names([first, second, third]) == ["a", "b", "c"]

    async def test_questions_and_messages_share_the_prefetch(self, bus: Bus, queue: str) -> None:
        subscription = await bus.subscribe(queue, 1)
        await bus.publish(queue, message("published"))
        asking = asyncio.create_task(bus.request(queue, message("asked"), PATIENCE_SECONDS))

        first = await took(subscription)
        await stays_empty(subscription)
        await first.ack()
        second = await took(subscription)

        assert {first.message.id, second.message.id} == {"published", "asked"}
        asking.cancel()

    async def test_what_others_hold_unfinished_does_not_keep_us_from_the_rest(
        self, bus: Bus, queue: str, open_bus: OpenBus
    ) -> None:
        for name in "abc":
            await bus.publish(queue, message(name))
        held = await took(await bus.subscribe(queue, 1))

        rest = await took_all(await (await open_bus()).subscribe(queue, 5), 2)

        assert names([held, *rest]) == ["a", "b", "c"]

    @pytest.mark.parametrize("prefetch", [0, -1, 65_536])
    async def test_a_prefetch_that_is_no_bound_is_a_defect(self, bus: Bus, queue: str, prefetch: int) -> None:
        with pytest.raises(Defect, match="prefetch"):
            await bus.subscribe(queue, prefetch)

    async def test_take_returns_what_is_there_and_does_not_wait_for_more(self, bus: Bus, queue: str) -> None:
        for name in "abc":
            await bus.publish(queue, message(name))
        subscription = await bus.subscribe(queue, 10)

        assert names(await took_all(subscription, 3)) == ["a", "b", "c"]
        await bus.publish(queue, message("d"))
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert names(await subscription.take(5)) == ["d"]

    async def test_a_take_that_is_given_up_loses_nothing(self, bus: Bus, queue: str) -> None:
        """However late it is cancelled, the next take gets what the first would have got."""
        subscription = await bus.subscribe(queue, 1)
        for number in range(20):
            taking = asyncio.create_task(subscription.take())
            await bus.publish(queue, message(str(number)))
            for _ in range(number):
                await asyncio.sleep(0)
            taking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                [delivery] = await taking
                await delivery.ack()
                continue
            delivery = await took(subscription)
            assert (delivery.message.id, delivery.attempt) == (str(number), 1)
            await delivery.ack()

    async def test_a_stopped_subscription_takes_no_more(self, bus: Bus, queue: str) -> None:
        subscription = await bus.subscribe(queue, 1)
        waiting = asyncio.create_task(subscription.take())
        await asyncio.sleep(0)

        await subscription.stop()
        await bus.publish(queue, message())

        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await waiting == []
            assert await subscription.take() == []
        assert (await bus.depth(queue)).ready == 1

    async def test_what_was_taken_before_the_stop_may_still_be_ended(self, bus: Bus, queue: str) -> None:
        await bus.publish(queue, message())
        subscription = await bus.subscribe(queue, 1)
        delivery = await took(subscription)

        await subscription.stop()
        await subscription.stop()
        await delivery.ack()
        await bus.close()

    async def test_what_was_not_taken_goes_back_when_we_stop_as_if_it_had_not_come(
        self, bus: Bus, queue: str, open_bus: OpenBus
    ) -> None:
        for name in "abc":
            await bus.publish(queue, message(name))
        subscription = await bus.subscribe(queue, 3)
        held = await took(subscription)

        await subscription.stop()

        rest = await took_all(await (await open_bus()).subscribe(queue, 3), 2)
        assert {held.message.id, *names(rest)} == {"a", "b", "c"}
        assert [delivery.attempt for delivery in rest] == [1, 1]

    async def test_the_depth_counts_what_waits_and_who_consumes(self, bus: Bus, queue: str) -> None:
        for name in "abc":
            await bus.publish(queue, message(name))
        assert await bus.depth(queue) == Depth(ready=3, dead=0, consumers=0)

        subscription = await bus.subscribe(queue, 1)
        await took(subscription)

        assert await bus.depth(queue) == Depth(ready=2, dead=0, consumers=1)

    async def test_one_consumer_at_a_time_is_active_and_the_next_takes_over_when_it_dies(
        self, bus: Bus, open_bus: OpenBus
    ) -> None:
        queue = await made(bus, single_active=True)
        first = await open_bus()
        active, standby = await first.subscribe(queue, 1), await bus.subscribe(queue, 10)
        for name in "abc":
            await bus.publish(queue, message(name))
        await took(active)
        await stays_empty(standby)

        await first.close()

        assert set(names(await took_all(standby, 3))) == {"a", "b", "c"}

    async def test_the_next_takes_over_when_the_active_consumer_stops(self, bus: Bus, open_bus: OpenBus) -> None:
        queue = await made(bus, single_active=True)
        active, standby = await bus.subscribe(queue, 1), await (await open_bus()).subscribe(queue, 1)
        await bus.publish(queue, message("a"))
        await (await took(active)).ack()

        await active.stop()
        await bus.publish(queue, message("b"))

        assert (await took(standby)).message.id == "b"

    async def test_a_closed_connection_consumes_no_more(self, bus: Bus, queue: str, open_bus: OpenBus) -> None:
        other = await open_bus()
        subscription = await other.subscribe(queue, 1)

        await other.close()
        await other.close()

        assert await subscription.take() == []

        async def nobody() -> bool:
            return (await bus.depth(queue)).consumers == 0

        await comes_true(nobody)
