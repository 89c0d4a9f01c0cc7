"""The two drivers behind one seam: motor, and PyMongo's own async client, which follows it.

Whatever the adapter calls is awaited and named alike in both; the rest is hidden here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, cast

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from syndata_contracts.errors import Defect

Driver = Literal["motor", "pymongo"]
Document: TypeAlias = dict[str, Any]
Client: TypeAlias = "AsyncMongoClient[Document]"


def new_client(url: str, driver: Driver, options: Mapping[str, Any]) -> Client:
    """A client, which connects when it is first used, and stays on the event loop of that use.

    Raises:
        Defect: that is no MongoDB URL, or no driver of ours. The text does not repeat the URL: it may hold a password.
    """
    try:
        if driver == "pymongo":
            return AsyncMongoClient(url, **options)
        if driver == "motor":
            from motor.motor_asyncio import AsyncIOMotorClient  # noqa: PLC0415 - only the driver in use is loaded

            # Not true, but what we use of the two is the same.
            return cast("Client", AsyncIOMotorClient(url, **options))
    except (PyMongoError, ValueError, TypeError) as error:
        raise Defect(f"the URL of the document store does not do for MongoDB: {type(error).__name__}") from None
    raise Defect(f"there is no MongoDB driver {driver!r}: motor or pymongo")


async def close_client(client: Client) -> None:
    """Close, saying goodbye to the server: for that PyMongo is awaited, while motor would hold up the event loop."""
    really: Any = client
    if isinstance(really, AsyncMongoClient):
        await really.close()
    else:
        await asyncio.to_thread(really.close)
