"""Responses that the protocol class writes before a scope, a task or an ASGI cycle exists.

Cached responses, and reads of the fast path that wait for nothing. Design and figures:
docs/adr/0010-the-edge-and-the-wire.md.
"""

import time
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

from app.web.caching.posted import MAX_BODY_BYTES, POSTED_PATH, PostedQuery, body_key_of
from app.web.caching.response_cache import CachedResponse
from app.web.http.conditional import read_status
from app.web.http.headers import REQUEST_ID, lines_of, new_request_id
from app.web.http.representation import Field
from app.web.http.request_head import (
    DECIDING,
    LEFT_TO_MIDDLEWARE,
    RequestHead,
    deciding_fields,
    read_post_head,
)
from app.web.limits.rate_limit import Quota
from app.web.middleware.fast_path_result import FastPathResult, rate_fields
from app.web.middleware.fast_paths import PostedRequest
from app.web.observability.origin import TRACEPARENT, is_sampled, origin_of
from app.web.observability.request_log import is_logged, note_cached
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
    """Whether a query was executed, or a list read, for the response."""


_REQUEST_ID_IS = REQUEST_ID + b": "


class DirectResponses:
    """Responds to plain requests of one connection.

    What does not change while a connection lasts is looked up once: each look-up and each call
    on the way of a cached response is one in a hundred of its time.
    """

    def __init__(
        self,
        services: ServerServices,
        server_state: ServerState,
        client: tuple[str, int] | None,
    ) -> None:
        self._services = services
        self._client = client
        self._find = services.app.response_cache.find
        self._record = services.app.metrics.public.record
        self._is_logged = is_logged()
        self._is_traced = services.app.tracing is not None
        self._server_state = server_state
        self._server_fields: Sequence[Field] = []
        self._server_lines = b""

    def head_of_read(self, fields: Sequence[Field]) -> RequestHead | None:
        """Read the head of a GET or HEAD that may have a direct response; `None` for all others."""
        head = deciding_fields(fields, DECIDING, LEFT_TO_MIDDLEWARE)
        if self._is_traced and head is not None and TRACEPARENT in head and is_sampled(fields):
            return None
        return head

    def find(
        self, method: bytes, target: bytes, head: RequestHead, fields: Sequence[Field]
    ) -> Sequence[bytes] | None:
        """Find the cached response to a GET or HEAD, in the parts that are written."""
        started = time.perf_counter()
        cached = self._find(target, head)
        if cached is None:
            return None
        return self._written(cached, None, method, target, head, fields, started)

    def read(
        self,
        method: bytes,
        target: bytes,
        head: RequestHead,
        fields: Sequence[Field],
        *,
        may_be_long: bool,
    ) -> Direct:
        """Take the fast path, where nothing on it waits, for a response that is not cached.

        `may_be_long`: whether it may take as long as the execution of a query. `Direct()` leaves
        the request to the middleware.
        """
        started = time.perf_counter()
        if not self._services.reads_at_once:
            return Direct()
        result, was_long = self._services.middleware.fast_paths.read_at_once(
            target, head, self._client, fields, may_be_long=may_be_long
        )
        if result is None or result.cached is None:
            return Direct(None, result)
        return Direct(
            self._written(result.cached, result.quota, method, target, head, fields, started),
            is_executed=was_long,
        )

    def head_of_post(self, target: bytes, fields: Sequence[Field]) -> RequestHead | None:
        """Read the head of a POST that may have a direct response; `None` for all others."""
        if target != POSTED_PATH or not self._services.reads_at_once:
            return None
        if self._is_traced and is_sampled(fields):
            return None
        max_bytes = min(MAX_BODY_BYTES, self._services.app.settings.max_body_bytes)
        return read_post_head(fields, max_bytes=max_bytes)

    def respond_to_post(self, head: RequestHead, body: bytes, fields: Sequence[Field]) -> Direct:
        """Find or make the response to a query; `Direct()` leaves the request to the middleware."""
        started = time.perf_counter()
        request = PostedRequest(body_key_of(body), body, head, PostedQuery())
        fast_paths = self._services.middleware.fast_paths
        result = fast_paths.execute_at_once(request, self._client, fields)
        if result is None or result.cached is None:
            return Direct(None, result)
        response = self._written(
            result.cached, result.quota, b"POST", POSTED_PATH, head, fields, started
        )
        return Direct(response, None, is_executed=request.posted.executed is not None)

    def _written(
        self,
        cached: CachedResponse,
        quota: Quota | None,
        method: bytes,
        target: bytes,
        head: RequestHead,
        fields: Sequence[Field],
        started: float,
    ) -> Sequence[bytes]:
        """Write a response in parts, and note it in the log and the metrics."""
        status = read_status(cached.head, head)
        request_id = new_request_id()
        if self._server_state.default_headers is not self._server_fields:
            self._renew_server_lines()
        written = b"".join(
            (
                STATUS_LINE[status],
                self._server_lines,
                cached.lines.get(status) or cached.write_lines(status),
                b"" if quota is None else lines_of(rate_fields(quota)),
                _REQUEST_ID_IS,
                request_id.encode(),
                b"\r\n\r\n",
            )
        )
        seconds = time.perf_counter() - started
        if self._is_logged:
            addresses = self._services.app.limiter.addresses
            note_cached(
                self._services.app.metrics,
                method=method.decode(),
                target=target,
                route=cached.route,
                status=status,
                seconds=seconds,
                request_id=request_id,
                origin=partial(origin_of, fields, self._client, addresses),
            )
        else:
            self._record(method.decode(), cached.route, status, seconds)
        if status == 304 or method == b"HEAD":
            return (written,)
        body = cached.body
        return (written, body) if len(body) > MAX_JOINED_BYTES else (written + body,)

    def _renew_server_lines(self) -> None:
        """Write `Date`, and other fields of uvicorn, which makes a new list every second."""
        self._server_fields = self._server_state.default_headers
        self._server_lines = lines_of(self._server_fields)
