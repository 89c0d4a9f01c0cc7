"""What a client can ask: requests, paths and models, once for both clients."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, Unpack
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError

from syndata.client.asking import Asking, data_of, read
from syndata.client.configured import Given, GivenJob, asked
from syndata.client.fetching import Fetching
from syndata.client.following import Following, Told
from syndata.client.models import Download, File, Job, LogLine, Profile, Rows, SavedSchema, Source, Validation
from syndata.client.steps import Ask, Give, Step, Talk, Talks, Work
from syndata.configuration import Config
from syndata_contracts.errors import Defect, Fault, Refused
from syndata_contracts.jobs import Archive
from syndata_contracts.schema import OutputFormat

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

State = Literal["pending", "generating", "exporting", "completed", "paused", "failed", "cancelled"]
DEFAULT_PATIENCE: Final = 30.0
_PROFILE_SECONDS: Final = 660.0
_PAGE: Final = 100
_ID: Final = re.compile(r"[0-9a-f-]{36}")
_FILES: Final = TypeAdapter(tuple[File, ...])


class Verbs:
    """Everything that can be asked of one server.

    All of it raises Refused for what is asked wrongly (the server's own no is a Rejected), Unavailable for a server
    that is away or overloaded for longer than patience lasts, and Defect when the server fails.
    """

    def __init__(self, url: str, patience: float) -> None:
        self._asking = Asking(url, patience)

    def create_job(
        self,
        config: Config | None = None,
        *,
        output_format: OutputFormat | None = None,
        archive: Archive = "none",
        label: str = "",
        idempotency_key: str | None = None,
        **given: Unpack[GivenJob],
    ) -> Talk[Job]:
        """Have a dataset made; accepted means kept, whatever dies.

        Args:
            config: a path, the configuration's own text, a mapping, or the name of a preset.
            output_format: else the configuration's own, else csv.
            archive: zip or tar.gz packs all files into one as well.
            label: a name for people.
            idempotency_key: the same key with the same request gives the same job, also after a restart; without one
                a new key is made, so that trying again never makes two jobs.
            given: `preset` instead of `config`; `rows` of tables that state none; `seed`; `as_of`, the moment that
                relative dates count from; `strict` to refuse where there would be a warning; `scale`, a share of
                every table's rows; `tables`, a list of those to be made, each a name, `name+parents`, `name+children`
                or `name+derived`; `priority`, how much of the generators it gets beside other jobs: `high` four times as
                much, `low` a quarter.
        """
        wanted = yield from asked(config, given)
        more: dict[str, Any] = {"output_format": output_format, "archive": archive, "label": label}
        if given.get("priority", "normal") != "normal":  # what an older server knows too is said without it
            more["priority"] = given["priority"]
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        with wanted.named():
            request = Ask("POST", "/api/v1/jobs", body=wanted.with_(**more), headers=headers)
            answer = yield from self._asking.ask(request)
        replayed = answer.headers.get("idempotent-replayed") == "true"
        return read(answer, Job, self._asking.url, replayed=replayed)

    def job(self, job_id: str) -> Talk[Job]:
        """A job as it stands."""
        return (yield from self._asking.data(Ask("GET", _job(job_id)), Job))

    def jobs(self, state: State | None = None) -> Talks[Job]:
        """All jobs, or all in one state, the latest first; pages are fetched as they are needed."""
        query: dict[str, str | int] = {"limit": _PAGE, **({"state": state} if state else {})}
        while True:
            page = yield from self._data(Ask("GET", "/api/v1/jobs", query))
            for one in _listed(page, "jobs"):
                yield Give(_read(Job, one))
            if not page.get("next"):
                return
            query["cursor"] = str(page["next"])

    def pause(self, job_id: str) -> Talk[Job]:
        """Hold a job; what is made is kept. Rejected (409) when it has ended."""
        return (yield from self._asking.data(Ask("POST", f"{_job(job_id)}/pause"), Job))

    def resume(self, job_id: str) -> Talk[Job]:
        """Let a paused or failed job go on where it was. Rejected (409) when it has ended otherwise."""
        return (yield from self._asking.data(Ask("POST", f"{_job(job_id)}/resume"), Job))

    def cancel(self, job_id: str) -> Talk[Job]:
        """End a job for good. Rejected (409) when it is completed."""
        return (yield from self._asking.data(Ask("POST", f"{_job(job_id)}/cancel"), Job))

    def wait(self, job_id: str, told: Told | None = None, timeout: float | None = None) -> Talk[Job]:
        """Wait until a job is completed, and return it.

        A paused job is waited for as well: someone may resume it.

        Args:
            job_id: the job.
            told: hears the job, now and whenever it changes.
            timeout: seconds after which waiting ends with Unavailable; the job goes on.

        Raises:
            JobFailed: it failed, or was cancelled.
        """
        _job(job_id)
        return (yield from Following(self._asking, job_id, told, timeout).run())

    def log(self, job_id: str, lines: int = 100) -> Talk[tuple[LogLine, ...]]:
        """What became of a job: its last lines, the oldest first."""
        data = yield from self._data(Ask("GET", f"{_job(job_id)}/log", {"lines": lines}))
        return tuple(_read(LogLine, one) for one in _listed(data, "lines"))

    def rows(self, job_id: str, table: str | None = None, start: int = 0, count: int = 20) -> Talk[Rows]:
        """Rows exactly as the files have, or will have, them; of the first table unless another is named."""
        query: dict[str, str | int] = {"start": start, "count": count, **({"table": table} if table else {})}
        return (yield from self._asking.data(Ask("GET", f"{_job(job_id)}/rows", query), Rows))

    def files(self, job_id: str) -> Talk[tuple[File, ...]]:
        """The files of a completed job, the manifest last. Rejected (409) while it is not completed."""
        data = yield from self._data(Ask("GET", f"{_job(job_id)}/files"))
        try:
            return _FILES.validate_python(data.get("files"))
        except ValidationError as error:
            raise Defect(f"the list of files cannot be read: {str(error).splitlines()[0]}") from None

    def download(self, job_id: str, directory: str | os.PathLike[str]) -> Talk[Download]:
        """Fetch every file of a completed job into a directory, and check it.

        A lost connection is taken up where it broke. Files are written under hidden names and get their own when all
        are whole, the manifest last; on any error nothing is left behind. Part by part, tables are held against the
        manifest's digests, the plan and all else against the digests that the server lists.

        Raises:
            Damaged: bytes are wrong, and were when fetched again.
        """
        job = yield from self.job(job_id)
        listed = yield from self.files(job_id)
        return (yield from Fetching(self._asking, job, Path(directory)).run(listed))

    def validate(self, config: Config | None = None, **given: Unpack[Given]) -> Talk[Validation]:
        """Check a configuration: Refused with every fault, or what its plan amounts to."""
        return (yield from self._configured(Validation, "POST", "/api/v1/schemas/validate", config, given))

    def preview(
        self, config: Config | None = None, *, table: str, start: int = 0, count: int = 20, **given: Unpack[Given]
    ) -> Talk[Rows]:
        """Rows of a table as files of the configuration would have them, without a job."""
        more = {"table": table, "start": start, "count": count}
        return (yield from self._configured(Rows, "POST", "/api/v1/previews", config, given, **more))

    def keep_schema(self, name: str, config: Config | None = None, **given: Unpack[Given]) -> Talk[SavedSchema]:
        """Keep a configuration under a name like `crm-test-data`; older versions stay readable."""
        return (yield from self._configured(SavedSchema, "PUT", _schema(name), config, given))

    def schema(self, name: str, version: int | None = None) -> Talk[SavedSchema]:
        """A kept configuration, in its newest version unless another is named."""
        query: dict[str, str | int] = {} if version is None else {"version": version}
        return (yield from self._asking.data(Ask("GET", _schema(name), query), SavedSchema))

    def schemas(self) -> Talks[str]:
        """The names of kept configurations, in descending order."""
        query: dict[str, str | int] = {"limit": _PAGE}
        while True:
            page = yield from self._data(Ask("GET", "/api/v1/schemas", query))
            for name in _listed(page, "schemas"):
                yield Give(str(name))
            if not page.get("next"):
                return
            query["before"] = str(page["next"])

    def upload(self, path: str | os.PathLike[str]) -> Talk[Source]:
        """Send a CSV file, so that it can be profiled."""
        file = Path(path)
        readable = yield Work(lambda: file.is_file() and os.access(file, os.R_OK))
        if not readable:
            raise Refused(Fault("", "this is no file that can be read", "check the path", os.fspath(file)))
        request = Ask("POST", "/api/v1/sources", body=file, repeatable=False)
        try:
            return (yield from self._asking.data(request, Source))
        except OSError as error:
            what = f"it could not be read: {error.strerror or error}"
            raise Refused(Fault("", what, "check the file", os.fspath(file))) from error

    def profile(self, source_id: str) -> Talk[Profile]:
        """What an uploaded file holds: types and statistics of every column; large files take minutes."""
        path = f"/api/v1/sources/{_identified('source', source_id)}/profile"
        return (yield from self._asking.data(Ask("GET", path, silence=_PROFILE_SECONDS), Profile))

    def _data(self, request: Ask) -> Generator[Step, Any, dict[str, Any]]:
        answer = yield from self._asking.ask(request)
        return data_of(answer, self._asking.url)

    def _configured(
        self, model: type[M], method: str, path: str, config: Config | None, given: Given, **more: Any
    ) -> Generator[Step, Any, M]:
        wanted = yield from asked(config, given)
        with wanted.named():
            # Keeping twice would make two versions.
            request = Ask(method, path, body=wanted.with_(**more), repeatable=method != "PUT")
            return (yield from self._asking.data(request, model))


def _job(job_id: str) -> str:
    return f"/api/v1/jobs/{_identified('job', job_id)}"


def _identified(what: str, given: str) -> str:
    if not _ID.fullmatch(given):
        raise Refused(Fault(what, f"{given[:50]!r} is not the id of a {what}", "copy it from where it was told"))
    return given


def _schema(name: str) -> str:
    return f"/api/v1/schemas/{quote(name, safe='')}"


def _listed(page: Mapping[str, Any], name: str) -> list[Any]:
    listed = page.get(name)
    if not isinstance(listed, list):
        raise Defect(f"a page of {name} has none")
    return listed


def _read(model: type[M], data: object) -> M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Defect(f"an answer cannot be read: {str(error).splitlines()[0]}") from None
