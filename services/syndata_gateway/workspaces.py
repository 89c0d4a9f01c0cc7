"""Workspaces as documents: made once, found by id or name, and the one that a request is about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Query, Request

from syndata_contracts.workspaces import DEFAULT_WORKSPACE, workspace_id
from syndata_gateway.ports import Entered, Gateway
from syndata_runtime.clock import now
from syndata_runtime.problems import Problem
from syndata_store.errors import Conflict
from syndata_store.port import Record, Store

WORKSPACES: Final = "workspaces"
LONGEST_NAME: Final = 100
PRINTABLE: Final = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"
_PAGE: Final = 200
_OWN_WORDS: Final = "Of whoever names no workspace."


@dataclass(frozen=True, slots=True)
class Workspace:
    """What is known of a workspace."""

    id: str
    """In every key, message and document."""
    name: str
    """For people."""
    description: str
    created_at: datetime


async def create_workspace(store: Store, name: str, description: str) -> Workspace:
    """Make a workspace; Problem 409 when there is one of this name."""
    made = Workspace(workspace_id(name), name, description, now())
    if made.id == DEFAULT_WORKSPACE:
        raise _there_already(name)
    try:
        await store.insert(WORKSPACES, made.id, 0, _document(made))
    except Conflict:
        raise _there_already(name) from None
    return made


async def find_workspace(store: Store, named: str) -> Workspace | None:
    """The workspace of this id or name."""
    key = workspace_id(named)
    if key == DEFAULT_WORKSPACE:
        await _settle_default(store)
    record = await store.newest(WORKSPACES, key)
    return None if record is None else _workspace(record)


async def page_of_workspaces(store: Store, before: str | None, limit: int) -> Sequence[Workspace]:
    """Workspaces by id, descending, from the first below `before`."""
    await _settle_default(store)
    return [_workspace(one) for one in await store.page(WORKSPACES, where={}, before=before, limit=limit)]


async def all_workspaces(store: Store) -> AsyncIterator[str]:
    """Ids of all, `default` first, which needs no document."""
    yield DEFAULT_WORKSPACE
    before = None
    while page := await store.page(WORKSPACES, where={}, before=before, limit=_PAGE):
        before = page[-1].key
        for record in page:
            if record.key != DEFAULT_WORKSPACE:
                yield record.key


async def wanted_workspace(gateway: Gateway, named: str) -> str:
    """The id of the workspace that a request names by id or name; Problem 404 when there is none."""
    key = workspace_id(named)
    if key != DEFAULT_WORKSPACE and await gateway.ports.store.newest(WORKSPACES, key) is None:
        raise Problem(404, "not_found", f"there is no workspace {named!r}: POST /api/v1/workspaces makes one")
    return key


async def _asked_in(
    request: Request,
    gateway: Entered,
    workspace: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LONGEST_NAME,
            pattern=PRINTABLE,
            description="The workspace that this is about, by id or name.",
        ),
    ] = DEFAULT_WORKSPACE,
) -> str:
    found = await wanted_workspace(gateway, workspace)
    request.state.workspace = found  # for the request's log line
    return found


Inside = Annotated[str, Depends(_asked_in)]
"""The id of the workspace that a request is about: `default` unless its query names another, which must be there."""


async def _settle_default(store: Store) -> None:
    """See to it that `default` has a document: it was there before there were workspaces."""
    if await store.newest(WORKSPACES, DEFAULT_WORKSPACE) is None:
        default = Workspace(DEFAULT_WORKSPACE, DEFAULT_WORKSPACE, _OWN_WORDS, now())
        with suppress(Conflict):
            await store.insert(WORKSPACES, DEFAULT_WORKSPACE, 0, _document(default))


def _there_already(name: str) -> Problem:
    return Problem(409, "exists", f"there is a workspace {name!r} already: use it, or choose another name")


def _document(workspace: Workspace) -> dict[str, str]:
    return {
        "name": workspace.name,
        "description": workspace.description,
        "created_at": workspace.created_at.isoformat(),
    }


def _workspace(record: Record) -> Workspace:
    body = record.body
    return Workspace(
        record.key, str(body["name"]), str(body["description"]), datetime.fromisoformat(str(body["created_at"]))
    )
