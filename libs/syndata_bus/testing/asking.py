"""Questions and answers."""
# ruff: noqa: S101 - assert is how a test speaks

from __future__ import annotations

import asyncio

import pytest

from syndata_bus.errors import NoAnswer, TooLarge
from syndata_bus.port import MOST_BODY_BYTES, Bus, Message, Subscription
from syndata_bus.testing.server import PATIENCE_SECONDS, Contract, OpenBus, message, stays_empty, took
from syndata_contracts.errors import Defect


class Asking(Contract):
    """Request and answer."""

    async def test_the_answer_comes_to_whoever_asked(self, bus: Bus, queue: str, open_bus: OpenBus) -> None:
        asked = Message("q", b"?", {"trace": "ü"})
        subscription = await (await open_bus()).subscribe(queue, 1)
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(bus.request(queue, asked, PATIENCE_SECONDS))
            delivery = await took(subscription)
            assert (delivery.message, delivery.attempt, delivery.answerable) == (asked, 1, True)
            await delivery.answer(bytes(range(256)))
            await delivery.ack()

        assert asking.result() == bytes(range(256))
        await stays_empty(subscription)

    async def test_everyone_gets_their_own_answer(self, bus: Bus, queue: str, open_bus: OpenBus) -> None:
        other = await open_bus()
        serving = asyncio.create_task(_serve(await other.subscribe(queue, 10)))
        asked = [str(number) for number in range(50)]

        answers = await asyncio.gather(
            *(
                (bus, other)[place % 2].request(queue, message("same id", name.encode()), PATIENCE_SECONDS)
                for place, name in enumerate(asked)
            )
        )

        assert answers == [f"re: {name}".encode() for name in asked]
        serving.cancel()

    async def test_nobody_who_answers_is_no_answer_in_time_and_the_question_is_gone(self, bus: Bus, queue: str) -> None:
        loop = asyncio.get_running_loop()
        since = loop.time()
        with pytest.raises(NoAnswer, match=queue):
            await bus.request(queue, message(), 0.3)

        assert 0.3 <= loop.time() - since < 2
        await stays_empty(await bus.subscribe(queue, 1))
        depth = await bus.depth(queue)
        assert (depth.ready, depth.dead) == (0, 0)

    async def test_an_answer_that_comes_too_late_harms_nobody(self, bus: Bus, queue: str) -> None:
        subscription = await bus.subscribe(queue, 1)
        asking = asyncio.create_task(bus.request(queue, message("late"), 0.3))
        late = await took(subscription)
        with pytest.raises(NoAnswer):
            await asking
        await late.answer(b"too late")
        await late.ack()

        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(bus.request(queue, message("next"), PATIENCE_SECONDS))
            delivery = await took(subscription)
            await delivery.answer(b"in time")
            await delivery.ack()

        assert asking.result() == b"in time"

    async def test_a_question_is_handed_back_retried_and_passed_on_with_who_asked(
        self, bus: Bus, queue: str, open_bus: OpenBus
    ) -> None:
        subscription = await bus.subscribe(queue, 1)
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(bus.request(queue, message(), PATIENCE_SECONDS))
            await (await took(subscription)).hand_back()
            await (await took(subscription)).retry(1, "not now")
            await subscription.stop()
            other = await open_bus()
            await took(await other.subscribe(queue, 1))
            await other.close()
            last = await took(await (await open_bus()).subscribe(queue, 1))
            assert (last.attempt, last.answerable) == (3, True)
            await last.answer(b"at last")
            await last.ack()

        assert asking.result() == b"at last"

    async def test_a_question_that_cannot_be_answered_is_kept_among_the_dead_letters(
        self, bus: Bus, queue: str
    ) -> None:
        subscription = await bus.subscribe(queue, 1)
        asking = asyncio.create_task(bus.request(queue, message("unreadable"), 1))
        await (await took(subscription)).dead_letter("cannot be read")

        [letter] = await bus.dead_letters(queue)
        assert (letter.message, letter.reason) == (message("unreadable"), "cannot be read")
        with pytest.raises(NoAnswer):
            await asking
        assert await bus.replay(queue) == 1
        assert not (await took(subscription)).answerable

    async def test_what_was_published_takes_no_answer(self, bus: Bus, queue: str) -> None:
        await bus.publish(queue, message())
        delivery = await took(await bus.subscribe(queue, 1))

        with pytest.raises(Defect, match="nobody asked"):
            await delivery.answer(b"")
        await delivery.ack()

    async def test_the_largest_answer_is_carried_and_a_larger_one_is_too_large(self, bus: Bus, queue: str) -> None:
        subscription = await bus.subscribe(queue, 1)
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(bus.request(queue, message(), PATIENCE_SECONDS))
            delivery = await took(subscription)
            with pytest.raises(TooLarge):
                await delivery.answer(b"x" * (MOST_BODY_BYTES + 1))
            await delivery.answer(b"x" * MOST_BODY_BYTES)
            await delivery.ack()

        assert asking.result() == b"x" * MOST_BODY_BYTES


async def _serve(subscription: Subscription) -> None:
    while some := await subscription.take(10):
        for delivery in some:
            await delivery.answer(b"re: " + delivery.message.body)
            await delivery.ack()
