"""What people want of a job that is there: to see it, to have it rest, go on, or end."""

from __future__ import annotations

from typing import Final

from syndata_contracts.events import CancelAsked, Event, PauseAsked, ResumeAsked
from syndata_contracts.jobs import Job, JobState
from syndata_contracts.workspaces import DEFAULT_WORKSPACE
from syndata_gateway.api.models import Wish
from syndata_gateway.ports import Gateway
from syndata_runtime.problems import Problem

_WISHES: Final[dict[Wish, tuple[type[PauseAsked | ResumeAsked | CancelAsked], frozenset[JobState]]]] = {
    # The wish, and the states in which it is fulfilled already.
    "pause": (PauseAsked, frozenset({JobState.PAUSED})),
    "resume": (ResumeAsked, frozenset({JobState.PENDING, JobState.GENERATING, JobState.EXPORTING})),
    "cancel": (CancelAsked, frozenset({JobState.CANCELLED})),
}


async def find_job(gateway: Gateway, job_id: str, workspace: str = DEFAULT_WORKSPACE) -> Job:
    """A job of a workspace as it stands; Problem 404 when there is none."""
    job = await gateway.keeper.newest(job_id)
    if job is None or job.workspace != workspace:
        raise Problem(404, "not_found", f"there is no job {job_id}")
    return job


async def utter(gateway: Gateway, job_id: str, wish: Wish, workspace: str = DEFAULT_WORKSPACE) -> Job:
    """Have a wish written down; Problem 404 without such a job, 409 when its state does not allow that any more."""
    await find_job(gateway, job_id, workspace)
    kind, fulfilled = _WISHES[wish]
    event: Event = kind()
    job, changed = await gateway.keeper.wish(job_id, event)
    if job is None:
        raise Problem(404, "not_found", f"there is no job {job_id}")
    if not changed and job.state not in fulfilled:
        raise Problem(409, "wrong_state", f"the job is {job.state}: {wish} is not possible")
    return job
