"""The port on MongoDB 4.4 and later, and on FerretDB 1.24, which ignores write concerns and has no transactions."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from pymongo import DESCENDING, ReadPreference
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, InvalidName, OperationFailure
from pymongo.read_concern import ReadConcern

from syndata_contracts.errors import Defect, Fault, Refused, Unavailable
from syndata_store.errors import Conflict
from syndata_store.mongo.documents import INDEXES, document_of, listed_where, place, record_of
from syndata_store.mongo.drivers import Client, Document, Driver, close_client, new_client
from syndata_store.mongo.patience import Patience, Unsettled, Unwelcome, passes
from syndata_store.port import (
    KEPT_VERSIONS,
    Record,
    Store,
    checked_collection,
    checked_key,
    checked_limit,
    checked_version,
)

_T = TypeVar("_T")


async def connect(
    url: str, *, driver: Driver = "motor", database: str | None = None, limit: timedelta = timedelta(seconds=5)
) -> Store:
    """Connect, and return when the server has answered.

    Args:
        url: `mongodb://` or `mongodb+srv://`.
        driver: `motor`, or `pymongo` for the async client that PyMongo itself has.
        database: Overrides the one in the URL, which is `syndata` when it names none.
        limit: How long any one call may take, attempts included, before it is Unavailable.

    Raises:
        Unavailable: no server that may be written to answers in time.
        Refused: the server does not let us in.
        Defect: the URL is none.
    """
    seconds = limit.total_seconds()
    # One attempt takes half the limit at most, so that a connection on which nothing comes back leaves time for another;
    # the driver is to give up a little before we do.
    milliseconds = max(1, int(seconds * 450))
    client = new_client(
        url,
        driver,
        {
            "appname": "syndata",
            "w": "majority",
            "journal": True,
            "wTimeoutMS": milliseconds,
            "serverSelectionTimeoutMS": milliseconds,
            "connectTimeoutMS": milliseconds,
            "socketTimeoutMS": milliseconds,
            "waitQueueTimeoutMS": milliseconds,
            "tz_aware": True,
        },
    )
    patience = Patience(seconds)
    try:
        greeting = await patience.until("answer", lambda: _greeting(client.admin))
        return _MongoStore(client, database, greeting, patience)
    except Unwelcome as error:
        await patience.end(lambda: close_client(client))
        raise Refused(Fault("MongoDB", str(error), "mend the URL of the store")) from None
    except BaseException:
        await patience.end(lambda: close_client(client))
        raise


class _MongoStore:
    def __init__(self, client: Client, database: str | None, greeting: Mapping[str, Any], patience: Patience) -> None:
        self._client = client
        # A server that belongs to no set knows one state only; asked for that of a majority, it may refuse.
        in_a_set = "setName" in greeting or greeting.get("msg") == "isdbgrid"
        try:
            chosen = client.get_default_database("syndata") if database is None else client.get_database(database)
            self._database = chosen.with_options(
                read_concern=ReadConcern("majority" if in_a_set else None), read_preference=ReadPreference.PRIMARY
            )
        except InvalidName:
            raise Defect("the store's database has a name that MongoDB does not take") from None
        self._patience = patience
        self._indexed: set[str] = set()
        self._closed = False

    async def insert(self, collection: str, key: str, version: int, body: Mapping[str, Any]) -> None:
        documents = self._documents(collection)
        document = document_of(checked_key(key), checked_version(version), body)

        async def attempt() -> None:
            await self._index(documents)
            try:
                await documents.insert_one(document)
            except DuplicateKeyError:
                await _settle(documents, document)
            if version > 0:
                await _forbid_pruned(documents, key, version)

        await self._patiently("confirm a version", attempt)

    async def newest(self, collection: str, key: str) -> Record | None:
        documents = self._documents(collection)
        found = await self._patiently("answer", lambda: _newest(documents, checked_key(key)))
        return record_of(found) if found else None

    async def version(self, collection: str, key: str, version: int) -> Record | None:
        documents = self._documents(collection)
        wanted = {"_id": place(checked_key(key), checked_version(version))}
        found = await self._patiently("answer", lambda: _one(documents, wanted))
        return record_of(found) if found else None

    async def prune(self, collection: str, key: str, below: int) -> int:
        documents = self._documents(collection)
        checked_key(key)
        checked_version(below)

        async def attempt() -> int:
            newest = await _newest(documents, key, {"version": 1})
            # The newest version never goes, so whatever this drops stays KEPT_VERSIONS below one that is there.
            end = min(below, int(newest["version"]) - KEPT_VERSIONS + 1) if newest else 0
            if end <= 1:
                return 0
            return (await documents.delete_many({"key": key, "version": {"$gt": 0, "$lt": end}})).deleted_count

        return await self._patiently("prune", attempt)

    async def page(
        self, collection: str, *, where: Mapping[str, str], before: str | None = None, limit: int = 50
    ) -> Sequence[Record]:
        documents = self._documents(collection)
        query = listed_where(where, before if before is None else checked_key(before))
        most = checked_limit(limit)

        async def attempt() -> list[Document]:
            return await documents.find(query).sort("listed", DESCENDING).limit(most).to_list(most)

        return [record_of(document) for document in await self._patiently("answer", attempt)]

    async def remove(self, collection: str, key: str) -> int:
        documents = self._documents(collection)
        checked_key(key)

        async def attempt() -> int:
            return (await documents.delete_many({"key": key})).deleted_count

        return await self._patiently("remove", attempt)

    async def ping(self) -> None:
        # Not `ping`, which a server answers that nobody can write to.
        greeting = await self._patiently("answer", lambda: _greeting(self._database))
        if not greeting.get("isWritablePrimary"):
            raise Unavailable("the store has no server now that can be written to")

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await self._patience.end(lambda: close_client(self._client))

    def _documents(self, collection: str) -> AsyncCollection[Document]:
        return self._database[checked_collection(collection)]

    async def _patiently(self, what: str, attempt: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        if self._closed:
            raise Unavailable("the store is closed")
        return await self._patience.until(what, attempt)

    async def _index(self, documents: AsyncCollection[Document]) -> None:
        """Make the collection's indexes, once per connection. They make reads quick; nothing is wrong without them."""
        if documents.name in self._indexed:
            return
        # Who comes meanwhile does not wait. FerretDB cuts the connection of who makes indexes that are all there.
        self._indexed.add(documents.name)
        try:
            there = await documents.index_information()
            if missing := [index for index in INDEXES if index.document["name"] not in there]:
                await documents.create_indexes(missing)
        except OperationFailure as error:
            # No reason to fail the insert: not every server takes every index, and FerretDB, killed while it made one,
            # never makes it again. Where it may succeed in a moment, the next insert tries.
            if passes(error):
                self._indexed.discard(documents.name)
        except BaseException:
            self._indexed.discard(documents.name)
            raise


