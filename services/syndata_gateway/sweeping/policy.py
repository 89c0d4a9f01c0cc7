"""How long what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from syndata_runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Policy:
    """Ages at which things go; None: they stay."""

    files: timedelta | None = None
    """Of ended jobs, since their end."""
    jobs: timedelta | None = None
    """Ended ones, since their end; their files go with them."""
    previews: timedelta | None = None
    plans: timedelta | None = None
    """And configurations: those that no job and no kept schema needs, since they were last asked for."""
    sources: timedelta | None = None
    keys: timedelta | None = None
    """Idempotency keys, since their first use; one of a job that is not ended stays."""

    @property
    def files_or_jobs(self) -> timedelta | None:
        """When files go: with the job, if not before it."""
        ages = [age for age in (self.files, self.jobs) if age is not None]
        return min(ages) if ages else None

    @property
    def keys_or_jobs(self) -> timedelta | None:
        """When keys go. Not after their job: a key that names a job which is gone would make another one of its id."""
        ages = [age for age in (self.keys, self.jobs) if age is not None]
        return min(ages) if ages else None


def policy_of(settings: Settings) -> Policy:
    """What the settings say."""
    return Policy(
        files=_days(settings.keep_files_days),
        jobs=_days(settings.keep_jobs_days),
        previews=_days(settings.keep_previews_days),
        plans=_days(settings.keep_plans_days),
        sources=_days(settings.keep_sources_days),
        keys=_days(settings.keep_keys_days),
    )


def _days(number: float) -> timedelta | None:
    return timedelta(days=number) if number else None
