"""`RequestContext`: the request id, the common header fields, the log line and the metrics."""

import logging
import time

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import DatabaseAway
from app.web.admission.counting import count_refusal
from app.web.http.headers import REQUEST_ID, with_common_headers
from app.web.http.representation import Field
from app.web.http.route_match import template_of
from app.web.observability.origin import UNKNOWN, origin_of
from app.web.observability.request_log import is_logged, note_request
from app.web.problems.handlers import internal_error
from app.web.state import RequestState, app_state, request_state

logger = logging.getLogger(__name__)

CLIENT_CLOSED = 499
"""Status in log and metrics when the client disconnected before a response, as in nginx."""
TOUCH_INTERVAL_SECONDS = 60.0


class RequestContext:
    """Gives each request an id, adds the common header fields, logs and counts it."""

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
        state = request_state(scope)
        state.method = scope["method"]
        tracing = app_state(scope).tracing
        if tracing is None:
            await self._respond(scope, receive, send)
        else:
            with tracing.request(scope) as span:
                state.trace_id = span.trace_id
                status = await self._respond(scope, receive, send)
                route = template_of(scope) or state.route_template
                span.finish(method=state.method, route=route, status=status)
        await self._touch(scope, state)

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> int:
        """Let the application respond, log and count it; return the status."""
        started = time.perf_counter()
        state = request_state(scope)
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
                pass  # the client has disconnected, so there is nothing to send or log
            except Exception as error:
                if status is not None:
                    # Part of the response is sent: only a broken connection shows the failure.
                    internal_error(Request(scope), error)
                    raise
                await internal_error(Request(scope), error)(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            _note(scope, state, CLIENT_CLOSED if status is None else status, seconds)
        return CLIENT_CLOSED if status is None else status

    async def _open_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give a WebSocket handshake an id; a refusal over HTTP has the common header fields."""
        state = request_state(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "websocket.http.response.start":
                message = {**message, "headers": await _with_headers(message, scope, state)}
            await send(message)

        await self.app(scope, receive, send_with_headers)

    async def _touch(self, scope: Scope, state: RequestState) -> None:
        """Write the last use of a key, after the answer and at most once a minute."""
        key_id = state.key_to_touch
        now = time.monotonic()
        if key_id is None or now - self._touched.get(key_id, -1e9) < TOUCH_INTERVAL_SECONDS:
            return
        self._touched[key_id] = now
        try:
            await app_state(scope).touch_key(key_id)
        except DatabaseAway as error:
            logger.warning(
                "key_not_touched request_id=%s reason=%s", state.request_id, error.outage
            )
        except Exception:
            # The response is sent and correct: failing to record the use is no failure of it.
            logger.warning("key_not_touched request_id=%s", state.request_id, exc_info=True)


async def _with_headers(message: Message, scope: Scope, state: RequestState) -> list[Field]:
    is_last = await count_refusal(scope, message["status"])
    fields = with_common_headers(message["headers"], _rate_headers(scope, state))
    if is_last:
        fields.append((b"connection", b"close"))
    fields.append((REQUEST_ID, state.request_id.encode()))
    return fields


def _rate_headers(scope: Scope, state: RequestState) -> dict[str, str]:
    if state.quota is not None:
        return state.quota.headers()
    policy = app_state(scope).limiter.policy
    return {"RateLimit-Policy": policy} if policy else {}


def _note(scope: Scope, state: RequestState, status: int, seconds: float) -> None:
    origin = UNKNOWN
    if is_logged():
        addresses = app_state(scope).limiter.addresses
        origin = origin_of(scope["headers"], scope["client"], addresses)
        if state.trace_id is not None:
            origin = origin._replace(trace_id=state.trace_id)
    note_request(
        app_state(scope).metrics,
        method=state.method,
        path=scope["path"],
        route=template_of(scope) or state.route_template,
        status=status,
        seconds=seconds,
        request_id=state.request_id,
        principal=state.principal,
        origin=origin,
    )
