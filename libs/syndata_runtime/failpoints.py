"""Places where a test may make a process die, fail or hang, to see that nothing is lost.

`SYNDATA_FAILPOINT=name:nth:action`, several by commas: at the `nth` passage (from 1) of the place `name`, `kill9` ends the
process at once, `raise` raises RuntimeError, and `hang` never goes on. Unset, a passage costs one look into an empty
mapping.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from typing import Final

from syndata_contracts.errors import Fault, Refused

VARIABLE: Final = "SYNDATA_FAILPOINT"
FAILPOINTS: Final = (
    "gateway.job_inserted",
    "conductor.taken",
    "conductor.inserted",
    "conductor.published",
    "consumer.taken",
    "consumer.handled",
    "consumer.reported",
    "generator.part_made",
    "generator.part_put",
    "generator.record_put",
    "export.closings_put",
    "export.manifest_put",
)
"""Every place, in the order in which a job passes them."""
SWEEPING: Final = (
    "sweeper.turn_taken",
    "sweeper.expired",
    "sweeper.keys_removed",
    "sweeper.mark_removed",
    "sweeper.aside_put",
    "sweeper.put_back",
)
"""Every place that whoever sweeps passes."""

_ACTIONS: Final = {"kill9", "raise", "hang"}


def _read(text: str) -> dict[str, tuple[int, str]]:
    armed = {}
    for one in filter(None, (part.strip() for part in text.split(","))):
        name, _, rest = one.partition(":")
        nth, _, action = rest.partition(":")
        if name not in {*FAILPOINTS, *SWEEPING} or not nth.isdigit() or int(nth) < 1 or action not in _ACTIONS:
            raise Refused(
                Fault(
                    VARIABLE,
                    f"{one!r} is no failpoint",
                    f"write name:nth:action, name one of {', '.join((*FAILPOINTS, *SWEEPING))}",
                )
            )
        armed[name] = (int(nth), action)
    return armed


_armed: Final = _read(os.environ.get(VARIABLE, ""))
_passed: Final[Counter[str]] = Counter()


async def failpoint(name: str) -> None:
    """Pass a place."""
    if name not in _armed:
        return
    _passed[name] += 1
    nth, action = _armed[name]
    if _passed[name] != nth:
        return
    if action == "kill9":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "raise":
        raise RuntimeError(f"failpoint {name}")
    await asyncio.Event().wait()
