"""Saves a running stack's documents and objects into a directory, and lays them into fresh servers again.

    python -m deploy.local.backup save DIRECTORY       # from SYNDATA_STORE_URL and SYNDATA_OBJECTS_URL
    python -m deploy.local.backup restore DIRECTORY    # into them; both must be empty

It needs the environment of the project (`make install`), and works with every store and bucket that the services work with,
since it uses the same ports. For large stacks the servers' own tools are quicker: see docs/runbook.md. Messages are not
saved: what a job still lacks is asked for again.

Documents come before objects: a document names only objects that stood before it was written, so the objects, read later,
hold all that the documents ask for. What was made in between lies there unasked, or is made again with the same bytes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from syndata_contracts.errors import Fault, Refused, SyndataError
from syndata_objects.errors import Missing
from syndata_objects.port import PIECE_BYTES, Objects
from syndata_runtime.connections import open_objects, open_store
from syndata_runtime.settings import read_settings
from syndata_store.port import LONGEST_PAGE, Record, Store

COLLECTIONS: Final = ("openjobs", "workspaces", "schemas", "idempotency", "sweeps", "jobs", "openjobs")
"""Every collection. The marks of open jobs are read twice: before, lest a job that ends meanwhile is saved as open and
watched by nobody, and after, for jobs that begin meanwhile."""

_DOCUMENTS: Final = "documents.jsonl"
_OBJECTS: Final = "objects"


async def save(store: Store, objects: Objects, directory: Path) -> tuple[int, int]:
    """Write everything below `directory`, which is empty; return how many versions and objects there are."""
    lines: dict[tuple[str, str, int], str] = {}
    for collection in COLLECTIONS:
        async for record in _records(store, collection):
            line = {"collection": collection, "key": record.key, "version": record.version, "body": record.body}
            lines[collection, record.key, record.version] = json.dumps(line)
    (directory / _DOCUMENTS).write_text("".join(f"{line}\n" for line in lines.values()), encoding="utf-8")
    count = 0
    async for stat in objects.list(""):
        with suppress(Missing):  # removed since it was listed
            await _fetch(objects, stat.key, directory / _OBJECTS / stat.key)
            count += 1
    _made_durable(directory)
    return len(lines), count


async def restore(store: Store, objects: Objects, directory: Path) -> tuple[int, int]:
    """Lay everything into an empty store and bucket; return how many versions and objects there are.

    Objects come first, as documents name them. Refused when something is there already: two histories would be mixed.
    """
    async for stat in objects.list(""):
        raise Refused(Fault("SYNDATA_OBJECTS_URL", f"the bucket holds {stat.key}", "restore into an empty bucket"))
    for collection in COLLECTIONS:
        if await store.page(collection, where={}, limit=1):
            raise Refused(Fault("SYNDATA_STORE_URL", f"there are {collection}", "restore into an empty database"))
    root = directory / _OBJECTS
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    for path in files:
        await objects.put_stream(path.relative_to(root).as_posix(), _pieces(path))
    count = 0
    with (directory / _DOCUMENTS).open(encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            await store.insert(one["collection"], one["key"], one["version"], one["body"])
            count += 1
    return count, len(files)


async def _records(store: Store, collection: str) -> AsyncIterator[Record]:
    """Every version of every document, a document's lowest first."""
    before = None
    while page := await store.page(collection, where={}, before=before, limit=LONGEST_PAGE):
        for first in page:
            newest = await store.newest(collection, first.key)
            if newest is None:
                continue  # removed since it was listed
            yield first
            later: list[Record] = []
            version = newest.version
            # Only the versions in the middle are ever pruned.
            while version > first.version and (found := await store.version(collection, first.key, version)):
                later.append(found)
                version -= 1
            for record in reversed(later):
                yield record
        before = page[-1].key


async def _fetch(objects: Objects, key: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}")  # no key has a segment that begins with a dot
    with fresh.open("wb") as file:
        async for piece in objects.read(key):
            file.write(piece)
    fresh.replace(path)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _made_durable(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.sync()
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _run(verb: str, directory: Path) -> tuple[int, int]:
    settings = read_settings()
    store, objects = await open_store(settings), await open_objects(settings)
    try:
        return await (save if verb == "save" else restore)(store, objects, directory)
    finally:
        await store.close()
        await objects.close()


def main(arguments: list[str]) -> int:
    """Run from the command line; 0 when all is done."""
    if len(arguments) != 2 or arguments[0] not in {"save", "restore"}:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        if arguments[0] == "save":
            Path(arguments[1]).mkdir(parents=True)
        versions, count = asyncio.run(_run(arguments[0], Path(arguments[1])))
    except (SyndataError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{arguments[0]}: {versions} versions of documents, {count} objects\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
