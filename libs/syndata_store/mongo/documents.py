"""How a version lies in MongoDB, and the indexes it is found by.

`_id` is `key:version`, whose uniqueness is the version check. The body is JSON text (`syndata_store.bodies` says why).
Versions 0 alone have `listed`, their key again, and `labels`: sparse indexes over these hold what `page` lists and
nothing else. Only insert, find and delete are used: updates are not atomic on every server that speaks the protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from pymongo import ASCENDING, DESCENDING, IndexModel

from syndata_contracts.errors import Defect
from syndata_store.bodies import decoded, encoded, label, labels
from syndata_store.mongo.drivers import Document
from syndata_store.port import Record

INDEXES: Final = (
    IndexModel([("key", ASCENDING), ("version", DESCENDING)], name="versions"),
    IndexModel([("listed", DESCENDING)], name="listed", sparse=True),
    IndexModel([("labels", ASCENDING), ("listed", DESCENDING)], name="labelled", sparse=True),
)


def place(key: str, version: int) -> str:
    """The `_id` of a version."""
    return f"{key}:{version}"


def document_of(key: str, version: int, body: Mapping[str, Any]) -> Document:
    """What is inserted, with a nonce of this very call: by it a repeated insert knows its own document again."""
    document: Document = {
        "_id": place(key, version),
        "key": key,
        "version": version,
        "nonce": uuid4().hex,
        "body": encoded(body),
    }
    if version == 0:
        document["listed"] = key
        # An empty array would be indexed as a missing one.
        if listed := labels(body):
            document["labels"] = listed
    return document


def record_of(document: Document) -> Record:
    """The version in a document; Defect when it is not one of ours."""
    try:
        return Record(document["key"], int(document["version"]), decoded(document["body"]))
    except (KeyError, ValueError, TypeError):
        raise Defect(f"the document {str(document.get('_id'))[:200]!r} is not one that we inserted") from None


def listed_where(where: Mapping[str, str], before: str | None) -> Document:
    """The filter of a page."""
    # The lower bound says that only documents with the field are sought, without which no sparse index is used.
    query: Document = {"listed": {"$gt": ""} if before is None else {"$gt": "", "$lt": before}}
    if where:
        query["labels"] = {"$all": [label(name, value) for name, value in where.items()]}
    return query
