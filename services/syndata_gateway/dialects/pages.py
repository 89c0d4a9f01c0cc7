"""Jobs by numbered pages, as dialects list them: the latest first, counted as far as people look."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.jobs import Job, JobState
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.conductor.keeper import JOBS
from syndata_gateway.dialects.dialect import Dialect
from syndata_gateway.ports import Gateway

MOST_COUNTED: Final = 10_000
"""Jobs that a page looks back at; beyond, `GET /api/v1/jobs` goes on by cursor at the same cost for every page."""
_AT_ONCE: Final = 1000
_ASKED_AT_ONCE: Final = 32
"""Reads of jobs that are under way together: each is a way to the store and back."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs, and of how many they are; at most MOST_COUNTED are counted."""

    jobs: list[Job]
    total: int


async def page_of(gateway: Gateway, states: Collection[JobState] | None, number: int, size: int) -> Page:
    """The page of this number, from one on, of the jobs that are in these states now; Refused beyond MOST_COUNTED."""
    first = (number - 1) * size
    if first + size > MOST_COUNTED:
        what = f"page {number} of {size} lies beyond the latest {MOST_COUNTED:,} jobs"
        raise Refused(Fault("page", what, "ask for an earlier one, or go on with the cursors of GET /api/v1/jobs"))
    return await (_all(gateway, first, size) if states is None else _those_in(gateway, states, first, size))


async def _all(gateway: Gateway, first: int, size: int) -> Page:
    """No job is read but those of the page."""
    store, where = gateway.ports.store, {"workspace": DEFAULT_WORKSPACE}
    names: list[str] = []
    while len(names) < MOST_COUNTED:
        before = names[-1] if names else None
        page = await store.page(JOBS, where=where, before=before, limit=_AT_ONCE)
        names += [record.key for record in page]
        if len(page) < _AT_ONCE:
            break
    return Page(await _newest(gateway, names[first : first + size]), min(len(names), MOST_COUNTED))


async def _those_in(gateway: Gateway, states: Collection[JobState], first: int, size: int) -> Page:
    store, where = gateway.ports.store, {"workspace": DEFAULT_WORKSPACE}
    found: list[Job] = []
    before, seen = None, 0
    while seen < MOST_COUNTED:
        page = await store.page(JOBS, where=where, before=before, limit=_AT_ONCE)
        found += [job for job in await _newest(gateway, [record.key for record in page]) if job.state in states]
        seen += len(page)
        if len(page) < _AT_ONCE:
            break
        before = page[-1].key
    return Page(found[first : first + size], len(found))


async def _newest(gateway: Gateway, names: Sequence[str]) -> list[Job]:
    found: list[Job | None] = []
    for first in range(0, len(names), _ASKED_AT_ONCE):
        asked = names[first : first + _ASKED_AT_ONCE]
        found += await asyncio.gather(*(gateway.keeper.newest(name) for name in asked))
    return [job for job in found if job is not None]


def states_called(parameter: str, word: str | None, *dialects: Dialect) -> set[JobState] | None:
    """The states that one of the dialects calls so, the first that knows the word; None for no word. Refused for another one."""
    if word is None:
        return None
    for dialect in dialects:
        found = {state for state, said in dialect.words.items() if said == word.lower()}
        if found:
            return found
    known = ", ".join(dict.fromkeys(said for dialect in dialects for said in dialect.words.values()))
    raise Refused(Fault(parameter, f"no job is ever {word[:40]!r}", f"use one of {known}"))
