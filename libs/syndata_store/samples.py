"""For the contract suite: what a store keeps exactly, what it refuses, and calls made as our code makes them."""

from __future__ import annotations

import math
from collections.abc import Awaitable
from typing import Any

from hypothesis import strategies as st

from syndata_contracts.errors import Unavailable
from syndata_store.errors import Conflict
from syndata_store.port import LARGEST_BODY, Store

WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=".$\0"), max_size=8)
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(NAMES, VALUES, max_size=6)

UNFIT_BODIES: dict[str, dict[Any, Any]] = {
    "a name with a dot": {"a.b": 1},
    "a name with a dollar sign": {"$a": 1},
    "an inner name with a dot": {"a": [{"b.c": 1}]},
    "a name with NUL": {"a\0": 1},
    "a name that is no text": {1: "a"},
    "NaN": {"a": math.nan},
    "an infinity": {"a": [-math.inf]},
    "more than 64 bits": {"a": 2**64},
    "less than 64 bits": {"a": -(2**63) - 1},
    "a tuple": {"a": (1, 2)},
    "bytes": {"a": b"a"},
    "a set": {"a": {1}},
    "half a surrogate pair": {"a": "\ud800"},
    "half a surrogate pair in a name": {"\udfff": 1},
    "too much": {"a": "é" * (LARGEST_BODY // 2 + 1)},
}
UNFIT_KEYS = ["", "a:1", "a\n", "\0", "\x7f", "\x85", "a" * 201, "\ud800"]
UNFIT_COLLECTIONS = ["", "Jobs", "system.views", "jobs$", "1jobs", "a" * 41, "jobs\n"]


def exactly(value: object) -> object:
    """What is equal for equal values of equal types only: 1, 1.0 and True are three, and so are 0.0 and -0.0."""
    if isinstance(value, dict):
        return {name: exactly(item) for name, item in value.items()}
    if isinstance(value, list):
        return [exactly(item) for item in value]
    return type(value).__name__, repr(value)


async def add_tag(store: Store, tag: str) -> None:
    """Add to a document as every writer of ours does: read, decide, insert the next version, or begin again."""
    while True:
        newest = await store.newest("jobs", "a")
        assert newest is not None  # noqa: S101 - part of a test
        if tag in newest.body["tags"]:
            return
        try:
            await store.insert("jobs", "a", newest.version + 1, {"tags": [*newest.body["tags"], tag]})
        except (Conflict, Unavailable):
            continue
        await store.prune("jobs", "a", newest.version)
        return


def every_call(store: Store) -> list[Awaitable[object]]:
    """One call of every method that needs the store."""
    return [
        store.ping(),
        store.insert("jobs", "b", 0, {}),
        store.newest("jobs", "a"),
        store.version("jobs", "a", 0),
        store.page("jobs", where={}),
        store.prune("jobs", "a", 1),
        store.remove("jobs", "a"),
    ]
