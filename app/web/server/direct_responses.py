"""Responses that the protocol class writes before a scope, a task or an ASGI cycle exists.

Cached responses, and reads of the fast path that wait for nothing. Design and figures:
docs/adr/0010-the-edge-and-the-wire.md.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

from app.web.caching.posted import MAX_BODY_BYTES, POSTED_PATH, PostedQuery, body_key_of
from app.web.caching.response_cache import CachedResponse
from app.web.http.headers import REQUEST_ID, new_request_id
from app.web.http.negotiation import best_encoding
from app.web.http.representation import Field
from app.web.http.request_head import (
    LEFT_TO_MIDDLEWARE,
    RequestHead,
    read_head,
    read_post_head,
    text_of,
)
from app.web.limits.rate_limit import Quota
from app.web.middleware.fast_path_result import FastPathResult, rate_fields
from app.web.middleware.fast_paths import PostedRequest, at_once
from app.web.observability.origin import is_sampled, origin_of
from app.web.observability.request_log import note_cached
from app.web.server.server_state import ServerServices

MAX_JOINED_BYTES = 16_384
"""Longer bodies are written separately, so that all slow clients share the bytes of the cache
instead of a copy each. Shorter bodies are cheaper to copy."""


class Direct(NamedTuple):
    """A response to write, or what the fast path decided without one."""

    response: Sequence[bytes] | None = None
    result: FastPathResult | None = None
    """Handed to the layers that respond instead."""
    is_executed: bool = False
    """Whether a query was executed for the response."""


_NOTHING = Direct()


class _Answered(NamedTuple):
    """A response that was found, and the request it answers."""

    cached: CachedResponse
    quota: Quota | None
    method: bytes
    target: bytes
    started: float


class DirectResponses:
    """Responds to plain requests of one connection."""

    def __init__(self, services: ServerServices, server_state: ServerState) -> None:
        self._services = services
        self._cache = services.app.response_cache
        self._metrics = services.app.metrics
        self._server_state = server_state
        self._server_fields: Sequence[Field] = []
        self._server_lines = b""

    def respond(
        self,
        method: bytes,
        target: bytes,
        fields: Sequence[Field],
        client: tuple[str, int] | None,
    ) -> Direct:
        """Find the response to a GET or HEAD; `Direct()` leaves the request to the middleware."""
        started = time.perf_counter()
        head = read_head(fields, LEFT_TO_MIDDLEWARE)
        if head is None or (self._services.app.tracing is not None and is_sampled(fields)):
            return _NOTHING
        cached, quota = self._cache.find(target, head), None
        if cached is None:
            result = self._read(target, head, client, fields)
            if result is None or result.cached is None:
                return Direct(None, result)
            cached, quota = result.cached, result.quota
        return self._written(
            _Answered(cached, quota, method, target, started), head, fields, client
        )

    def head_of_post(self, target: bytes, fields: Sequence[Field]) -> RequestHead | None:
        """Read the head of a POST that may have a direct response; `None` for all others."""
        app = self._services.app
        if target != POSTED_PATH or not self._services.reads_at_once:
            return None
        if app.tracing is not None and is_sampled(fields):
            return None
        return read_post_head(fields, max_bytes=min(MAX_BODY_BYTES, app.settings.max_body_bytes))

    def respond_to_post(
        self,
        head: RequestHead,
        body: bytes,
        fields: Sequence[Field],
        client: tuple[str, int] | None,
    ) -> Direct:
        """Find or make the response to a query; `Direct()` leaves the request to the middleware."""
        started = time.perf_counter()
        request = PostedRequest(body_key_of(body), body, head, PostedQuery())
        result = self._services.middleware.fast_paths.execute_at_once(request, client, fields)
        if result is None or result.cached is None:
            return Direct(None, result)
        answered = _Answered(result.cached, result.quota, b"POST", POSTED_PATH, started)
        written = self._written(answered, head, fields, client)
        return written._replace(is_executed=request.posted.executed is not None)

    def _written(
        self,
        answered: "_Answered",
        head: RequestHead,
        fields: Sequence[Field],
        client: tuple[str, int] | None,
    ) -> Direct:
        """Write a response, and note it in the log and the metrics."""
        cached, quota, method, target, started = answered
        request_id = new_request_id()
        status, lines = cached.select_lines(head)
        body = cached.body if status == 200 and method != b"HEAD" else b""
        rate = b"".join(b"%b: %b\r\n" % field for field in rate_fields(quota)) if quota else b""
        last = b"%b: %b\r\n\r\n" % (REQUEST_ID, request_id.encode())
        parts = (STATUS_LINE[status], self._lines_of_server(), lines, rate, last)
        note_cached(
            self._metrics,
            method=method.decode(),
            target=target,
            route=cached.route,
            status=status,
            seconds=time.perf_counter() - started,
            request_id=request_id,
            origin=lambda: origin_of(fields, client, self._services.app.limiter.addresses),
        )
        if len(body) > MAX_JOINED_BYTES:
            return Direct((b"".join(parts), body))
        return Direct((b"".join((*parts, body)),))

    def _read(
        self,
        target: bytes,
        head: RequestHead,
        client: tuple[str, int] | None,
        fields: Sequence[Field],
    ) -> FastPathResult | None:
        """Take the fast path, where nothing on it waits."""
        if not self._services.reads_at_once:
            return None
        if best_encoding(text_of(head.get(b"accept-encoding"))) != "identity":
            return None  # compression waits for a thread
        return at_once(self._services.middleware.fast_paths.read(target, head, client, fields))

    def _lines_of_server(self) -> bytes:
        """`Date`, and other fields of uvicorn, which makes a new list every second."""
        if self._server_state.default_headers is not self._server_fields:
            self._server_fields = self._server_state.default_headers
            self._server_lines = b"".join(b"%b: %b\r\n" % field for field in self._server_fields)
        return self._server_lines