async def _greeting(database: AsyncDatabase[Document]) -> Document:
    # Of motor, `command` is no coroutine but a future.
    return await database.command("hello")


async def _one(documents: AsyncCollection[Document], query: Mapping[str, Any]) -> Document | None:
    return await documents.find_one(query)


async def _newest(
    documents: AsyncCollection[Document], key: str, fields: Mapping[str, int] | None = None
) -> Document | None:
    return await documents.find_one({"key": key}, fields, sort=[("version", DESCENDING)])


async def _settle(documents: AsyncCollection[Document], document: Document) -> None:
    """Whose is the document that is there? Ours, when an earlier attempt was kept and its answer lost.

    It is read as a majority has it: what only one server has may vanish, and is neither a success nor a conflict yet.
    """
    found = await documents.find_one({"_id": document["_id"]}, {"nonce": 1})
    if found is None:
        raise Unsettled
    if found.get("nonce") != document["nonce"]:
        raise Conflict(f"version {document['version']} of {document['key']} is there already")


async def _forbid_pruned(documents: AsyncCollection[Document], key: str, version: int) -> None:
    """Refuse to call it a success when the version may have been there before, and pruned.

    It cannot have been while nothing stands KEPT_VERSIONS above it. If something does, either we slept long before the
    insert, or others went on so fast since; those two look alike.
    """
    above = await documents.find_one({"key": key, "version": {"$gte": version + KEPT_VERSIONS}}, {"_id": 1})
    if above is not None:
        raise Unavailable(f"version {version} of {key} may have been another's, pruned long ago: read again")
