"""Successful answers: `{"status": "success", "data": …, "metadata": …}`."""

from __future__ import annotations

import json
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from syndata_runtime.clock import now

API_VERSION: Final = "1.0.0"


def success(request: Request, data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer that carries JSON-ready data."""
    return wrapped(request, json.dumps(data, ensure_ascii=False).encode(), status=status, headers=headers)


def wrapped(request: Request, data: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer that carries JSON text as it is."""
    metadata = {
        "timestamp": now().isoformat().replace("+00:00", "Z"),
        "request_id": request.state.request_id,
        "version": API_VERSION,
    }
    body = b'{"status": "success", "data": %b, "metadata": %b}' % (data.rstrip(), json.dumps(metadata).encode())
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, "application/json")
