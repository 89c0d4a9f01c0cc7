"""RabbitMQ keeps the promises of the bus."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import time
import traceback
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from syndata_bus.errors import Lost
from syndata_bus.port import Bus, Message, Queue
from syndata_bus.rabbit import connect
from syndata_bus.rabbit.subscription import RabbitDelivery, RabbitSubscription
from syndata_bus.testing import BusContract
from syndata_contracts.errors import Refused, Unavailable
from tests.servers.plugin import PrivateServers
from tests.servers.sources import RealServer

QUEUE = Queue("contract.own")


class RabbitServer:
    """A RabbitMQ as the suite wants it."""

    connections_end_because = ""

    def __init__(self, server: RealServer) -> None:
        self.real = server

    async def open_bus(self, seconds: float = 10.0) -> Bus:
        return await connect(self.real.url, seconds=seconds)

    async def kill(self) -> None:
        await asyncio.to_thread(self.real.kill)

    async def start(self) -> None:
        # Its program dies with the thread that starts it: those of the loop live as long as the test.
        await asyncio.to_thread(self.real.start)


class TestRabbit(BusContract):
    """The whole suite."""

    @pytest.fixture
    def server(self, rabbitmq: RealServer) -> RabbitServer:
        return RabbitServer(rabbitmq)

    @pytest.fixture
    def mortal(self, private_servers: PrivateServers) -> RabbitServer:
        return RabbitServer(private_servers("rabbitmq"))


@pytest.fixture
def own(private_servers: PrivateServers) -> RealServer:
    """A broker that the test may treat badly."""
    return private_servers("rabbitmq")


async def _control(server: RealServer, *arguments: str) -> None:
    """Tell a broker of ours to do something, as its operator would."""
    local = server.local
    assert local is not None
    program = local.commands()[-1]
    done = await asyncio.to_thread(
        lambda: subprocess.run(
            [str(Path(program.argv[0]).with_name("rabbitmqctl")), *arguments],
            env=dict(program.environment),
            capture_output=True,
            text=True,
            check=False,
        )
    )
    assert done.returncode == 0, done.stdout + done.stderr


async def test_publishers_of_an_alarmed_broker_are_told_in_time_while_consumers_go_on(own: RealServer) -> None:
    """The broker stops reading from whoever publishes; acks must not wait behind that, nor anyone hang."""
    bus = await connect(own.url, seconds=2)
    await bus.declare([QUEUE])
    for name in "ab":
        await bus.publish(QUEUE.name, Message(name, b""))
    subscription = await bus.subscribe(QUEUE.name, 1)
    [first] = await subscription.take()
    await _control(own, "set_vm_memory_high_watermark", "0")

    # It finds out who publishes by what comes, and lets that one through.
    with contextlib.suppress(Unavailable):
        await bus.publish(QUEUE.name, Message("last", b""))
    loop = asyncio.get_running_loop()
    since = loop.time()
    with pytest.raises(Unavailable, match="publish"):
        await bus.publish(QUEUE.name, Message("c", b""))
    with pytest.raises(Unavailable):
        await first.retry(1, "later")
    with pytest.raises(Unavailable):
        await bus.ping()
    assert loop.time() - since < 8

    await first.ack()
    async with asyncio.timeout(10):
        [second] = await subscription.take()
    await second.ack()
    assert [first.message.id, second.message.id] == ["a", "b"]

    await _control(own, "set_vm_memory_high_watermark", "0.8")
    await _publishes_again(bus)
    await bus.ping()
    async with asyncio.timeout(10):
        await bus.close()


async def test_a_broker_that_says_nothing_is_unavailable_in_time(own: RealServer) -> None:
    """Stopped, not ended: connections stay open, and nobody answers."""
    assert own.local is not None
    assert own.local.pid is not None
    bus = await connect(own.url, seconds=2)
    await bus.declare([QUEUE])
    os.kill(own.local.pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(10):
            outcomes = await asyncio.gather(
                bus.publish(QUEUE.name, Message("a", b"")),
                bus.depth(QUEUE.name),
                bus.subscribe(QUEUE.name, 1),
                bus.request(QUEUE.name, Message("a", b""), 60),
                connect(own.url, seconds=2),
                bus.ping(),
                return_exceptions=True,
            )
    finally:
        os.kill(own.local.pid, signal.SIGCONT)
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 6

    await _publishes_again(bus)
    await bus.close()


async def test_a_consumer_lives_through_the_loss_of_its_queue(own: RealServer) -> None:
    """An operator deletes it and a service declares it again: whoever consumed it consumes it again."""
    bus = await connect(own.url)
    await bus.declare([QUEUE])
    subscription = await bus.subscribe(QUEUE.name, 1)
    assert isinstance(subscription, RabbitSubscription)
    opened = subscription._opened

    await _control(own, "delete_queue", QUEUE.name)
    assert opened is not None
    # 3.10 tells nobody when a quorum queue of the same name is there again within milliseconds.
    await asyncio.wait_for(opened.gone.wait(), 10)
    await bus.declare([QUEUE])
    await bus.publish(QUEUE.name, Message("a", b""))

    async with asyncio.timeout(20):
        [delivery] = await subscription.take()
    assert delivery.message.id == "a"
    await bus.close()


async def test_connections_that_an_operator_closes_come_back(own: RealServer) -> None:
    bus = await connect(own.url)
    await bus.declare([QUEUE])
    subscription = await bus.subscribe(QUEUE.name, 1)
    await bus.publish(QUEUE.name, Message("a", b""))
    [held] = await subscription.take()

    await _control(own, "close_all_connections", "maintenance")

    async with asyncio.timeout(20):
        [again] = await subscription.take()
    assert (again.message.id, again.attempt) == ("a", 2)
    with pytest.raises(Lost):
        await held.ack()
    await again.ack()
    await bus.publish(QUEUE.name, Message("b", b""))
    await bus.close()


async def test_wrong_credentials_are_refused_and_not_told(rabbitmq: RealServer) -> None:
    url = urlsplit(rabbitmq.url)._replace(netloc=f"guest:s3cr3t@{urlsplit(rabbitmq.url).netloc.rpartition('@')[2]}")

    with pytest.raises(Refused, match="credentials") as refusal:
        await connect(url.geturl(), seconds=10)

    told = "".join(traceback.format_exception(refusal.value))
    assert "s3cr3t" not in told


async def test_an_address_where_nobody_listens_is_unavailable_in_time() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="connect"):
            await connect(f"amqp://guest:s3cr3t@127.0.0.1:{unused.getsockname()[1]}/", seconds=1)


async def _publishes_again(bus: Bus) -> None:
    """Return once the bus takes messages; fail when it never does."""

    async def taken() -> bool:
        try:
            await bus.publish(QUEUE.name, Message("again", b""))
        except Unavailable:
            return False
        return True

    async with asyncio.timeout(60):
        while not await taken():
            continue


async def test_how_long_a_question_is_of_use_is_told_exactly(rabbitmq: RealServer) -> None:
    """A header of 32 bits would round it by minutes, and a question that was handed back would be dropped or kept."""
    bus = await connect(rabbitmq.url)
    queue = Queue(f"contract.{uuid.uuid4().hex}")
    await bus.declare([queue])
    subscription = await bus.subscribe(queue.name, 1)
    before = time.time()
    asking = asyncio.create_task(bus.request(queue.name, Message("a", b""), 60))

    [delivery] = await subscription.take()

    assert isinstance(delivery, RabbitDelivery)
    assert delivery.question is not None
    assert before + 60 <= delivery.question.until <= time.time() + 60
    asking.cancel()
    await delivery.ack()
    await bus.close()
