"""Configurations that are kept under a name, version by version, each workspace for itself."""

from __future__ import annotations

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

SCHEMAS: Final = "schemas"
SCHEMA_NAME: Final = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"


async def keep_schema(gateway: Gateway, workspace: str, name: str, asked: Configured) -> dict[str, Any]:
    """Keep the next version of a configuration, and tell what it amounts to; Refused with every fault of it."""
    asked = spelt_out(asked)
    compiled = await compile_configuration(gateway, workspace, asked)
    text = load_preset(asked.preset).encode() if asked.preset is not None else text_of(asked.config or "")
    kept = {"workspace": workspace, "created_at": now().isoformat(), **compiled_view(compiled)}
    digest = blake3(text).hexdigest()
    await gateway.ports.objects.put(document_key(workspace, digest), text)
    key = _key(workspace, name)
    while True:
        newest = await gateway.ports.store.newest(SCHEMAS, key)
        version = 0 if newest is None else newest.version + 1
        try:
            await gateway.ports.store.insert(SCHEMAS, key, version, {**kept, "document": digest})
        except Conflict:
            continue
        return {"name": name, "version": version, **kept}


async def kept_schema(gateway: Gateway, workspace: str, name: str, version: int | None = None) -> dict[str, Any]:
    """A kept configuration with its text, the newest version unless another is named; Problem 404 without it."""
    store, key = gateway.ports.store, _key(workspace, name)
    record = await (store.newest(SCHEMAS, key) if version is None else store.version(SCHEMAS, key, version))
    if record is None:
        which = "" if version is None else f" of version {version}"
        raise Problem(404, "not_found", f"there is no schema {name}{which}")
    body = dict(record.body)
    document = document_key(workspace, str(body.pop("document")))
    try:
        text = await gateway.soon(lambda: get_kept(gateway.ports.objects, document))
    except Missing:
        raise Problem(404, "not_found", f"the text of schema {name} is gone") from None
    return {"name": name, "version": record.version, **body, "config": text.decode()}


async def schema_names(gateway: Gateway, workspace: str, before: str | None, limit: int) -> list[str]:
    """Names by descending order, from the first below `before`."""
    below = None if before is None else _key(workspace, before)
    where = {"workspace": workspace}
    page = await gateway.ports.store.page(SCHEMAS, where=where, before=below, limit=limit)
    return [record.key.rpartition("/")[2] for record in page]


def compiled_view(compiled: Compiled) -> dict[str, Any]:
    """What a configuration amounts to, ready for JSON."""
    return {
        "plan": compiled.plan,
        "seed": compiled.seed,
        "as_of": compiled.as_of,
        "output_format": compiled.output_format,
        "expected_bytes": compiled.expected_bytes,
        "tables": [{"name": table.name, "rows": table.rows, "parts": table.parts} for table in compiled.tables],
        "warnings": [warning.model_dump(exclude_defaults=True) for warning in compiled.warnings],
    }


def _key(workspace: str, name: str) -> str:
    """Of the document; names of `default` are older than workspaces, and no name has a slash."""
    return name if workspace == DEFAULT_WORKSPACE else f"{workspace}/{name}"
