"""One of each: every message, every event, a job and a record of a task, with every field set to what tells it apart."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from syndata_contracts import events, messages
from syndata_contracts.faults import FaultRecord
from syndata_contracts.jobs import Command, Job, JobState
from syndata_contracts.messages import JobEvent, Message, encode_message
from syndata_contracts.plan import canonical
from syndata_contracts.records import PartMade, TaskMade
from syndata_contracts.tasks import TableWork

FILES: Final = Path(__file__).parent

_PLAN: Final = "4f8c" * 16
_JOB: Final = "0199b7c2-7a10-7e11-8c55-1f2e3d4c5b6a"
_FAULT: Final = FaultRecord(
    path="tables[0].columns[2].rule.min", what="100 is above max", fix="lower it to 99 — or raise max", file="shop.yaml",
    line=12, column=7, related=("tables[0].columns[2].rule.max",), places=("13:7",),
)  # fmt: skip
_TABLES: Final = (
    TableWork(name="customers", rows=200_000, parts=13, parts_per_task=2),
    TableWork(name="orders", rows=1_000_000, parts=61, parts_per_task=2),
)
_OUTPUT: Final[dict[str, Any]] = {"output_format": "parquet", "digest_algorithm": "sha256"}
_JOB_OF: Final[dict[str, Any]] = {"workspace": "acme-7", "job": _JOB}

MESSAGES: Final[tuple[Message, ...]] = (
    messages.GenerateTask(**_JOB_OF, epoch=3, task=9, table=1, first=4, parts=2, plan=_PLAN, **_OUTPUT),
    messages.ExportJob(**_JOB_OF, epoch=3, plan=_PLAN, **_OUTPUT, archive="tar.gz", tables=_TABLES),
    messages.SweepJob(**_JOB_OF),
    messages.CompileSchema(
        workspace="acme-7", document="workspaces/acme-7/documents/ab12", preset="user", name="shop.yaml", rows=1_000,
        seed=18_446_744_073_709_551_615, as_of="2026-11-20T00:00:00Z", output_format="sql", strict=True,
        scale="0.001", tables=("orders+parents", "Bücher"), keep=False,
    ),
    messages.Compiled(
        plan=_PLAN, seed=7, as_of="2026-11-20T00:00:00Z", output_format="csv", expected_bytes=123_456_789,
        tables=_TABLES, warnings=(_FAULT,),
    ),
    messages.DescribeTables(workspace="acme-7", text="20 customers with name and e-mail", rows=1_000),
    messages.TablesDescribed(
        configuration="syndata: 1\n", tables=(messages.DescribedTable(name="customers", rows=20, fields="[]"),), notes=(_FAULT,)
    ),
    messages.Refusal(faults=(_FAULT, FaultRecord(path="", what="the document is empty"))),
    messages.PreviewRows(workspace="acme-7", plan=_PLAN, table="Bücher", start=16_384, count=50),
    messages.ProfileSource(workspace="acme-7", source="0199b7c2"),
    messages.Stored(key="workspaces/acme-7/previews/ab12.json"),
    messages.Failure(later=True, what="the objects cannot be reached"),
)  # fmt: skip
"""Each but the one that carries events."""
EVENTS: Final[tuple[events.Event, ...]] = (
    events.Started(),
    events.TaskDone(epoch=3, task=9, rows=32_768, bytes=2_097_152, seconds=1.25),
    events.ExportProgressed(epoch=3, bytes=1_048_576),
    events.ExportDone(epoch=3, bytes=4_194_304),
    events.WorkFailed(epoch=3, what="the plan cannot be used here", faults=(_FAULT,)),
    events.Blocked(epoch=3, what="the objects cannot be reached"),
    events.Nudged(),
    events.PauseAsked(),
    events.ResumeAsked(epoch=3),
    events.CancelAsked(),
    events.Expired(),
    events.Cleared(),
)


def _moment(second: int) -> datetime:
    return datetime(2026, 11, 20, 8, 30, second, 250_000, tzinfo=UTC)


JOB: Final = Job(
    id=_JOB, workspace="acme-7", version=42, state=JobState.GENERATING, reason="blocked: storage is full",
    faults=(_FAULT,), epoch=3, created_at=_moment(1), updated_at=_moment(9), started_at=_moment(2),
    finished_at=_moment(8), label="Größe XL", request="beef" * 16, plan=_PLAN, seed=7, as_of=_moment(0),
    **_OUTPUT, archive="zip", tables=_TABLES, expected_bytes=123_456_789, priority="high",
    window=4,
    trace={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
    notes={"chunk_size": 250},
    low=5, next=10, done=(6, 7), rows_done=229_376, bytes_done=14_680_064, busy_seconds=8.75, exported_bytes=1_024,
    exported=True, expired_at=_moment(30), cleared=True, outbox=(Command(kind="generate", task=9), Command(kind="export")),
)  # fmt: skip
"""No such job can be, but each of its fields can."""
RECORD: Final = TaskMade(
    engine="0.1.0",
    parts=(
        PartMade(rows=16_384, size=1_048_576, digest="ab" * 32, tail=bytes(range(0, 256, 5)) + b"\xfb\xff"),
        PartMade(rows=0, size=12, digest="cd" * 32),
    ),
)


def sent() -> dict[str, Message]:
    """Every golden message by the name of its file."""
    found: dict[str, Message] = {f"message.{message.type}.json": message for message in MESSAGES}
    return found | {f"event.{event.type}.json": JobEvent(**_JOB_OF, event=event) for event in EVENTS}


def kept() -> dict[str, tuple[BaseModel, bytes]]:
    """What lies in stores, by the name of its file, and its text."""
    return {
        "document.job.json": (JOB, canonical(JOB.model_dump(mode="json"))),
        "record.task.json": (RECORD, RECORD.to_bytes()),
    }


def contents() -> dict[str, bytes]:
    """Every golden file by its name."""
    return {name: encode_message(message) for name, message in sent().items()} | {
        name: body for name, (_, body) in kept().items()
    }
