"""What nobody could take: kept, shown, tried again, dropped."""
# ruff: noqa: S101 - assert is how a test speaks

from __future__ import annotations

from syndata_bus.port import Bus, DeadLetter, Message
from syndata_bus.testing.server import Contract, OpenBus, comes_true, made, message, names, stays_empty, took, took_all


class DeadLettering(Contract):
    """Dead letters."""

    async def test_a_message_that_kills_its_consumers_is_dead_after_so_many_and_its_neighbours_are_not(
        self, bus: Bus, open_bus: OpenBus
    ) -> None:
        queue = await made(bus, deliveries=3)
        for name in ("poison", "b", "c"):
            await bus.publish(queue, message(name))
        for attempt in (1, 2, 3):
            other = await open_bus()
            subscription = await other.subscribe(queue, 1)
            delivery = await took(subscription)
            while delivery.message.id != "poison":
                await delivery.hand_back()
                delivery = await took(subscription)
            assert delivery.attempt == attempt
            await other.close()

        async def dead() -> bool:
            return (await bus.depth(queue)).dead == 1

        await comes_true(dead)
        rest = await took_all(await bus.subscribe(queue, 10), 2)
        assert set(names(rest)) == {"b", "c"}
        [letter] = await bus.dead_letters(queue)
        assert (letter.message, letter.queue, letter.attempt) == (message("poison"), queue, 3)
        assert "died" in letter.reason

    async def test_a_message_allowed_once_is_dead_after_one_death(self, bus: Bus, open_bus: OpenBus) -> None:
        queue = await made(bus, deliveries=1)
        await bus.publish(queue, message())
        other = await open_bus()
        await took(await other.subscribe(queue, 1))
        await other.close()

        async def dead() -> bool:
            return (await bus.depth(queue)).dead == 1

        await comes_true(dead)
        assert [letter.attempt for letter in await bus.dead_letters(queue)] == [1]
        assert await bus.replay(queue) == 1
        assert (await took(await bus.subscribe(queue, 1))).attempt == 1

    async def test_a_dead_letter_tells_what_it_was_and_why_it_died(self, bus: Bus, queue: str) -> None:
        sent = Message("寿司", b"\0\xff", {"trace": "ü"})
        await bus.publish(queue, sent)
        subscription = await bus.subscribe(queue, 1)
        await (await took(subscription)).retry(1, "first")
        await (await took(subscription)).dead_letter("cannot be read: größer")

        assert await bus.dead_letters(queue) == [DeadLetter(sent, queue, "cannot be read: größer", 2)]
        await stays_empty(subscription)

    async def test_looking_at_dead_letters_leaves_them_where_they_are(self, bus: Bus, queue: str) -> None:
        await _bury(bus, queue, "abc")

        looks = [await bus.dead_letters(queue) for _ in range(25)]

        assert [[letter.message.id for letter in look] for look in looks] == [["a", "b", "c"]] * 25
        assert [letter.message.id for letter in await bus.dead_letters(queue, most=2)] == ["a", "b"]
        assert (await bus.depth(queue)).dead == 3

    async def test_replayed_messages_come_again_as_new_and_a_second_replay_does_nothing(
        self, bus: Bus, queue: str
    ) -> None:
        await _bury(bus, queue, "abc")

        assert await bus.replay(queue) == 3
        assert await bus.replay(queue) == 0

        again = await took_all(await bus.subscribe(queue, 5), 3)
        assert [(delivery.message, delivery.attempt) for delivery in again] == [(message(name), 1) for name in "abc"]
        assert (await bus.depth(queue)).dead == 0

    async def test_only_the_dead_letters_that_are_named_are_replayed(self, bus: Bus, queue: str) -> None:
        await _bury(bus, queue, "abc")

        assert await bus.replay(queue, ["b", "unknown"]) == 1
        assert await bus.replay(queue, []) == 0

        assert (await took(await bus.subscribe(queue, 5))).message.id == "b"
        assert [letter.message.id for letter in await bus.dead_letters(queue)] == ["a", "c"]

    async def test_purged_dead_letters_are_gone_and_the_others_are_not(self, bus: Bus, queue: str) -> None:
        await _bury(bus, queue, "abcd")
        await bus.publish(queue, message("alive"))

        assert await bus.purge(queue, ["c", "unknown"]) == 1
        assert [letter.message.id for letter in await bus.dead_letters(queue)] == ["a", "b", "d"]
        assert await bus.purge(queue) == 3
        assert await bus.purge(queue) == 0

        assert await bus.dead_letters(queue) == []
        assert (await bus.depth(queue)).ready == 1

    async def test_the_death_of_one_queue_is_not_seen_in_another(self, bus: Bus, queue: str) -> None:
        other = await made(bus)
        await _bury(bus, queue, "a")

        assert await bus.dead_letters(other) == []
        assert await bus.replay(other) == 0
        assert (await bus.depth(queue)).dead == 1

    async def test_a_reason_of_any_length_is_kept_in_part(self, bus: Bus, queue: str) -> None:
        await bus.publish(queue, message())
        await (await took(await bus.subscribe(queue, 1))).dead_letter("long " * 100_000)

        [letter] = await bus.dead_letters(queue)
        assert letter.reason.startswith("long long")
        assert len(letter.reason) <= 1000


async def _bury(bus: Bus, queue: str, ids: str) -> None:
    subscription = await bus.subscribe(queue, 1)
    for name in ids:
        await bus.publish(queue, message(name))
        await (await took(subscription)).dead_letter("buried")
    await subscription.stop()
