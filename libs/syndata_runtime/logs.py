"""Log lines: one JSON object each, with job, workspace and trace; no secrets, no data of users."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any, Final

import structlog
from opentelemetry import trace

from syndata_contracts.errors import Defect, Unavailable

_HIDDEN: Final = ("key", "secret", "password", "token", "authorization", "url", "dsn")
_ALLOWED: Final = {"object_key", "failed_key"}
_FRAME: Final = re.compile(r'File "([^"]+)", line (\d+), in (\S+)')
_MOST_ERRORS: Final = 5
_MOST_FRAMES: Final = 20


def set_up_logs(service: str, level: str, log_format: str) -> None:
    """Write everything, the libraries' lines included, to stderr in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
        _add_service(service),
        _add_error if log_format == "json" else structlog.processors.format_exc_info,
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
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_crash
    # Libraries tell every reconnection and request; what matters of it we say ourselves.
    for noisy in (
        "aio_pika",
        "aiormq",
        "pymongo",
        "motor",
        "urllib3",
        "uvicorn.access",
        "asyncio",
        "opentelemetry",
        "numba",
    ):
        logging.getLogger(noisy).setLevel(logging.ERROR)


def _add_service(service: str) -> Any:
    def add(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line.setdefault("service", service)
        return line

    return add


def _log_crash(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """What ends the process is a line like any other."""
    logging.getLogger(__name__).critical("crashed", exc_info=(kind, error, where))


def _add_error(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say of errors what they are and where they rose, outermost first; never the values around them.

    The text of an error is told only when it is our own: those of others quote what they choked on, and a refusal
    quotes what a user wrote.
    """
    given = line.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given if isinstance(given, BaseException) else None
    if given and error is None:
        error = sys.exc_info()[1]
    if error is not None:
        line["errors"] = [_told(one) for one in _chain(error)]
    return line


def _chain(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    seen: set[int] = set()
    while current is not None and id(current) not in seen and len(seen) < _MOST_ERRORS:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _told(error: BaseException) -> dict[str, Any]:
    frames = [(frame.filename, frame.lineno, frame.name) for frame in traceback.extract_tb(error.__traceback__)]
    # An error of a worker process brings its frames as text.
    frames = frames or _FRAME.findall(str(error)) if type(error).__name__ == "_RemoteTraceback" else frames
    told: dict[str, Any] = {"type": type(error).__name__}
    if isinstance(error, Unavailable | Defect):
        told["text"] = str(error)
    told["frames"] = [f"{file}:{line} {function}" for file, line, function in frames[-_MOST_FRAMES:]]
    return told


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
