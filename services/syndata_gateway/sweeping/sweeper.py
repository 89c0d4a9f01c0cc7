"""The sweeper: looks now and then for what is to go. Any number of gateways may run it; one of them looks at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from syndata_contracts.errors import SyndataError, Unavailable
from syndata_contracts.keys import previews_prefix, sources_prefix
from syndata_gateway.conductor.keeper import Keeper
from syndata_gateway.sweeping.ended import EndedJobs
from syndata_gateway.sweeping.policy import Policy
from syndata_gateway.sweeping.unneeded import GRACE, set_aside, settle_aside
from syndata_gateway.workspaces import all_workspaces
from syndata_objects.port import Stat
from syndata_runtime import metrics
from syndata_runtime.clock import now
from syndata_runtime.connections import Ports
from syndata_runtime.failpoints import failpoint
from syndata_store.errors import Conflict

KINDS: Final = ("expired jobs", "forgotten jobs", "previews", "plans", "uploads", "idempotency keys")
"""What is counted, in the order in which it is swept."""
_TURNS: Final = "sweeps"
_TURN: Final = "turn"
_MOST_SECONDS_BETWEEN: Final = 60.0
_BATCH: Final = 500

_log = structlog.get_logger()


class Sweeper:
    """Sweeps by a policy."""

    def __init__(
        self, ports: Ports, keeper: Keeper, policy: Policy, *, every: timedelta, grace: timedelta = GRACE
    ) -> None:
        self._ports = ports
        self._policy = policy
        self._every = every
        self._grace = grace
        self._ended = EndedJobs(ports, keeper, policy)
        metrics.announce_sweeps(*KINDS)

    async def run(self) -> None:
        """Sweep whenever it is time, until cancelled; never where `every` is zero."""
        if not self._every:
            await asyncio.Event().wait()  # a loop that ends would end its service
        rest = min(_MOST_SECONDS_BETWEEN, self._every.total_seconds() / 2)
        while True:
            try:
                if await self._take_turn():
                    await self.sweep()
            except Unavailable as error:
                _log.info("the sweeper waits for a server", why=str(error))
            except SyndataError:
                _log.exception("the sweeper stumbled")
            await asyncio.sleep(rest)

    async def _take_turn(self) -> bool:
        """Whether it is time, and nobody else saw that first."""
        store = self._ports.store
        last = await store.newest(_TURNS, _TURN)
        moment = now()
        if last is not None and moment - datetime.fromisoformat(str(last.body["at"])) < self._every:
            return False
        version = 0 if last is None else last.version + 1
        try:
            await store.insert(_TURNS, _TURN, version, {"at": moment.isoformat()})
        except Conflict:
            return False
        await store.prune(_TURNS, _TURN, version)
        await failpoint("sweeper.turn_taken")
        return True

    async def sweep(self) -> dict[str, int]:
        """Look for all that is to go, and remove it; return how many of each kind went.

        Dying anywhere leaves nothing half done that the next look does not go on with.
        """
        moment = now()
        # Keys first: one that names a job which is gone would make another job of the same id.
        went = Counter({"idempotency keys": await self._ended.sweep_keys(moment)})
        async for workspace in all_workspaces(self._ports.store):
            went.update(await self._swept(workspace, moment))
        for what, count in went.items():
            metrics.SWEPT.labels(what).inc(count)
        metrics.LAST_SWEEP.set(moment.timestamp())
        if any(went.values()):
            _log.info("swept", **{what.replace(" ", "_"): count for what, count in went.items() if count})
        return dict(went)

    async def _swept(self, workspace: str, moment: datetime) -> dict[str, int]:
        """Look through one workspace."""
        expired, forgotten = await self._ended.sweep(workspace, moment)
        return {
            "expired jobs": expired,
            "forgotten jobs": forgotten,
            "previews": await self._older("previews", previews_prefix(workspace), self._policy.previews, moment),
            "uploads": await self._older("uploads", sources_prefix(workspace), self._policy.sources, moment),
            "plans": await self._unneeded(workspace, moment),
        }

    async def _unneeded(self, workspace: str, moment: datetime) -> int:
        gone = await settle_aside(self._ports, workspace, moment, self._grace)
        metrics.SWEPT_BYTES.labels("plans").inc(sum(stat.size for stat in gone))
        if self._policy.plans is not None:
            await set_aside(self._ports, workspace, moment - self._policy.plans)
        return len(gone)

    async def _older(self, what: str, prefix: str, age: timedelta | None, moment: datetime) -> int:
        if age is None:
            return 0
        old = [stat async for stat in self._ports.objects.list(prefix) if moment - stat.modified >= age]
        for first in range(0, len(old), _BATCH):
            await self._remove(what, old[first : first + _BATCH])
        return len(old)

    async def _remove(self, what: str, batch: Sequence[Stat]) -> None:
        await self._ports.objects.remove(stat.key for stat in batch)
        metrics.SWEPT_BYTES.labels(what).inc(sum(stat.size for stat in batch))
