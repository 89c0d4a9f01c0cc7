"""A trace collector: takes what services send over OTLP/HTTP, and shows it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Sent


@dataclass(frozen=True)
class Span:
    """A span as it came."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    """Empty for a root."""
    links: tuple[tuple[str, str], ...]
    """Traces and ids of the spans it points to."""
    start: int
    """Nanoseconds since 1970, as is `end`."""
    end: int
    failed: bool
    attributes: dict[str, str] = field(hash=False)


class Collector:
    """Listens on a port of its own until `end`."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._bodies: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._take))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def of(self, trace: str) -> list[Span]:
        """Everything that has come of a trace."""
        return [span for span in list(self._spans) if span.trace == trace]

    def bodies(self) -> bytes:
        """Everything that was sent, as it was sent."""
        return b"\n".join(self._bodies)

    def end(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def _take(self, body: bytes) -> None:
        self._bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _texts(resource.resource.attributes)["service.name"]
            for scope in resource.scope_spans:
                self._spans += [_span(service, sent) for sent in scope.spans]


def _span(service: str, sent: Sent) -> Span:
    return Span(
        service,
        sent.name,
        sent.trace_id.hex(),
        sent.span_id.hex(),
        sent.parent_span_id.hex(),
        tuple((link.trace_id.hex(), link.span_id.hex()) for link in sent.links),
        sent.start_time_unix_nano,
        sent.end_time_unix_nano,
        sent.status.code == sent.status.STATUS_CODE_ERROR,
        _texts(sent.attributes),
    )


def _texts(attributes: Iterable[KeyValue]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in attributes:
        kind = one.value.WhichOneof("value")
        found[one.key] = str(getattr(one.value, kind)) if kind else ""
    return found


def _handler(take: Callable[[bytes], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    return Handler
