"""What is sent from service to service: one type per message, each with a name and a version in its text.

Messages are small. What is large (a configuration, a plan, rows) lies among the objects, and its key is sent.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from syndata_contracts.errors import Defect
from syndata_contracts.events import AnyEvent
from syndata_contracts.faults import FaultRecord
from syndata_contracts.jobs import Archive
from syndata_contracts.plan import Tolerant
from syndata_contracts.schema import OutputFormat
from syndata_contracts.tasks import TableWork
from syndata_contracts.workspaces import WorkspaceName

MESSAGE_FORMAT: Final = 1
_LONGEST_COMPLAINT: Final = 500
"""Characters: what is wrong with a message goes into logs and headers, and may quote it."""


Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
"""Ids and digests become keys and file names: nothing else may stand in them."""
Count = Annotated[int, Field(ge=0, lt=2**63)]


class GenerateTask(Tolerant):
    """To a generator: make these parts and lay them among the objects."""

    type: Literal["generate.task"] = "generate.task"
    workspace: WorkspaceName
    job: Identifier
    epoch: Count
    task: Count
    table: Count
    first: Count
    parts: Annotated[int, Field(ge=1, le=1024)]
    plan: Identifier
    output_format: OutputFormat
    digest_algorithm: Literal["blake3", "sha256"]


class ExportJob(Tolerant):
    """To an exporter: every task is done; write closings, archive and manifest."""

    type: Literal["export.job"] = "export.job"
    workspace: WorkspaceName
    job: Identifier
    epoch: Count
    plan: Identifier
    output_format: OutputFormat
    digest_algorithm: Literal["blake3", "sha256"]
    archive: Archive
    tables: tuple[TableWork, ...]


class SweepJob(Tolerant):
    """To an exporter: the job is wanted no more; remove its objects."""

    type: Literal["export.sweep"] = "export.sweep"
    workspace: WorkspaceName
    job: Identifier


class JobEvent(Tolerant):
    """To the conductor: something happened to a job."""

    type: Literal["job.event"] = "job.event"
    workspace: WorkspaceName
    job: Identifier
    event: AnyEvent


class CompileSchema(Tolerant):
    """To the schema service, which answers `Compiled` or `Refusal`: make a plan of a configuration."""

    type: Literal["schema.compile"] = "schema.compile"
    workspace: WorkspaceName
    document: str | None = None
    """Key of an object that holds a configuration's text."""
    preset: str | None = None
    name: str = "configuration"
    """What the asker calls the document, for places in refusals."""
    rows: int | None = None
    seed: int | None = None
    as_of: str | None = None
    output_format: OutputFormat | None = None
    """What the files are to be, so that names and values are checked for it."""
    strict: bool = False
    scale: str | None = None
    """Share of the rows of every table, as a decimal number."""
    tables: tuple[str, ...] | None = None
    """Only these are made, each a name or `name+parents`, `name+children`, `name+derived`; null for all."""
    keep: bool = True
    """Whether the plan is to be laid among the objects, or the document only checked."""


class Compiled(Tolerant):
    """A plan was made of the configuration."""

    type: Literal["schema.compiled"] = "schema.compiled"
    plan: str
    """Digest; the plan lies among the objects under it, when it was to be kept."""
    seed: int
    as_of: str
    output_format: OutputFormat | None
    expected_bytes: int
    tables: tuple[TableWork, ...]
    warnings: tuple[FaultRecord, ...] = ()


class DescribedTable(Tolerant):
    """A table that a description tells of."""

    name: str
    rows: int
    fields: str
    """JSON: a list of fields, each with name, type, description and constraints."""


class DescribeTables(Tolerant):
    """To the schema service, which answers `TablesDescribed` or `Refusal`: make a configuration of a description in plain English."""

    type: Literal["schema.describe"] = "schema.describe"
    workspace: WorkspaceName
    text: str
    """At most 8,000 characters, so that the answer fits a message."""
    rows: int | None = None
    """Of tables of which the text says none."""


class TablesDescribed(Tolerant):
    """A configuration was made of the description."""

    type: Literal["schema.described"] = "schema.described"
    configuration: str
    """In YAML, as a job takes it."""
    tables: tuple[DescribedTable, ...]
    notes: tuple[FaultRecord, ...] = ()
    """What was guessed or not understood, as far as there is room; all of it stands in the configuration's comments."""


class Refusal(Tolerant):
    """The answer to a request that cannot be met as it stands."""

    type: Literal["refusal"] = "refusal"
    faults: tuple[FaultRecord, ...]


class PreviewRows(Tolerant):
    """To a generator, which answers `Stored` or `Refusal`: rows of a plan's table, as JSON."""

    type: Literal["generator.preview"] = "generator.preview"
    workspace: WorkspaceName
    plan: Identifier
    table: str
    start: Count
    count: Count


class ProfileSource(Tolerant):
    """To the profiler, which answers `Stored` or `Refusal`: what an uploaded CSV holds."""

    type: Literal["profiler.profile"] = "profiler.profile"
    workspace: WorkspaceName
    source: Identifier


class Stored(Tolerant):
    """The answer lies among the objects."""

    type: Literal["stored"] = "stored"
    key: str


class Failure(Tolerant):
    """The answer to a request that could not be met this time."""

    type: Literal["failure"] = "failure"
    later: bool
    """Whether asking again later may help; else it is a defect of ours."""
    what: str


Message = (
    GenerateTask
    | ExportJob
    | SweepJob
    | JobEvent
    | CompileSchema
    | Compiled
    | DescribeTables
    | TablesDescribed
    | Refusal
    | PreviewRows
    | ProfileSource
    | Stored
    | Failure
)


class _Envelope(Tolerant):
    format: Literal[1]
    message: Annotated[Message, Field(discriminator="type")]


def named(message: Message) -> str:
    """Which piece of work a message asks for, so that people find it: a task with its table's place and parts."""
    if not isinstance(message, GenerateTask):
        return "the export" if isinstance(message, ExportJob) else message.type
    last = message.first + message.parts - 1
    parts = f"part {message.first}" if last == message.first else f"parts {message.first} to {last}"
    return f"task {message.task} ({parts} of table number {message.table + 1})"


def encode_message(message: Message) -> bytes:
    """The text of a message: compact UTF-8 JSON with its format."""
    return b'{"format":%d,"message":%s}' % (MESSAGE_FORMAT, message.model_dump_json(exclude_defaults=False).encode())


def decode_message(body: bytes) -> Message:
    """Read a message; Defect when it is none, or of a format or type that this version does not know.

    Fields that this version does not know are skipped, so that older services run beside newer ones.
    """
    try:
        return _Envelope.model_validate_json(body).message
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["loc"] == ("format",):
            raise Defect(f"not a message of format {MESSAGE_FORMAT}") from None
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise Defect(f"not a message: {place}: {first['msg']}"[:_LONGEST_COMPLAINT]) from None
