"""Errors as answers: RFC 9457 problem documents, one shape for every service."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from syndata_contracts.errors import Defect, Fault, Refused, Unavailable
from syndata_runtime.refusals import carried_faults, cut

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER: Final = "5"


@dataclass(eq=False)
class Problem(Exception):
    """An answer that is an error."""

    status: int
    code: str
    """A word that programs may rely on, e.g. `not_found`."""
    detail: str
    faults: tuple[Fault, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def response(self, request_id: str, path: str) -> Response:
        """The answer itself."""
        document: dict[str, Any] = {
            "type": f"urn:syndata:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "instance": path,
            "code": self.code,
            "request_id": request_id,
        }
        if self.faults:
            document["errors"] = errors_of(self.faults)
        body = json.dumps(document, ensure_ascii=False)
        return Response(body, self.status, {"Cache-Control": "no-store", **self.headers}, MEDIA_TYPE)


def errors_of(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Faults as a problem lists them: each says where, what, and what to do; a last one, how many are left out."""
    return [record.model_dump(exclude_defaults=True, mode="json") for record in carried_faults(faults)]


def problem_of(error: Exception) -> Problem:
    """The problem that an error amounts to; what is ours says nothing of its inside."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        count = len(error.faults)
        detail = cut(error.faults[0].what) if count == 1 else f"{count} faults were found; see errors"
        return Problem(422, "refused", detail, error.faults)
    if isinstance(error, Unavailable):
        return Problem(503, "unavailable", str(error), headers={"Retry-After": RETRY_AFTER})
    if isinstance(error, Defect):
        return Problem(500, "defect", "this is our fault; the request id leads to its trace and log")
    return Problem(500, "internal", "this is our fault; the request id leads to its trace and log")
