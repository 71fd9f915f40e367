"""OpenTelemetry traces of requests, configured by OpenTelemetry's own `OTEL_*` variables.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/, read 2026-11.
Tracing is on if an exporter or its endpoint is named. Its packages come with the extra `otel`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.environment import open_telemetry_variables

if TYPE_CHECKING:
    from app.web.observability.spans import Tracing

logger = logging.getLogger(__name__)

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_CLOSE_SECONDS = 1.0
"""For the last spans at shutdown; a collector that hangs must not hold up the end."""


def is_configured(environment: Mapping[str, str]) -> bool:
    """Whether the variables ask for traces."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    named = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if named:
        return named != "none"
    return any(environment.get(name) for name in _ENDPOINTS)


@asynccontextmanager
async def tracing_requests() -> AsyncIterator["Tracing | None"]:
    """Open tracing while the block runs; `None` where it is off.

    Raises:
        ValueError: an exporter is named that is not installed.
    """
    environment = open_telemetry_variables()
    if not is_configured(environment):
        yield None
        return
    try:
        # Imported here: the packages are an extra, and take 100 ms to load.
        from app.web.observability import spans
    except ImportError:
        logger.warning("tracing_off reason=extra_otel_not_installed")
        yield None
        return
    tracing = spans.Tracing(spans.open_provider(environment))
    try:
        yield tracing
    finally:
        closing = asyncio.ensure_future(asyncio.to_thread(tracing.close))
        done, _ = await asyncio.wait({closing}, timeout=_CLOSE_SECONDS)
        if not done:
            logger.warning("last_spans_not_sent seconds=%.1f", _CLOSE_SECONDS)
