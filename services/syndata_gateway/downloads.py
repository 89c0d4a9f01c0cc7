"""Files that exist only as parts: read in order, from any byte on."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from syndata_contracts.digests import digest
from syndata_contracts.errors import Defect
from syndata_contracts.jobs import Job
from syndata_contracts.keys import (
    archive_key,
    archive_record_key,
    closing_key,
    definitions_key,
    manifest_key,
    part_key,
    plan_key,
)
from syndata_contracts.manifest import Manifest, TableRecord
from syndata_contracts.records import ArchiveMade
from syndata_contracts.schema import DEFINITION_FILES
from syndata_objects.errors import Missing
from syndata_objects.port import Objects
from syndata_runtime.aside import find_kept
from syndata_runtime.problems import Problem

MANIFEST_FILE: Final = "manifest.json"
PLAN_FILE: Final = "plan.json"

_RANGE: Final = re.compile(r"bytes=([0-9]{0,30})-([0-9]{0,30})")
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "sql": "application/sql; charset=utf-8",
    "copy": "application/sql; charset=utf-8",
    "zip": "application/zip",
    "gz": "application/gzip",
}


@dataclass(frozen=True)
class VirtualFile:
    """Objects laid end to end."""

    name: str
    segments: Sequence[tuple[str, int]]
    """Keys and sizes."""
    tag: str
    """Changes when the bytes do."""
    digest: str | None = None
    """Of the bytes, or for a table over the digests of its parts; by the algorithm of the job. None: nobody made one."""

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(size for _, size in self.segments)

    @property
    def media_type(self) -> str:
        """What the file's name says it is."""
        return _TYPES.get(self.name.rpartition(".")[2], "application/octet-stream")

    async def read(self, objects: Objects, start: int, stop: int) -> AsyncIterator[bytes]:
        """The bytes start..stop-1, in pieces."""
        at = 0
        for key, size in self.segments:
            low, high = max(start, at), min(stop, at + size)
            if low < high:
                async for piece in objects.read(key, low - at, high - low):
                    yield piece
            at += size


async def manifest_of(objects: Objects, job: Job) -> tuple[Manifest, bytes]:
    """A job's manifest, and its text; Problem 409 while there is none, 410 when its files were given up."""
    if job.expired_at is not None:
        when = job.expired_at.isoformat(timespec="seconds")
        again = "its rows can still be looked at, and the same request gives the same bytes again"
        raise Problem(410, "expired", f"the job's files were kept until {when}: {again}")
    if not job.exported:
        raise Problem(409, "not_completed", f"the job is {job.state}: its files are there when it is completed")
    body = await objects.get(manifest_key(job.workspace, job.id))
    return Manifest.from_bytes(body), body


async def file_of(objects: Objects, job: Job, name: str) -> VirtualFile:
    """A file of a job by its name; Problem 404 when the job has no such file, 409 while it has none at all."""
    if name == PLAN_FILE:
        return await _small(objects, job, name, plan_key(job.workspace, job.plan))
    manifest, body = await manifest_of(objects, job)
    if name == MANIFEST_FILE:
        found = digest(body, job.digest_algorithm)
        return VirtualFile(name, [(manifest_key(job.workspace, job.id), len(body))], found, found)
    if name in DEFINITION_FILES.get(job.output_format, ()):
        return await _small(objects, job, name, definitions_key(job.workspace, job.id, name))
    if job.archive != "none" and name == f"archive.{job.archive}":
        return await _archive(objects, job, name)
    for number, table in enumerate(manifest.tables):
        if table.file == name:
            return _table_file(job, number, table)
    known = ", ".join(table.file for table in manifest.tables)
    raise Problem(
        404, "not_found", f"the job has no file {name[:100]!r}; it has {known}, {PLAN_FILE} and {MANIFEST_FILE}"
    )


async def _small(objects: Objects, job: Job, name: str, key: str) -> VirtualFile:
    """A file that is small enough to be read for its digest."""
    try:
        place, body = await find_kept(objects, key)
    except Missing:
        raise _gone(name) from None
    found = digest(body, job.digest_algorithm)
    return VirtualFile(name, [(place, len(body))], found, found)


async def _archive(objects: Objects, job: Job, name: str) -> VirtualFile:
    key = archive_key(job.workspace, job.id, job.archive)
    stat = await objects.stat(key)
    if stat is None:
        raise _gone(name)
    try:
        record = ArchiveMade.from_bytes(await objects.get(archive_record_key(job.workspace, job.id)))
    except Missing:  # packed by a version that kept none
        return VirtualFile(name, [(key, stat.size)], job.plan)
    return VirtualFile(name, [(key, stat.size)], record.digest, record.digest)


def _gone(name: str) -> Problem:
    return Problem(404, "not_found", f"{name} is gone")


def _table_file(job: Job, number: int, table: TableRecord) -> VirtualFile:
    segments = [
        (part_key(job.workspace, job.id, number, part), record.bytes) for part, record in enumerate(table.parts)
    ]
    if table.closing.bytes:
        segments.append((closing_key(job.workspace, job.id, number), table.closing.bytes))
    return VirtualFile(table.file, segments, table.digest, table.digest)


def answer(request: Request, objects: Objects, file: VirtualFile) -> Response:
    """The file, or the range of it that is asked for (RFC 9110, one range); Problem 416 beyond its end."""
    tag = f'"{file.tag}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Content-Disposition": _disposition(file.name),
        "Cache-Control": "private, no-cache",
    }
    if {tag, f"W/{tag}", "*"} & {part.strip() for part in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    span = _range_asked(request, file, tag)
    start, stop = span or (0, file.size)
    headers["Content-Length"] = str(stop - start)
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    status = 206 if span is not None else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=file.media_type)
    return StreamingResponse(_whole(file, objects, start, stop), status, headers, file.media_type)


def _disposition(name: str) -> str:
    """The file's name for who saves it (RFC 6266); plainly too where that has no two readings, as curl reads no other."""
    plain = name.isascii() and not set(name) & set('"\\%;')
    return "attachment; " + (f'filename="{name}"; ' if plain else "") + f"filename*=UTF-8''{quote(name)}"


async def _whole(file: VirtualFile, objects: Objects, start: int, stop: int) -> AsyncIterator[bytes]:
    sent = 0
    try:
        async for piece in file.read(objects, start, stop):
            sent += len(piece)
            yield piece
    except Missing:
        raise Defect(f"a part of {file.name} is gone") from None
    if sent != stop - start:
        raise Defect(f"{file.name} gave {sent} bytes, not {stop - start}")


def _range_asked(request: Request, file: VirtualFile, tag: str) -> tuple[int, int] | None:
    asked = _RANGE.fullmatch(request.headers.get("range", "").strip())
    condition = request.headers.get("if-range")
    if asked is None or asked.groups() == ("", "") or (condition is not None and condition.strip() != tag):
        return None  # no range, several, or of another version: the whole file is the right answer
    first, last = asked.groups()
    if first:
        start, stop = int(first), min(int(last) + 1, file.size) if last else file.size
    else:
        start, stop = max(0, file.size - int(last)), file.size
    if first and last and int(last) < int(first):
        return None
    if start >= stop:
        headers = {"Content-Range": f"bytes */{file.size}"}
        raise Problem(416, "range_not_satisfiable", f"the file has {file.size} bytes", headers=headers)
    return start, stop
