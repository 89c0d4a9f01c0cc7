"""Kept configurations: versions under a name, each a text among the objects and what its plan amounts to.

A name is one of `default`; `schema_key` makes that of another workspace, which every function here takes in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from blake3 import blake3

from syndata_contracts.keys import document_key
from syndata_contracts.messages import Compiled
from syndata_contracts.presets import load_preset
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.api.models import Configured
from syndata_gateway.compiling import compile_configuration, spelt_out, text_of
from syndata_gateway.ports import Gateway
from syndata_objects.errors import Missing
from syndata_runtime.aside import get_kept
from syndata_runtime.clock import now
from syndata_runtime.problems import Problem
from syndata_store.errors import Conflict
from syndata_store.port import Record

SCHEMAS: Final = "schemas"
"""The collection; every version names its document."""
SCHEMA_NAME: Final = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
_OWN_FACTS: Final = ("document", "template")
"""Of a record, and of no answer."""


def schema_key(workspace: str, name: str) -> str:
    """A name inside a workspace. Those of `default` are older than workspaces, and no name has a slash."""
    return name if workspace == DEFAULT_WORKSPACE else f"{workspace}/{name}"


def _workspace_of(name: str) -> str:
    return name.rpartition("/")[0] or DEFAULT_WORKSPACE


def _no_objection(_newest: Record | None) -> None:
    return


async def keep_schema(
    gateway: Gateway,
    name: str,
    body: Configured,
    template: str | None = None,
    allowed: Callable[[Record | None], None] = _no_objection,
) -> tuple[int, dict[str, Any]]:
    """Keep a configuration as the next version of its name, once it compiles; return the version and what is known of it.

    `template` is what people call it, when it came as a template. `allowed` sees the version before and may raise.
    """
    workspace = _workspace_of(name)
    body = spelt_out(body)
    compiled = await compile_configuration(gateway, workspace, body)
    text = load_preset(body.preset).encode() if body.preset is not None else text_of(body.config or "")
    kept = {"workspace": workspace, "created_at": now().isoformat(), **facts(compiled)}
    digest = blake3(text).hexdigest()
    await gateway.ports.objects.put(document_key(workspace, digest), text)
    record = {**kept, "document": digest, **({} if template is None else {"template": template})}
    while True:
        newest = await gateway.ports.store.newest(SCHEMAS, name)
        allowed(newest)
        version = 0 if newest is None else newest.version + 1
        try:
            await gateway.ports.store.insert(SCHEMAS, name, version, record)
        except Conflict:
            continue
        return version, kept


async def kept_schema(gateway: Gateway, name: str, version: int | None = None) -> tuple[Record, str]:
    """A version, the newest unless another is named, and its text; Problem 404 when there is none."""
    store = gateway.ports.store
    record = await (store.newest(SCHEMAS, name) if version is None else store.version(SCHEMAS, name, version))
    told = name.rpartition("/")[2]
    if record is None:
        raise Problem(
            404, "not_found", f"there is no schema {told}" + ("" if version is None else f" of version {version}")
        )
    try:
        key = document_key(_workspace_of(name), str(record.body["document"]))
        text = await gateway.soon(lambda: get_kept(gateway.ports.objects, key))
    except Missing:
        raise Problem(404, "not_found", f"the text of schema {told} is gone") from None
    return record, text.decode()


async def schema_names(gateway: Gateway, workspace: str, before: str | None, limit: int) -> list[str]:
    """Names in a workspace by descending order, from the first below `before`."""
    below = None if before is None else schema_key(workspace, before)
    page = await gateway.ports.store.page(SCHEMAS, where={"workspace": workspace}, before=below, limit=limit)
    return [record.key.rpartition("/")[2] for record in page]


def facts_of(record: Record) -> dict[str, Any]:
    """What a version says of itself to everyone."""
    return {name: value for name, value in record.body.items() if name not in _OWN_FACTS}


def facts(compiled: Compiled) -> dict[str, Any]:
    """What a plan amounts to."""
    return {
        "plan": compiled.plan,
        "seed": compiled.seed,
        "as_of": compiled.as_of,
        "output_format": compiled.output_format,
        "expected_bytes": compiled.expected_bytes,
        "tables": [{"name": table.name, "rows": table.rows, "parts": table.parts} for table in compiled.tables],
        "warnings": [warning.model_dump(exclude_defaults=True) for warning in compiled.warnings],
    }
