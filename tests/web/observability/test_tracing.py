"""Traces: of what passes the response cache, named by routes, and off without configuration."""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from app.web.application import Application
from app.web.observability.spans import Tracing
from app.web.observability.tracing import is_configured
from tests import factories

pytestmark = pytest.mark.anyio

TRACE = "0af7651916cd43dd8448eb211c80319c"
SAMPLED = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}


@pytest.fixture
async def spans(app: Application) -> AsyncIterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(0)))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    app.state.tracing = Tracing(provider)
    yield exporter
    provider.shutdown()


async def test_a_sampled_request_is_traced_from_the_cache_too(
    client: httpx.AsyncClient, editor: dict[str, str], spans: InMemorySpanExporter
) -> None:
    await client.post("/v1/issues?publish=true", json=factories.issue(number=1), headers=editor)
    for _ in range(2):
        await client.get("/v1/issues/1")
    assert spans.get_finished_spans() == ()

    missed = await client.get("/v1/issues?limit=3", headers=SAMPLED)
    cached = await client.get("/v1/issues?limit=3", headers=SAMPLED)

    assert (missed.status_code, cached.status_code) == (200, 200)
    found = spans.get_finished_spans()
    assert [span.name for span in found] == ["GET /v1/issues"] * 2
    for span in found:
        assert span.context is not None
        assert f"{span.context.trace_id:032x}" == TRACE
        assert span.attributes is not None
        assert span.attributes["http.route"] == "/v1/issues"
        assert span.attributes["http.response.status_code"] == 200


async def test_problems_and_log_lines_name_the_trace(
    client: httpx.AsyncClient, spans: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "app.web.observability.request_log"):
        given = await client.get("/v1/issues/77", headers=SAMPLED)
        own = await client.get("/v1/issues/78")

    assert given.json()["trace_id"] == TRACE
    assert len(own.json()["trace_id"]) == 32
    assert f"trace_id={TRACE}" in caplog.text
    assert f"trace_id={own.json()['trace_id']}" in caplog.text


async def test_without_tracing_a_problem_names_the_trace_of_its_caller_alone(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/v1/issues/77", headers=SAMPLED)).json()["trace_id"] == TRACE
    assert "trace_id" not in (await client.get("/v1/issues/77")).json()


@pytest.mark.parametrize(
    ("variables", "is_on"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "paper"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_tracing_is_on_if_an_exporter_is_named(variables: dict[str, str], is_on: bool) -> None:
    assert is_configured(variables) is is_on
