"""Every request that is done: one line in the log, and one count in the metrics."""

import logging
from collections.abc import Callable
from urllib.parse import unquote

from app.content.access import Principal
from app.web.observability.metrics import Metrics
from app.web.observability.origin import UNKNOWN, Origin
from app.web.observability.redaction import shown_path

logger = logging.getLogger(__name__)

PREVIEW_ROUTE = "/preview/{token}"


def is_logged() -> bool:
    """Whether requests are logged; otherwise their origin need not be read."""
    return logger.isEnabledFor(logging.INFO)


def note_request(
    metrics: Metrics | None,
    *,
    method: str,
    path: str,
    route: str | None,
    status: int,
    seconds: float,
    request_id: str,
    principal: Principal | None = None,
    origin: Origin = UNKNOWN,
) -> None:
    """Log and count a request; `route` is the template of its path, `None` if no route matched."""
    if logger.isEnabledFor(logging.INFO):
        logger.info(
            "request_finished method=%s path=%s status=%d duration_ms=%.1f request_id=%s key=%s"
            " client=%s trace_id=%s client_request_id=%s",
            method[:20],
            shown_path(path),
            status,
            seconds * 1000,
            request_id,
            getattr(principal, "prefix", None) or "-",
            origin.client or "-",
            origin.trace_id or "-",
            origin.client_request_id or "-",
        )
    if metrics is not None:
        # A preview is read without a key, by readers to whom an editor sent its URL.
        is_editor = (principal is not None and principal.sees_drafts) or route == PREVIEW_ROUTE
        series = metrics.editors if is_editor else metrics.public
        series.record(method, route, status, seconds)


def note_cached(
    metrics: Metrics,
    *,
    method: str,
    target: bytes,
    route: str | None,
    status: int,
    seconds: float,
    request_id: str,
    origin: Callable[[], Origin],
) -> None:
    """Log and count a response from the cache; `origin` is called only if requests are logged."""
    if logger.isEnabledFor(logging.INFO):
        note_request(
            metrics,
            method=method,
            path=unquote(target.partition(b"?")[0].decode("latin-1")),
            route=route,
            status=status,
            seconds=seconds,
            request_id=request_id,
            origin=origin(),
        )
    else:
        metrics.public.record(method, route, status, seconds)
