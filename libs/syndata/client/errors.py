"""What can go wrong beyond the three errors that everything here raises.

Refused ── Rejected      the server said no
Defect ─── Damaged       bytes are not those that the manifest names
JobFailed                a job that was waited for failed, or was cancelled
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from syndata_contracts.errors import Defect, Fault, Refused, SyndataError

if TYPE_CHECKING:
    from syndata.client.models import Job


class Rejected(Refused):
    """The server refuses what it is asked; asking the same again changes nothing."""

    def __init__(self, faults: Iterable[Fault] | Fault, status: int, code: str, request_id: str = "") -> None:
        """`code` is a word that programs may rely on, e.g. `not_found`; `status` is HTTP's."""
        super().__init__(faults)
        self.status = status
        self.code = code
        self.request_id = request_id

    def __reduce__(self) -> tuple[type[Rejected], tuple[tuple[Fault, ...], int, str, str]]:  # type: ignore[override] # it has more to carry than its parent
        return type(self), (self.faults, self.status, self.code, self.request_id)


class Damaged(Defect):
    """What the server holds of a file is not what it wrote: downloaded again, it came the same."""


class JobFailed(SyndataError):
    """The job that was waited for failed, or was cancelled; `job` is how it ended."""

    def __init__(self, job: Job) -> None:
        reason = f": {job.reason}" if job.reason else ""
        faults = "".join(f"\n{fault.to_fault()}" for fault in job.errors)
        super().__init__(f"job {job.id} {'was cancelled' if job.state == 'cancelled' else job.state}{reason}{faults}")
        self.job = job

    def __reduce__(self) -> tuple[type[JobFailed], tuple[Job]]:
        return type(self), (self.job,)
