"""What the commands that ask a server say: text for people, or one JSON document."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from syndata.cli.edge import fault_document
from syndata.cli.telling import grid, human_bytes, print_json, say, screen

if TYPE_CHECKING:
    from syndata.client import Download, Job, LogLine


def job_document(job: Job) -> dict[str, Any]:
    """A job as JSON shows it, with faults as every command shows them."""
    document: dict[str, Any] = job.model_dump(mode="json")
    for name, faults in (("errors", job.errors), ("warnings", job.warnings)):
        document[name] = [fault_document(fault.to_fault()) for fault in faults]
    return document


def submitted(job: Job, *, as_json: bool) -> None:
    """Say that a job was accepted."""
    if as_json:
        print_json({"job": job_document(job)})
        return
    say(f"job {job.id}: {job.rows:,} rows in {_tables(job)}" + (" (was there already)" if job.replayed else ""))
    say(f"follow it: syndata status {job.id} --monitor")


def announced(job: Job, *, quiet: bool) -> None:
    """Say which job is waited for, where people look."""
    if not quiet:
        sys.stderr.write(f"job {job.id}: {job.rows:,} rows in {_tables(job)}\n")


def warned(job: Job, *, quiet: bool) -> None:
    """Print a configuration's warnings on standard error."""
    if not quiet:
        for fault in job.warnings:
            sys.stderr.write(f"warning: {fault.to_fault()}\n")


def finished(job: Job, downloaded: Download | None, *, as_json: bool) -> None:
    """Say that a job is completed, and where its files are."""
    if as_json:
        document: dict[str, Any] = {"job": job_document(job)}
        if downloaded is not None:
            document["download"] = downloaded.model_dump(mode="json")
        print_json(document)
        return
    took = ""
    if job.started_at is not None and job.finished_at is not None:
        seconds = max((job.finished_at - job.started_at).total_seconds(), 1e-3)
        took = f" in {seconds:.2f} s, {job.rows / seconds:,.0f} rows/s"
    say(f"job {job.id} is {job.state}: {job.rows:,} rows, {human_bytes(job.bytes_done)}{took}")
    if downloaded is None and job.expired_at is not None:
        say(f"its files were kept until {job.expired_at:%Y-%m-%d %H:%M:%S} UTC")
        return
    if downloaded is None:
        say(f"fetch it: syndata download {job.id} --output-dir DIR")
        return
    for path in downloaded.files:
        say(f"  {path}")
    say(f"{human_bytes(downloaded.bytes)} checked; prove it at any time: syndata verify {downloaded.directory}")


def stands(job: Job, *, as_json: bool) -> None:
    """Show one job."""
    if as_json:
        print_json({"job": job_document(job)})
        return
    why = f" ({job.reason})" if job.reason else ""
    say(f"job {job.id} is {job.state}{why}" + (f", called {job.label!r}" if job.label else ""))
    say(f"  {job.rows_done:,} of {job.rows:,} rows ({job.progress:.0%}), {human_bytes(job.bytes_done)}")
    say(f"  tables: {', '.join(f'{table.name} {table.rows:,}' for table in job.tables)}")
    priority = "" if job.priority == "normal" else f", priority {job.priority}"
    say(f"  {job.output_format}, seed {job.seed}{priority}, made {job.created_at:%Y-%m-%d %H:%M:%S} UTC")
    if job.expired_at is not None:
        say(f"  its files were kept until {job.expired_at:%Y-%m-%d %H:%M:%S} UTC; rows can still be looked at")
    if job.trace_id is not None:
        say(f"  trace {job.trace_id}")
    for fault in job.errors:
        say(f"  {fault.to_fault()}")


def logged(lines: Sequence[LogLine], *, as_json: bool) -> None:
    """Show lines of a job's log."""
    if as_json:
        print_json({"lines": [line.model_dump(mode="json") for line in lines]})
        return
    for line in lines:
        say(f"{line.at:%Y-%m-%d %H:%M:%S} {line.level:<7} {line.message}")


def listed(jobs: Sequence[Job], *, as_json: bool) -> None:
    """Show jobs, one in a line."""
    if as_json:
        print_json({"jobs": [job_document(job) for job in jobs]})
        return
    if not jobs:
        say("no jobs")
        return
    table = grid("job", "state", ">rows", ">done", "made (UTC)", "label")
    for job in jobs:
        made = f"{job.created_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(job.id, job.state, f"{job.rows:,}", f"{job.progress:.0%}", made, job.label)
    screen().print(table)


def failed(kind: str, message: str, job: Job | None, *, as_json: bool) -> None:
    """Say why a command ends that was waiting or fetching."""
    if not as_json:
        sys.stderr.write(message + "\n")
        return
    faults = [] if job is None else [fault_document(fault.to_fault()) for fault in job.errors]
    document: dict[str, Any] = {"error": {"type": kind, "message": message, "faults": faults}}
    if job is not None:
        document["job"] = job_document(job)
    print_json(document)


def _tables(job: Job) -> str:
    return "1 table" if len(job.tables) == 1 else f"{len(job.tables)} tables"
