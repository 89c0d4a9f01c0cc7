"""Events become versions: one insert per job and batch."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from syndata_contracts.errors import Defect, Unavailable
from syndata_gateway.conductor.keeper import Keeper
from syndata_runtime.batches import Arrived


class Conductor:
    """Folds batches of events."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    async def fold(self, batch: Sequence[Arrived]) -> None:
        """Fold a batch; jobs do not wait for each other."""
        by_job: dict[str, list[Arrived]] = defaultdict(list)
        for one in batch:
            by_job[one.message.job].append(one)
        ended = await asyncio.gather(
            *(self._fold(job, events) for job, events in by_job.items()), return_exceptions=True
        )
        failed = [one for one in ended if isinstance(one, BaseException)]
        if failed:
            # What can be tried again decides: folding the others twice changes nothing.
            raise next((one for one in failed if isinstance(one, Unavailable)), failed[0])

    async def _fold(self, job: str, arrived: list[Arrived]) -> None:
        events = [one.message.event for one in arrived]
        if await self._keeper.fold(job, events, [one.trace for one in arrived]) is None:
            raise Defect("there is no such job")
