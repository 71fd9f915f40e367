"""Spans of requests, by OpenTelemetry. Imported only if it is configured.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/, read 2026-11.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points

from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from starlette.types import Scope

from app import __version__
from app.web.observability.redaction import shown_path

_OTLP = {"grpc": "otlp_proto_grpc", "http/protobuf": "otlp_proto_http"}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestSpan:
    """The span of one request."""

    def __init__(self, span: Span) -> None:
        self._span = span

    @property
    def trace_id(self) -> str:
        """Its trace, in 32 hexadecimal digits."""
        return f"{self._span.get_span_context().trace_id:032x}"

    def finish(self, *, method: str, route: str | None, status: int) -> None:
        """Name it by its route, and say how it went."""
        if not self._span.is_recording():
            return
        name = method if method in _METHODS else "HTTP"
        self._span.update_name(f"{name} {route}" if route else name)
        if route:
            self._span.set_attribute("http.route", route)
        self._span.set_attribute("http.response.status_code", status)
        if status >= 500:
            self._span.set_attribute("error.type", str(status))
            self._span.set_status(StatusCode.ERROR)


class Tracing:
    """Makes a span for each request that reaches the application."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer: Tracer = provider.get_tracer("ai-morning-post", __version__)

    @contextmanager
    def request(self, scope: Scope) -> Iterator[RequestSpan]:
        """Trace a request while the block runs."""
        span = self._start(scope)
        with trace.use_span(span, end_on_exit=True, record_exception=False):
            yield RequestSpan(span)

    def note(self, scope: Scope, *, route: str | None, status: int, seconds: float) -> None:
        """Trace a request that was answered already, `seconds` after it came."""
        span = self._start(scope, start_time=time.time_ns() - int(seconds * 1e9))
        RequestSpan(span).finish(method=scope["method"], route=route, status=status)
        span.end()

    def close(self) -> None:
        """Send the last spans, which may take as long as the exporter's time limit."""
        self._provider.shutdown()

    def _start(self, scope: Scope, *, start_time: int | None = None) -> Span:
        carrier = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        method: str = scope["method"]
        attributes: dict[str, str] = {
            "http.request.method": method if method in _METHODS else "_OTHER",
            "url.scheme": scope.get("scheme", "http"),
            "url.path": shown_path(scope["path"]),
            "network.protocol.version": scope.get("http_version", "1.1"),
        }
        if scope.get("client"):
            attributes["client.address"] = scope["client"][0]
        return self._tracer.start_span(
            method,
            context=propagate.extract(carrier),
            kind=SpanKind.SERVER,
            attributes=attributes,
            start_time=start_time,
        )


def open_provider(environment: Mapping[str, str]) -> TracerProvider:
    """Make a provider; sampler, limits and batches are read by the SDK itself.

    Raises:
        ValueError: an exporter is named that is not installed.
    """
    present = trace.get_tracer_provider()
    if isinstance(present, TracerProvider):
        return present  # `opentelemetry-instrument` has set everything up
    attributes = {"service.version": __version__}
    resource = environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
    if not environment.get("OTEL_SERVICE_NAME") and "service.name=" not in resource:
        attributes["service.name"] = "morningpost"
    provider = TracerProvider(resource=Resource.create({**attributes}))
    names = environment.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    for name in names.split(","):
        exporter = _exporter(name.strip().lower(), environment)
        provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def _exporter(name: str, environment: Mapping[str, str]) -> SpanExporter:
    wanted = name
    if name == "otlp":
        protocol = environment.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environment.get(
            "OTEL_EXPORTER_OTLP_PROTOCOL"
        )
        wanted = _OTLP.get(protocol or "http/protobuf", name)
    found = list(entry_points(group="opentelemetry_traces_exporter", name=wanted))
    if not found:
        raise ValueError(f"OTEL_TRACES_EXPORTER: no exporter {name!r} is installed.")
    exporter: SpanExporter = found[0].load()()
    return exporter
