"""A wish for a dataset becomes a job, once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from blake3 import blake3

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.events import Started
from syndata_contracts.jobs import Job, JobState, window_of
from syndata_contracts.messages import Compiled
from syndata_gateway.api.models import NewJob
from syndata_gateway.compiling import compile_configuration
from syndata_gateway.ports import Gateway
from syndata_runtime.clock import new_id, now
from syndata_runtime.problems import Problem
from syndata_runtime.tracing import carried
from syndata_store.errors import Conflict

ASKED: Final = "idempotency"
"""What was asked under which Idempotency-Key, and the job that came of it; forgotten by the sweeper."""


async def create_job(
    gateway: Gateway, workspace: str, asked: NewJob, key: str | None, notes: Mapping[str, str | int] | None = None
) -> tuple[Job, Compiled | None]:
    """Make a job of what is asked, or find the one that was made of the same request before.

    With an idempotency key the same request gives the same job, however often and wherever it arrives, and whatever
    died in between; another request under the same key is a Problem 422. What the plan amounts to comes along when
    it was made here. `notes` are what a dialect wants to tell of the job again.
    """
    request = blake3(json.dumps(asked.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()
    name = None if key is None else blake3(f"{workspace}\n{key}".encode()).hexdigest()
    known = None if name is None else await _known(gateway, name, request)
    if known is not None and (job := await gateway.keeper.newest(known)) is not None:
        if job.state is JobState.PENDING:
            await gateway.keeper.nudge(job, Started())  # whoever kept it may have died before saying so
        return job, None
    compiled = await compile_configuration(gateway, workspace, asked)
    _check_size(compiled.expected_bytes, gateway.settings.most_job_bytes)
    job_id = known or new_id()
    if name is not None and known is None:
        try:
            await gateway.ports.store.insert(ASKED, name, 0, {"job": job_id, "request": request})
        except Conflict:
            job_id = await _known(gateway, name, request) or job_id
    moment = now()
    job = Job(
        id=job_id,
        workspace=workspace,
        created_at=moment,
        updated_at=moment,
        label=asked.label,
        request=request,
        plan=compiled.plan,
        seed=compiled.seed,
        as_of=datetime.fromisoformat(compiled.as_of),
        output_format=asked.output_format or compiled.output_format or "csv",
        archive=asked.archive,
        tables=compiled.tables,
        expected_bytes=compiled.expected_bytes,
        priority=asked.priority,
        window=window_of(asked.priority, gateway.settings.window),
        trace=carried(),
        notes=dict(notes or {}),
    )
    return await gateway.keeper.create(job), compiled


async def _known(gateway: Gateway, name: str, request: str) -> str | None:
    """The job that was made under this key."""
    record = await gateway.ports.store.newest(ASKED, name)
    if record is None:
        return None
    if record.body["request"] != request:
        raise Problem(422, "idempotency_key_reused", "this Idempotency-Key came with another request before")
    return str(record.body["job"])


def _check_size(expected: int, most: int) -> None:
    if expected > most:
        what = f"the dataset would have about {expected:,} bytes; this server makes {most:,} at most"
        raise Refused(Fault("rows", what, "ask for fewer rows, or have SYNDATA_MOST_JOB_BYTES raised"))
