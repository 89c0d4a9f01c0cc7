"""One trace per request, from the gateway through every queue to the last byte (W3C Trace Context)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR: Final = TraceContextTextMapPropagator()
_CARRIED: Final = ("traceparent", "tracestate")
_MOST_STATE: Final = 512
"""Characters of a caller's tracestate that are carried on (W3C asks for no more): a message's headers have an end."""
_FLUSH_SECONDS: Final = 3.0

_provider: TracerProvider | None = None


def set_up_tracing(service: str, url: str) -> None:
    """Send spans to an OTLP/HTTP collector; without a URL they are made, carried on and dropped."""
    global _provider  # noqa: PLW0603 -- OpenTelemetry's provider is one per process
    if _provider is not None:
        return
    _provider = TracerProvider(resource=Resource.create({"service.name": f"syndata-{service}"}), shutdown_on_exit=False)
    if url:
        # Its import costs, and few need it.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        endpoint = url.rstrip("/") + ("" if url.rstrip("/").endswith("/v1/traces") else "/v1/traces")
        _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint), schedule_delay_millis=1000))
    trace.set_tracer_provider(_provider)


def flush_traces() -> None:
    """Send what is still held back, as far as a few seconds suffice."""
    if _provider is not None:
        # It heeds no time limit, and a collector that is away must not hold up who leaves.
        flushing = threading.Thread(target=_provider.force_flush, daemon=True)
        flushing.start()
        flushing.join(_FLUSH_SECONDS)


def _tracer() -> trace.Tracer:
    return trace.get_tracer("syndata")


@contextmanager
def _begun(
    name: str, kind: SpanKind, context: Context | None, links: Sequence[Link], attributes: Mapping[str, Any]
) -> Iterator[Span]:
    with _tracer().start_as_current_span(
        name,
        context=context,
        kind=kind,
        attributes=attributes,
        links=links,
        record_exception=False,  # its text may quote what a user wrote
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except Exception as error:
            mark_failed(current, error)
            raise


def mark_failed(current: Span, error: Exception) -> None:
    """Say on a span that it failed: the error's type, never its text, which may quote what a user wrote."""
    current.set_attribute("error.type", type(error).__name__)
    current.set_status(Status(StatusCode.ERROR))


@contextmanager
def span(name: str, *, kind: SpanKind = SpanKind.INTERNAL, **attributes: Any) -> Iterator[Span]:
    """A span below the current one."""
    with _begun(name, kind, None, (), attributes) as current:
        yield current


@contextmanager
def received(name: str, headers: Mapping[str, str], *, kind: SpanKind) -> Iterator[Span]:
    """A span for a request from outside, below the caller's when it sent one."""
    with _begun(name, kind, _PROPAGATOR.extract(headers), (), {}) as current:
        yield current


@contextmanager
def continued(name: str, carried: Mapping[str, str], attempt: int = 1, **attributes: Any) -> Iterator[Span]:
    """A consumer's span below the one that was carried here; a repeated delivery also links to it."""
    links = _links([carried] if attempt > 1 else [])
    with _begun(name, SpanKind.CONSUMER, _PROPAGATOR.extract(carried), links, attributes) as current:
        yield current


@contextmanager
def gathered(
    name: str, carried: Mapping[str, str], origins: Sequence[Mapping[str, str]], **attributes: Any
) -> Iterator[Span]:
    """A span for many messages at once: below the one that was carried here, with a link to each message's own."""
    with _begun(name, SpanKind.CONSUMER, _PROPAGATOR.extract(carried), _links(origins), attributes) as current:
        yield current


def _links(origins: Sequence[Mapping[str, str]]) -> list[Link]:
    found = (trace.get_current_span(_PROPAGATOR.extract(one, Context())).get_span_context() for one in origins)
    return [Link(context) for context in found if context.is_valid]


def carried() -> dict[str, str]:
    """The current span, as headers."""
    headers: dict[str, str] = {}
    _PROPAGATOR.inject(headers)
    return {name: value for name, value in headers.items() if name in _CARRIED and len(value) <= _MOST_STATE}
