"""Write one thing to a server and read it back, with the clients that Syndata uses."""

from __future__ import annotations

import asyncio
import io
from urllib.parse import urlsplit

import aio_pika
import pymongo
from minio import Minio

TEXT = b"kept"
QUEUE = "kept"
REGISTERED_SECONDS = 1.5


def write(service: str, url: str) -> None:
    """Store one thing; when this returns, the server has promised to keep it."""
    match service:
        case "rabbitmq":
            asyncio.run(_publish(url))
        case "mongodb":
            with pymongo.MongoClient[dict[str, bytes]](url, serverSelectionTimeoutMS=10_000) as client:
                client["kept"]["things"].insert_one({"text": TEXT})
        case _:
            store, bucket = _store(url)
            store.make_bucket(bucket)
            store.put_object(bucket, "things/kept", io.BytesIO(TEXT), len(TEXT))


def read(service: str, url: str) -> bytes | None:
    """Return what `write` stored."""
    match service:
        case "rabbitmq":
            return asyncio.run(_consume(url))
        case "mongodb":
            with pymongo.MongoClient[dict[str, bytes]](url, serverSelectionTimeoutMS=10_000) as client:
                found = client["kept"]["things"].find_one({})
                return found["text"] if found else None
        case _:
            store, bucket = _store(url)
            answer = store.get_object(bucket, "things/kept")
            try:
                return answer.read()
            finally:
                answer.close()
                answer.release_conn()


async def _publish(url: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.declare_queue(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
        # RabbitMQ 3.10 writes the register of quorum queues half a second behind: one declared just before a kill comes
        # back without its leader, for good.
        await asyncio.sleep(REGISTERED_SECONDS)
        message = aio_pika.Message(TEXT, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, routing_key=QUEUE)


async def _consume(url: str) -> bytes | None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(QUEUE)
        # A quorum queue elects its leader for a moment after its node came back.
        for _ in range(50):
            message = await queue.get(no_ack=True, fail=False, timeout=30)
            if message:
                return message.body
            await asyncio.sleep(0.1)
    return None


def _store(url: str) -> tuple[Minio, str]:
    parts = urlsplit(url)
    host = f"{parts.hostname}:{parts.port}"
    store = Minio(host, parts.username, parts.password, secure=False, region="us-east-1")
    return store, parts.path.strip("/")
