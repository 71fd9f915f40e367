"""Ready answers given inside the protocol class, before a scope, a cycle or a task exists.

Why, with figures, and what it must keep right: docs/adr/0010-the-edge-and-the-wire.md.
"""

import time
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from app.web.caching.response_cache import Ready, unchanged_for
from app.web.http.headers import REQUEST_ID, new_request_id
from app.web.http.negotiation import best_encoding
from app.web.http.request_head import LEFT_TO_EDGE, RequestHead, read_head, text_of
from app.web.limits.rate_limit import Quota
from app.web.middleware.caching import Taken, rate_fields
from app.web.observability.request_log import note_ready
from app.web.server.deadlines import MAX_FIELDS, Deadlines
from app.web.state import request_state

MAX_AHEAD_BYTES = 65_536
"""Unsent bytes beyond which pipelined requests wait their turn: the transport itself tells of its
buffer only when the packet with the requests has been read."""

MAX_JOINED_BYTES = 16_384
"""Longer bodies are written as they are: all clients that read slowly share the bytes of the cache,
where a copy for each would take its length in memory. Shorter ones are cheaper to copy."""


class Wire(Deadlines):
    """One connection. What is not ready, or not plain, takes uvicorn's own way."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._answers = self.service.ready
        self._is_answered = False
        """The present request was answered from its head alone."""
        self._refused: Taken | None = None
        """What the present request came to on a short way that did not lead to an answer."""
        self._default_fields: list[tuple[bytes, bytes]] = []
        self._default_lines = b""

    def on_message_begin(self) -> None:
        self.begin_head()
        self._is_answered = False
        self._refused = None
        # The scope is made when a route is going to need it.
        self.url = b""
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self.passes_over():
            return
        parser = self.parser
        method = parser.get_method()
        if (
            (method == b"GET" or method == b"HEAD")
            and not self.is_busy
            and not self.flow.write_paused
            and self.transport.get_write_buffer_size() < MAX_AHEAD_BYTES
            and len(self.headers) <= MAX_FIELDS
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.transport.is_closing()
            and self._answer(method)
        ):
            return
        self._begin_scope()
        if self._refused is not None:
            self._refused.tell(request_state(cast("Scope", self.scope)))
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self._is_answered:
            super().on_message_complete()

    def _answer(self, method: bytes) -> bool:
        """Send the ready answer that fits, or one that can be read at once; `False` without."""
        started = time.perf_counter()
        head = read_head(self.headers, LEFT_TO_EDGE)
        if head is None:
            return False
        ready, quota = self._answers.find(self.url, head), None
        if ready is None and self.service.reads_at_once:
            ready, quota = self._read(head)
        if ready is None:
            return False
        request_id = new_request_id()
        if unchanged_for(ready, head):
            status, fields, body = 304, ready.unchanged_bytes, b""
        else:
            status, fields = 200, ready.whole_bytes
            body = ready.body if method == b"GET" else b""
        rate = b"".join(b"%b: %b\r\n" % field for field in rate_fields(quota)) if quota else b""
        end = b"%b: %b\r\n\r\n" % (REQUEST_ID, request_id.encode())
        head_lines = (STATUS_LINE[status], self._lines_of_server(), fields, rate, end)
        if len(body) > MAX_JOINED_BYTES:
            self.transport.write(b"".join(head_lines))
            self.transport.write(body)
        else:
            self.transport.write(b"".join((*head_lines, body)))
        self._is_answered = True
        self._in_head = False
        self.server_state.total_requests += 1
        self.deadline = self.loop.time() + self.timeout_keep_alive
        note_ready(
            self.service.metrics,
            "GET" if method == b"GET" else "HEAD",
            self.url,
            ready.route,
            status,
            time.perf_counter() - started,
            request_id,
        )
        return True

    def _read(self, head: RequestHead) -> tuple[Ready | None, Quota | None]:
        """Go the edge's short way here and now, where nothing on it has to be waited for."""
        if best_encoding(text_of(head.accept_encoding)) != "identity":
            return None, None
        work = self.service.edge.go_short(self.url, head, self.client, self.headers)
        try:
            work.send(None)
        except StopIteration as done:
            taken: Taken | None = done.value
        else:
            work.close()
            raise RuntimeError("a short way waited for something")
        if taken is None:
            return None, None
        if taken.ready is None:
            self._refused = taken
        return taken.ready, taken.quota

    def _lines_of_server(self) -> bytes:
        """`Date` and whatever else the server adds; it makes a new list every second."""
        if self.server_state.default_headers is not self._default_fields:
            self._default_fields = self.server_state.default_headers
            self._default_lines = b"".join(b"%b: %b\r\n" % field for field in self._default_fields)
        return self._default_lines

    def _begin_scope(self) -> None:
        """Make what `on_message_begin` of uvicorn makes, now that it is needed."""
        url, headers = self.url, self.headers
        super(Deadlines, self).on_message_begin()
        self.url, self.headers = url, headers
        self.scope["headers"] = headers
        self.expect_100_continue = any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in headers
        )
