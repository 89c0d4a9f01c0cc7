"""Downloads: every byte checked against the manifest, broken connections taken up where they broke."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from syndata.client.asking import PASSING, Asking, checked, retry_after
from syndata.client.errors import Damaged
from syndata.client.models import Download, File, Job
from syndata.client.steps import Answer, Ask, Lost, Read, Rest, Talk, Work
from syndata.local.damage import Stretch, stretches
from syndata.local.landing import MANIFEST, PLAN, Landing
from syndata_contracts.digests import Algorithm, Hasher, hasher
from syndata_contracts.errors import Fault, Refused
from syndata_contracts.manifest import Manifest

_BUFFER: Final = 1 << 20


class Differs(Exception):
    """A stretch's bytes are not those of its digest."""

    def __init__(self, stretch: Stretch) -> None:
        super().__init__(stretch)
        self.stretch = stretch


@dataclass(frozen=True)
class Wanted:
    """A file, and what is known of its bytes."""

    name: str
    size: int
    algorithm: Algorithm
    stretches: Sequence[Stretch]
    """All bytes, in order; one without a digest is not checked."""


class Sink:
    """Writes a file and checks it on the way."""

    def __init__(self, landing: Landing, wanted: Wanted) -> None:
        self.at = 0
        """Bytes that are written."""
        self._landing = landing
        self._wanted = wanted
        self._open: list[Stretch] = []
        self._hash: Hasher = hasher(wanted.algorithm)
        self.rewind(0)

    def take(self, body: bytes) -> None:
        """Write the next bytes; Differs when a stretch ends that is wrong, Refused when there are too many."""
        if self.at + len(body) > self._wanted.size:
            raise Damaged(f"{self._wanted.name} has more bytes than the manifest names")
        self._landing.write(self._wanted.name, body, self.at)
        view = memoryview(body)
        while view:
            stretch = self._open[0]
            piece = view[: stretch.stop - self.at]
            self._hash.update(piece)
            self.at += len(piece)
            view = view[len(piece) :]
            self._close()

    def rewind(self, start: int) -> None:
        """Go back to the first byte of a stretch."""
        self.at = start
        self._open = [one for one in self._wanted.stretches if one.start >= start and one.stop > one.start]
        self._hash = hasher(self._wanted.algorithm)

    def _close(self) -> None:
        while self._open and self.at == self._open[0].stop:
            stretch = self._open.pop(0)
            found, self._hash = self._hash.hexdigest(), hasher(self._wanted.algorithm)
            if stretch.digest and found != stretch.digest:
                raise Differs(stretch)


class Fetching:
    """One job's files, on their way into one directory."""

    def __init__(self, asking: Asking, job: Job, directory: Path) -> None:
        self._asking = asking
        self._base = f"/api/v1/jobs/{job.id}/files"
        self._job = job
        self._directory = directory

    def run(self, listed: Sequence[File]) -> Talk[Download]:
        """Fetch all files; they get their names together, the manifest last."""
        answer = yield from self._asking.ask(Ask("GET", f"{self._base}/{MANIFEST}"))
        manifest = _manifest(answer.body)
        if manifest.plan != self._job.plan:
            raise Damaged(f"{MANIFEST} is of another plan than the job")
        wanted = list(self._wanted(manifest, listed))
        names = [one.name for one in wanted]
        with Landing(self._directory, names) as landing:
            for one in wanted:
                yield from self._fetch(landing, one)
            yield Work(lambda: landing.keep(answer.body))
        size = sum(one.size for one in wanted) + len(answer.body)
        paths = tuple(self._directory / name for name in (*names, MANIFEST))
        return Download(directory=self._directory, files=paths, bytes=size)

    def _wanted(self, manifest: Manifest, listed: Sequence[File]) -> Iterator[Wanted]:
        for table in manifest.tables:
            yield Wanted(_safe(table.file), table.bytes, manifest.digest_algorithm, tuple(stretches(table)))
        tables = {table.file for table in manifest.tables}
        for file in listed:
            if file.name not in tables and file.name != MANIFEST:
                of_plan = file.name == PLAN
                digest = manifest.plan if of_plan else file.digest or ""
                whole = Stretch(None, 0, file.bytes, digest)
                algorithm: Algorithm = "blake3" if of_plan else manifest.digest_algorithm
                yield Wanted(_safe(file.name), file.bytes, algorithm, (whole,))

    def _fetch(self, landing: Landing, wanted: Wanted) -> Talk[None]:
        yield Work(lambda: landing.create(wanted.name))
        sink = Sink(landing, wanted)
        patience = self._asking.begin()
        doubted: set[int] = set()
        while sink.at < wanted.size:
            before = sink.at
            what, asked = "the answer ended too early", 0.0
            try:
                yield from self._take(wanted, sink)
            except Lost as lost:
                what, asked = str(lost), lost.pause
            except Differs as wrong:
                stretch = wrong.stretch
                if stretch.start in doubted:
                    raise _damaged(wanted.name, stretch) from None
                # It may have been hurt on the way; the second time it was not.
                doubted.add(stretch.start)
                sink.rewind(stretch.start)
                continue
            if sink.at >= wanted.size:
                return
            if sink.at > before:
                patience.anew()
            seconds = patience.pause(asked)
            if seconds is None:
                raise self._asking.away(what)
            yield Rest(seconds)

    def _take(self, wanted: Wanted, sink: Sink) -> Talk[None]:
        """Write what one answer gives, from where the file stands."""
        headers = {"Range": f"bytes={sink.at}-"} if sink.at else {}
        ask = Ask("GET", f"{self._base}/{quote(wanted.name)}", headers=headers, streamed=True)
        answer: Answer = yield ask
        if answer.status in PASSING:
            raise Lost(f"status {answer.status}", arrived=True, silent=False, pause=retry_after(answer))
        checked(answer, ask, self._asking.url)
        if sink.at and not answer.headers.get("content-range", "").startswith(f"bytes {sink.at}-"):
            sink.rewind(0)  # the whole file comes instead of the rest
        held = bytearray()
        try:
            while piece := (yield Read()):
                held += piece
                if len(held) >= _BUFFER:
                    body, held = bytes(held), bytearray()
                    yield Work(lambda body=body: sink.take(body))  # type: ignore[misc] # bound now, called at once
        except Lost:
            if held:
                yield Work(lambda: sink.take(bytes(held)))
            raise
        if held:
            yield Work(lambda: sink.take(bytes(held)))


def _manifest(body: bytes) -> Manifest:
    try:
        return Manifest.from_bytes(body, file=MANIFEST)
    except Refused as refusal:
        raise Damaged(f"{MANIFEST}: {refusal.faults[0].what}") from None


def _damaged(name: str, stretch: Stretch) -> Damaged:
    place = "" if stretch.part is None else f", part {stretch.part}"
    what = f"{name}{place}, bytes {stretch.start} to {stretch.stop - 1}: not what the manifest says, twice"
    return Damaged(f"{what}; nothing was kept")


def _safe(name: str) -> str:
    """A file's name; Refused when a server means a place outside the directory, or a hidden one."""
    if not name or name.startswith(".") or "/" in name or "\\" in name or "\0" in name:
        raise Refused(Fault("", f"the server names a file {json.dumps(name)[:100]}", "do not trust this server"))
    return name
