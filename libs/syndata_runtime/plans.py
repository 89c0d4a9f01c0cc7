"""Plans, fetched once per process and kept as files for worker processes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from blake3 import blake3

from syndata_contracts.errors import Defect, Fault, Refused, Unavailable
from syndata_contracts.keys import plan_key
from syndata_contracts.plan import Plan
from syndata_contracts.version import __version__
from syndata_objects.errors import Missing
from syndata_objects.port import Objects
from syndata_runtime.aside import get_kept
from syndata_runtime.datasets import bind_plan

if TYPE_CHECKING:
    from syndata_engine.generation import Dataset

_KEPT: Final = 64
_MISSING: Final = "secret_id"
"""Where faults say that a plan's secret is missing, which is for the asker to mend, or for whoever holds the secrets."""


class PlanFiles:
    """The plans that this process works with, each as a file below `directory`."""

    def __init__(self, objects: Objects, directory: Path) -> None:
        self._objects = objects
        self._directory = directory
        self._known: OrderedDict[str, Path] = OrderedDict()
        self._fetching = asyncio.Lock()

    async def path(self, workspace: str, digest: str) -> Path:
        """The file of a plan; Refused when there is no such plan, Defect when its text is not the one of its digest."""
        async with self._fetching:
            if digest in self._known:
                self._known.move_to_end(digest)
                return self._known[digest]
            try:
                body = await get_kept(self._objects, plan_key(workspace, digest))
            except Missing:
                raise Refused(Fault("plan", f"there is no plan {digest}", "compile the schema again")) from None
            if blake3(body).hexdigest() != digest:
                raise Defect(f"plan {digest} was changed after it was stored")
            path = self._directory / f"plan-{digest}.json"
            await asyncio.to_thread(path.write_bytes, body)
            self._known[digest] = path
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)[1].unlink(missing_ok=True)
            return path


@lru_cache(maxsize=8)
def dataset_in(path: str) -> Dataset:
    """The dataset of a plan's file, in a worker process: bound once and kept while it is in use.

    Refused without the secret that the plan names. Unavailable when the plan is beyond this version: a service of ours
    made it, so there is a version that can use it, and while services are replaced one by one that one is on its way.
    """
    try:
        return bind_plan(Plan.from_bytes(Path(path).read_bytes()))
    except Refused as refusal:
        if any(fault.path == _MISSING for fault in refusal.faults):
            raise
        what = f"syndata {__version__} cannot use this plan: it was made by another version, which has to do it"
        raise Unavailable(what) from refusal
