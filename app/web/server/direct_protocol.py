"""The part of the protocol class that writes direct responses, before there is a task."""

import asyncio
from collections.abc import Sequence
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.web.http.request_head import RequestHead
from app.web.middleware.fast_path_result import FastPathResult
from app.web.server.deadlines import Deadline
from app.web.server.direct_responses import DirectResponses
from app.web.server.message_limits import MAX_FIELDS, MAX_TARGET_BYTES, MessageLimits
from app.web.server.server_state import STATE_KEY, ServerServices
from app.web.state import request_state

MAX_AHEAD_BYTES = 65_536
"""Unsent bytes beyond which pipelined requests wait. The transport reports a full buffer only when
the packet with the requests was read."""


class DirectProtocol(HttpToolsProtocol):
    """uvicorn's protocol class, with direct responses to plain requests.

    Its own attributes are slots, as are those of `HttpProtocol`. Python 3.11 keeps up to 30 others
    of an object in an array, and uvicorn has 28. With more it makes a dictionary for each object,
    and looks for each method that is called in there first.
    """

    __slots__ = ("deadline", "direct", "held", "limits", "may_execute", "result", "services")

    deadline: Deadline

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.services: ServerServices = self.app_state[STATE_KEY]
        self.limits = MessageLimits()
        self.direct: DirectResponses | None = None
        """`None` where `MORNINGPOST_WIRE` is off, and while the server ends."""
        self.result: FastPathResult | None = None
        """What the fast path decided on the current request, without a response."""
        self.held: tuple[RequestHead, list[bytes]] | None = None
        """A POST that may have a direct response once its body is complete, and that body so far.
        It is held within one slice."""
        self.may_execute = True
        """Whether no query was executed and no list read in this slice. A slice holds ten and
        more, each may take milliseconds, and others have a turn before the next one."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.services.app.settings.wire and not self.services.app.ending.is_begun:
            self.direct = DirectResponses(self.services, self.server_state, self.client)

    def begin_request(self) -> None:
        """Begin the current request, which ASGI answers."""
        raise NotImplementedError

    @property
    def is_busy(self) -> bool:
        """Whether a route works on a request; `cycle` is the latest one that was read."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def answers_directly(self, method: bytes) -> bool:
        """Write a direct response to the current GET or HEAD, if there is one."""
        direct = self._usable_direct()
        head = None if direct is None else direct.head_of_read(self.headers)
        if direct is None or head is None:
            return False
        # HTTP/1.0 is kept alive by one of these fields alone: all others speak 1.1. To have the
        # version written takes as long as all the other conditions.
        keeps_alive = b"connection" in head or b"proxy-connection" in head
        if keeps_alive and self.parser.get_http_version() != "1.1":
            return False
        response = direct.find(method, self.url, head, self.headers)
        if response is None:
            may_be_long = self.may_execute
            read = direct.read(method, self.url, head, self.headers, may_be_long=may_be_long)
            response, self.result, was_long = read
            if response is None:
                return False
            self.may_execute = may_be_long and not was_long
        self._write_directly(response)
        return True

    def holds_post(self) -> bool:
        """Hold a POST whose body may follow in the same slice, if it may have a direct response."""
        direct = self._usable_direct() if self.may_execute else None
        if direct is None or self.parser.get_http_version() != "1.1":
            return False
        head = direct.head_of_post(self.url, self.headers)
        if head is None:
            return False
        self.held = (head, [])
        return True

    def answers_held(self) -> bool:
        """Write a direct response to a POST that was held, if there is one."""
        if self.held is None or self.direct is None:
            return False
        head, parts = self.held
        body = b"".join(parts)
        direct = self.direct.respond_to_post(head, body, self.headers)
        self.result = direct.result
        if direct.response is None:
            self.let_go()
            return False
        self.held = None
        self.may_execute = not direct.is_executed
        self._write_directly(direct.response)
        return True

    def let_go(self) -> None:
        """Give a POST that was held to ASGI, with what was read of its body."""
        if self.held is not None:
            _, parts = self.held
            self.held = None
            self.begin_request()
            for part in parts:
                self.on_body(part)

    def _usable_direct(self) -> DirectResponses | None:
        """What may respond directly to the current request, if anything may.

        Every cached read passes here, so `is_busy` and `is_too_large` are written out.
        """
        cycle: RequestResponseCycle | None = self.cycle
        if (
            (cycle is not None and not cycle.response_complete)
            or self.flow.write_paused
            or self.transport.get_write_buffer_size() >= MAX_AHEAD_BYTES
            or len(self.headers) > MAX_FIELDS
            or len(self.url) > MAX_TARGET_BYTES
            or not self.parser.should_keep_alive()
            or self.transport.is_closing()
        ):
            return None
        return self.direct

    def _write_directly(self, response: Sequence[bytes]) -> None:
        # In one system call; `write` for each part would take one each.
        self.transport.writelines(response)
        self.limits.in_head = False
        self.server_state.total_requests += 1
        self.deadline.expect_next_request()

    def begin_scope(self) -> None:
        """Do what uvicorn does when a message begins, now that the scope is needed."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url, self.headers = url, headers
        self.scope["headers"] = headers
        self.expect_100_continue = any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in headers
        )
        if self.result is not None:
            self.result.hand_over(request_state(cast("Scope", self.scope)))
