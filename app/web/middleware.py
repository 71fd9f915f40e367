"""The two outer layers of every request, as plain ASGI: what surrounds it, and how it is framed.

`RequestContext` gives a request its name, its log line, its metrics and the header fields that
every answer bears. `Framing` refuses what no route should see, and answers preflights and HEAD.
Put them on with `app.add_middleware`, `Framing` first, so that `RequestContext` is outermost.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import DatabaseAway, MorningPostError
from app.web.admission.rate_limit import RateLimiter
from app.web.admission.refusal_count import count_refusal
from app.web.http.framing import check_framing, is_preflight, preflight_response
from app.web.http.headers import REQUEST_ID, new_request_id, with_common_headers
from app.web.http.representation import Field
from app.web.http.route_match import carry_over, template_of
from app.web.observability.request_log import note_request
from app.web.problems.handlers import error_response, internal_error, problem_response

logger = logging.getLogger(__name__)

CLIENT_CLOSED = 499
"""In log and metrics (nginx's figure): the caller went away before there was an answer."""
TOUCH_INTERVAL_SECONDS = 60.0


class RequestContext:
    """Names a request, adds what every answer bears, and notes how it went."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._touched: dict[int, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._open_socket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = new_request_id()
        state["method"] = scope["method"]
        status: int | None = None

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": await _with_headers(message, scope, state)}
            await send(message)

        try:
            try:
                await self.app(scope, receive, send_with_headers)
            except ClientDisconnect:
                pass  # nobody is left to answer, and it is no fault of ours
            except Exception as error:
                if status is not None:
                    # Half an answer is out: only a broken connection tells the caller so.
                    internal_error(Request(scope), error)
                    raise
                await internal_error(Request(scope), error)(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            _note(scope, state, CLIENT_CLOSED if status is None else status, seconds)
        await self._touch(scope, state)

    async def _open_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name a handshake; where it is refused over HTTP, its answer bears what all bear."""
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = new_request_id()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "websocket.http.response.start":
                message = {**message, "headers": await _with_headers(message, scope, state)}
            await send(message)

        await self.app(scope, receive, send_with_headers)

    async def _touch(self, scope: Scope, state: Mapping[str, Any]) -> None:
        """Write the last use of a key, after the answer and at most once a minute."""
        key_id: int | None = state.get("key_to_touch")
        now = time.monotonic()
        if key_id is None or now - self._touched.get(key_id, -1e9) < TOUCH_INTERVAL_SECONDS:
            return
        self._touched[key_id] = now
        try:
            await scope["app"].state.touch_key(key_id)
        except DatabaseAway as error:
            logger.warning(
                "key_not_touched request_id=%s reason=%s", state["request_id"], error.outage
            )
        except Exception:
            # The answer is out and right; that a use went unnoted must not look like a failure.
            logger.warning("key_not_touched request_id=%s", state["request_id"], exc_info=True)


class Framing:
    """Refuses what is wrong before any route is looked for; answers preflights and HEAD."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._open_socket(scope, receive, send)
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._answer_head(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            check_framing(scope)
        except MorningPostError as error:
            await problem_response(Request(scope), error)(scope, receive, send)
            return
        # What the caching middleware came to is answered here, inside the layers that name, log
        # and count a request.
        failure: Exception | None = scope["state"].get("cache_failure")
        if failure is not None:
            raise failure
        refusal: MorningPostError | None = scope["state"].get("refusal")
        if refusal is not None:
            await (await error_response(Request(scope), refusal))(scope, receive, send)
            return
        if is_preflight(scope):
            await preflight_response(scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _answer_head(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as GET does, without the body (RFC 9110, section 9.3.2)."""

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                carry_over(inner, scope)
            if message["type"] == "http.response.body":
                if message.get("more_body", False):
                    return
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        # A copy: uvicorn looks at its own scope to know that no body will come.
        inner = {**scope, "method": "GET"}
        try:
            await self._answer(inner, receive, send_without_body)
        finally:
            carry_over(inner, scope)

    async def _open_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            check_framing(scope)
        except MorningPostError as error:
            if "websocket.http.response" in scope.get("extensions", {}):
                request = Request({**scope, "type": "http", "method": "GET"})
                await problem_response(request, error)(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": error.code})
            return
        await self.app(scope, receive, send)


async def _with_headers(message: Message, scope: Scope, state: Mapping[str, Any]) -> list[Field]:
    is_last = await count_refusal(scope, message["status"])
    fields = with_common_headers(message["headers"], _rate_headers(scope, state))
    if is_last:
        fields.append((b"connection", b"close"))
    fields.append((REQUEST_ID, state["request_id"].encode()))
    return fields


def _rate_headers(scope: Scope, state: Mapping[str, Any]) -> dict[str, str]:
    if (quota := state.get("quota")) is not None:
        headers: dict[str, str] = quota.headers()
        return headers
    limiter: RateLimiter | None = getattr(scope["app"].state, "limiter", None)
    policy = limiter.policy if limiter else None
    return {"RateLimit-Policy": policy} if policy else {}


def _note(scope: Scope, state: Mapping[str, Any], status: int, seconds: float) -> None:
    note_request(
        getattr(scope["app"].state, "metrics", None),
        state["method"],
        scope["path"],
        template_of(scope),
        status,
        seconds,
        state["request_id"],
        state.get("principal"),
    )
