"""docs/messages.md from the contracts: `python -m tests.unit.docs.messages` writes it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel

from syndata_bus.port import Queue
from syndata_contracts import events, messages, tasks
from syndata_contracts.faults import FaultRecord
from syndata_runtime import topology
from tests.running import REPOSITORY
from tests.unit.docs.sources import SERVICES, calls, field_texts

PAGE = REPOSITORY / "docs" / "messages.md"
HEAD = """\
# Messages

Everything that is sent from service to service, from the contracts (`python -m tests.unit.docs.messages` writes this page; a test
fails when it is stale). A body is UTF-8 JSON of at most 64 KiB, `{"format": 1, "message": {"type": …, …}}`; what is larger lies among the
objects, and its key is sent. Readers skip fields that they do not know, so services of neighbouring versions run beside each
other; an unknown type or format is a dead letter. Every message may come twice, and must do no harm then. The headers
`traceparent` and `tracestate` (W3C) carry the trace.
"""
MESSAGES: tuple[type[BaseModel], ...] = get_args(messages.Message)
EVENTS: tuple[type[BaseModel], ...] = get_args(events.Event)
SHAPES: tuple[type[BaseModel], ...] = (tasks.TableWork, FaultRecord)

SENDERS = {
    "generate.task": "gateway (the conductor)",
    "export.job": "gateway (the conductor)",
    "export.sweep": "gateway (the conductor)",
    "job.event": "gateway, generator, export",
    "schema.compile": "gateway",
    "schema.compiled": "schema, as an answer",
    "schema.describe": "gateway",
    "schema.described": "schema, as an answer",
    "refusal": "whoever was asked, as an answer",
    "generator.preview": "gateway",
    "profiler.profile": "gateway",
    "stored": "generator, profiler, as an answer",
    "failure": "whoever was asked, as an answer",
}
TELLERS = {
    "job.started": "gateway",
    "task.done": "generator",
    "export.done": "export",
    "export.progressed": "export",
    "work.failed": "generator, export, gateway",
    "work.blocked": "generator, export",
    "job.nudged": "gateway",
    "job.pause": "gateway; it is folded at once, not sent",
    "job.resume": "gateway; what a user asks is folded at once, what a blocked job needs is sent",
    "job.cancel": "gateway; it is folded at once, not sent",
    "job.expired": "gateway (the sweeper); it is folded at once, not sent",
    "job.cleared": "gateway (the sweeper); it is folded at once, not sent",
}
MEANINGS = {
    "archive": "whether all files are packed into one as well",
    "as_of": "the moment that counts as now in the data (ISO 8601)",
    "column": "of the place, from 1",
    "count": "how many rows",
    "digest_algorithm": "of parts and tables",
    "epoch": "of the job when this was asked or done; grows when it is paused, resumed or cancelled",
    "event": "what happened, one of the events below",
    "expected_bytes": "an estimate of what all tables will weigh",
    "faults": "each with where, what, and what to do",
    "file": "as the asker calls it",
    "fix": "what to do",
    "job": "the job's id",
    "key": "of the object",
    "line": "of the place, from 1",
    "name": "of the table",
    "output_format": "of the files",
    "parts": "how many parts",
    "parts_per_task": "how many parts make a task; the last may have fewer",
    "path": "where in the document",
    "places": "of each of `related` its line and column, `13:7`, or nothing",
    "plan": "digest of the plan, which lies among the objects",
    "preset": "name of a shipped configuration, instead of a document",
    "related": "other places that the fault is about",
    "rows": "how many rows",
    "seed": "of all that is drawn",
    "source": "id of the upload",
    "start": "the first row, from 0",
    "strict": "whether what is doubtful is refused too",
    "table": "the table's position in the plan, from 0",
    "tables": "every table, in the plan's order",
    "task": "the task's number within the job, from 0",
    "warnings": "what is doubtful in the configuration",
    "what": "what stood in the way, for people; no data of users",
    "workspace": "whose it is",
    "PreviewRows.table": "the table's name",
    "CompileSchema.rows": "rows of every table, over what the configuration says",
    "CompileSchema.seed": "over what the configuration says",
    "CompileSchema.as_of": "over what the configuration says; ISO 8601 or `now`",
    "FaultRecord.what": "what is wrong",
    "GenerateTask.first": "the first part of the task within its table, from 0",
    "TaskDone.bytes": "of the task's parts",
    "TaskDone.rows": "in the task's parts",
}
"""Of fields that say nothing themselves, by name, or by model and name where that differs."""


@dataclass(frozen=True)
class Taken:
    """A queue, and who takes what from it."""

    queue: Queue
    service: str
    types: tuple[str, ...]


def taken() -> list[Taken]:
    """What every service takes, as its code says."""
    found = []
    for service in SERVICES:
        folder = f"services/syndata_{service}"
        for call in calls(folder, "Work"):
            queue, types = call.args[:2]
            assert isinstance(queue, ast.Name)
            assert isinstance(types, ast.Tuple)
            names = tuple(one.id for one in types.elts if isinstance(one, ast.Name))
            found.append(Taken(getattr(topology, queue.id), service, names))
        for call in calls(folder, "BatchConsumer"):
            queue = call.args[1]
            assert isinstance(queue, ast.Name)
            found.append(Taken(getattr(topology, queue.id), service, ("JobEvent",)))
    return found


def page() -> str:
    """The page's whole text."""
    return "\n".join([HEAD, *_queues(), *_messages(), *_events(), *_shapes()]).rstrip() + "\n"


