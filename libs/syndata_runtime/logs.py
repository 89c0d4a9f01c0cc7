"""Log lines: one JSON object each, with job, workspace and trace; no secrets, no data of users."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from opentelemetry import trace

_HIDDEN: Final = ("key", "secret", "password", "token", "authorization", "url", "dsn")
_ALLOWED: Final = {"object_key", "failed_key"}


def set_up_logs(service: str, level: str, log_format: str) -> None:
    """Write everything, the libraries' lines included, to stderr in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
        _add_service(service),
        structlog.processors.dict_tracebacks if log_format == "json" else structlog.processors.format_exc_info,
        _redact,
    ]
    renderer: Any = structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Libraries tell every reconnection and request; what matters of it we say ourselves.
    for noisy in ("aio_pika", "aiormq", "pymongo", "motor", "urllib3", "uvicorn.access", "asyncio", "opentelemetry"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def _add_service(service: str) -> Any:
    def add(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line.setdefault("service", service)
        return line

    return add


def _add_trace(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = f"{context.trace_id:032x}"
        line["span_id"] = f"{context.span_id:016x}"
    return line


def _redact(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in line:
        if name not in _ALLOWED and any(word in name.lower() for word in _HIDDEN):
            line[name] = "[hidden]"
    return line
