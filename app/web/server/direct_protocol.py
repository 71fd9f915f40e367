"""The part of the protocol class that writes direct responses, before there is a task."""

from collections.abc import Sequence
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.web.http.request_head import RequestHead
from app.web.middleware.fast_path_result import FastPathResult
from app.web.server.deadlines import Deadline
from app.web.server.direct_responses import DirectResponses
from app.web.server.message_limits import MessageLimits, is_too_large
from app.web.server.server_state import STATE_KEY, ServerServices
from app.web.state import request_state

MAX_AHEAD_BYTES = 65_536
"""Unsent bytes beyond which pipelined requests wait. The transport reports a full buffer only when
the packet with the requests was read."""


class DirectProtocol(HttpToolsProtocol):
    """uvicorn's protocol class, with direct responses to plain requests."""

    deadline: Deadline

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.services: ServerServices = self.app_state[STATE_KEY]
        self.limits = MessageLimits()
        self.direct: DirectResponses | None = None
        """`None` where `MORNINGPOST_WIRE` is off."""
        if self.services.app.settings.wire and not self.services.app.ending.is_begun:
            self.direct = DirectResponses(self.services, self.server_state)
        self._result: FastPathResult | None = None
        """What the fast path decided on the current request, without a response."""
        self._held: tuple[RequestHead, list[bytes]] | None = None
        """A POST that may have a direct response once its body is complete, and that body so far.
        It is held within one slice."""
        self._may_execute = True
        """Whether no query was executed in this slice. A slice holds ten and more, and each may
        take as long as its cost allows: others have a turn before the next one."""

    def begin_slice(self) -> None:
        """Allow the execution of another query."""
        self._may_execute = True

    def forget_request(self) -> None:
        """Forget the request before."""
        self._result = self._held = None

    def begin_request(self) -> None:
        """Begin the current request, which ASGI answers."""
        raise NotImplementedError

    @property
    def is_busy(self) -> bool:
        """Whether a route works on a request; `cycle` is the latest one that was read."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def answers_directly(self) -> bool:
        """Write a direct response to the current head, if there is one."""
        method = self.parser.get_method()
        if (method != b"GET" and method != b"HEAD") or not self._may_answer_directly():
            return False
        assert self.direct is not None
        direct = self.direct.respond(method, self.url, self.headers, self.client)
        self._result = direct.result
        if direct.response is None:
            return False
        self._write_directly(direct.response)
        return True

    def holds_post(self) -> bool:
        """Hold a POST whose body may follow in the same slice, if it may have a direct response."""
        if self.parser.get_method() != b"POST" or not self._may_execute:
            return False
        if not self._may_answer_directly():
            return False
        assert self.direct is not None
        head = self.direct.head_of_post(self.url, self.headers)
        if head is None:
            return False
        self._held = (head, [])
        return True

    def holds(self, body: bytes) -> bool:
        """Keep a part of the body of a POST that is held; whether there is one."""
        if self._held is None:
            return False
        self._held[1].append(body)
        return True

    def answers_held(self) -> bool:
        """Write a direct response to a POST that was held, if there is one."""
        if self._held is None or self.direct is None:
            return False
        head, parts = self._held
        body = b"".join(parts)
        direct = self.direct.respond_to_post(head, body, self.headers, self.client)
        self._result = direct.result
        if direct.response is None:
            self.let_go()
            return False
        self._held = None
        self._may_execute = not direct.is_executed
        self._write_directly(direct.response)
        return True

    def let_go(self) -> None:
        """Give a POST that was held to ASGI, with what was read of its body."""
        if self._held is not None:
            _, parts = self._held
            self._held = None
            self.begin_request()
            for part in parts:
                self.on_body(part)

    def _may_answer_directly(self) -> bool:
        """Whether the current request may have a direct response."""
        parser = self.parser
        return not (
            self.direct is None
            or self.is_busy
            or self.flow.write_paused
            or self.transport.get_write_buffer_size() >= MAX_AHEAD_BYTES
            or is_too_large(self.url, self.headers)
            or parser.get_http_version() != "1.1"
            or not parser.should_keep_alive()
            or self.transport.is_closing()
        )

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
        if self._result is not None:
            self._result.hand_over(request_state(cast("Scope", self.scope)))
