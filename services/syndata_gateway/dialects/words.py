"""The dialects: which there are, what each calls the states of a job, and what each asks of who comes."""

from __future__ import annotations

from typing import Final

from syndata_contracts.jobs import JobState
from syndata_gateway.access import DOCUMENTED_KEY
from syndata_gateway.dialects.dialect import Dialect

_OWN: Final = {state: str(state) for state in JobState}

PLATFORM: Final = Dialect("platform", words={**_OWN, JobState.GENERATING: "running", JobState.EXPORTING: "running"})
"""Jobs, configurations and statistics below the root. Its key is optional there, and asked for here: it can do everything."""

BACKEND: Final = Dialect(
    "backend",
    words={
        **_OWN,
        JobState.GENERATING: "processing",
        JobState.EXPORTING: "processing",
        JobState.PAUSED: "processing",
        # It knows neither a pause nor an end by wish, and its clients wait for `completed` or `failed`.
        JobState.CANCELLED: "failed",
    },
    root="/api/",
    parameter="api_key",
    documented_key=DOCUMENTED_KEY,
)
"""Three kinds of records by number, below /api."""

STUDIO: Final = Dialect("studio", words={**_OWN, JobState.EXPORTING: "generating"}, access="open")
"""Tables by a list of fields, made in counted steps, below /jobs."""

PROJECTS: Final = Dialect("projects", words=_OWN, access="open")
"""Projects, and rows like some values, below the root."""