def name_of(model: type[BaseModel]) -> str:
    """What a message or event is called in its text."""
    return str(model.model_fields["type"].default)


def _queues() -> Iterator[str]:
    by_class = {model.__name__: name_of(model) for model in MESSAGES}
    yield "| queue | taken by | messages | deaths of consumers before a message is dead |"
    yield "|---|---|---|---|"
    for one in sorted(taken(), key=lambda one: topology.QUEUES.index(one.queue)):
        links = ", ".join(_link(by_class[name]) for name in one.types)
        alone = ", one process at a time" if one.queue.single_active else ""
        yield f"| `{one.queue.name}` | {one.service}{alone} | {links} | {one.queue.deliveries} |"
    yield ""


def _messages() -> Iterator[str]:
    takers = {name: one for one in taken() for name in one.types}
    for model in MESSAGES:
        name = name_of(model)
        yield from (f"## {name}", "", _sentence(model), "")
        yield f"- sent by: {SENDERS[name]}"
        if model.__name__ in takers:
            one = takers[model.__name__]
            yield f"- queue: `{one.queue.name}`, taken by: {one.service}"
        else:
            yield "- sent to whoever asked, over no queue of ours"
        yield ""
        yield from _fields(model)


def _events() -> Iterator[str]:
    yield from ("# Events", "", f"What a {_link('job.event')} tells the conductor.", "")
    for model in EVENTS:
        name = name_of(model)
        yield from (f"## {name}", "", _sentence(model), "", f"- told by: {TELLERS[name]}", "")
        yield from _fields(model)


def _shapes() -> Iterator[str]:
    yield from ("# Shapes", "", "What messages and events hold more than once.", "")
    for model in SHAPES:
        yield from (f"## {model.__name__}", "", _sentence(model), "")
        yield from _fields(model)


def _fields(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema()
    fields = {name: field for name, field in schema.get("properties", {}).items() if name != "type"}
    if not fields:
        return
    yield "| field | type | left out | meaning |"
    yield "|---|---|---|---|"
    for name, field in fields.items():
        default = "required" if name in schema.get("required", ()) else f"`{json.dumps(field.get('default'))}`"
        yield f"| `{name}` | {_type(field)} | {default} | {meaning(model, name)} |"
    yield ""


def meaning(model: type[BaseModel], field: str) -> str:
    """What a field means: its own sentence, or that of its name; KeyError when nobody says."""
    own = field_texts(model).get(field)
    text = own or MEANINGS.get(f"{model.__name__}.{field}") or MEANINGS[field]
    return (text[0].lower() + text[1:] if own else text).rstrip(".")


def _type(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_type(one) for one in field["anyOf"])
    if "oneOf" in field:
        return "event"
    if "$ref" in field:
        name = str(field["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    words = {"integer": "whole number", "string": "text", "boolean": "true or false", "null": "null"}
    return words.get(str(field.get("type")), str(field.get("type")))


def _sentence(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _link(name: str) -> str:
    return f"[{name}](#{name.replace('.', '')})"


if __name__ == "__main__":
    PAGE.write_text(page())
