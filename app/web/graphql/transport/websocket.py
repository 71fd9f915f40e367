"""`/graphql` as a WebSocket with the subprotocol `graphql-transport-ws`.

Subscriptions, and queries as single results. Mutations are refused: they need a header field
`Idempotency-Key`, for which the protocol has no place.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, assert_never

import orjson
from starlette.requests import Request
from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.content.access import Principal
from app.errors import (
    BadRequest,
    DatabaseAway,
    MorningPostError,
    NotFound,
    RateLimited,
    Unauthenticated,
)
from app.web.admission.counting import caller_of, count_operation
from app.web.admission.credentials import authenticate
from app.web.graphql.documents.errors import format_errors, refusal_of
from app.web.graphql.transport.answers import body_of
from app.web.graphql.transport.http import context_for
from app.web.graphql.transport.messages import (
    SUBPROTOCOL,
    CloseCode,
    Complete,
    ConnectionInit,
    Message,
    Ping,
    Pong,
    SocketRefused,
    Subscribe,
    frame,
    read_message,
)
from app.web.graphql.transport.service import service_of
from app.web.graphql.transport.subscription_source import (
    Subscriber,
    outcomes_of,
    refusal_from,
    select_operation,
)
from app.web.http.headers import REQUEST_ID, new_request_id
from app.web.limits.allowance import Allowance
from app.web.limits.shares import take_share
from app.web.problems.handlers import error_response
from app.web.state import app_state, request_state

logger = logging.getLogger(__name__)

INIT_SECONDS = 10.0
"""Time until `connection_init`, from the opening of the socket (contract)."""
MAX_OPERATIONS = 100
"""Concurrent subscriptions and queries on one socket."""
MAX_CONTROL_MESSAGES, CONTROL_SECONDS = 300, 60.0
"""`ping`, `pong` and `complete` messages in a window; clients send a ping every few seconds.
Operations count as requests instead, together with the `complete` that ends them."""
MAX_REASON_BYTES = 123
"""Length of the reason of a close frame (RFC 6455, section 5.5)."""

_CREDENTIAL = b"authorization"


async def refuse_socket(websocket: WebSocket) -> None:
    """Refuse a WebSocket on any other path with 404."""
    error = NotFound("not_found", "There is no socket here; GraphQL has one at /graphql.")
    await websocket.send_denial_response(await error_response(_as_request(websocket.scope), error))


async def serve_socket(websocket: WebSocket) -> None:
    """Serve one client until either side closes the socket."""
    request = _as_request(websocket.scope)
    sockets = service_of(request).sockets
    try:
        principal = await authenticate(request)
        await count_operation(request, principal)
        caller = caller_of(request, principal)
        take_share(sockets, caller, "too_many_sockets", of="sockets", end="close")
    except (Unauthenticated, RateLimited, DatabaseAway) as error:
        await websocket.send_denial_response(await error_response(request, error))
        return
    try:
        await _open(websocket, request)
    finally:
        sockets.leave(caller)


async def _open(websocket: WebSocket, request: Request) -> None:
    """Accept a socket and serve it, or close it for its subprotocol."""
    refusal: SocketRefused | None = None
    name = (REQUEST_ID, request_state(request).request_id.encode())
    if SUBPROTOCOL in websocket.scope["subprotocols"]:
        await websocket.accept(SUBPROTOCOL, [name])
    else:
        await websocket.accept(None, [name])
        refusal = SocketRefused(
            CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, f"Subprotocol not acceptable: {SUBPROTOCOL} is"
        )
    await _Socket(websocket, request).run(refusal)


class _Socket:
    """One open socket; `request` is its handshake, with the credential in force."""

    def __init__(self, websocket: WebSocket, request: Request) -> None:
        self._websocket = websocket
        self._request = request
        self._is_initialised = False
        self._control_messages = Allowance(MAX_CONTROL_MESSAGES, seconds=CONTROL_SECONDS)
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading: asyncio.Task[Any] | None = None
        self._refusal: SocketRefused | None = None
        """Set by an operation that closes the socket."""

    async def run(self, refusal: SocketRefused | None) -> None:
        """Handle messages until the socket closes; with a refusal only close it."""
        self._reading = asyncio.current_task()
        assert self._reading is not None
        try:
            if refusal is None:
                await self._handle_all()
        except SocketRefused as error:
            refusal = error
        except asyncio.CancelledError:
            if self._refusal is None:
                raise
            self._reading.uncancel()
            refusal = self._refusal
        except (WebSocketDisconnect, DatabaseAway) as gone:
            if isinstance(gone, DatabaseAway):
                refusal = SocketRefused(CloseCode.TRY_AGAIN_LATER, gone.detail)
        except Exception:
            logger.exception("socket_failed request_id=%s", request_state(self._request).request_id)
            refusal = SocketRefused(CloseCode.INTERNAL_ERROR, "Internal server error")
        finally:
            await self._end_all()
        if refusal is not None:
            with suppress(WebSocketDisconnect):
                await self._websocket.close(refusal.code, _cut(refusal.reason))

    async def _handle_all(self) -> None:
        try:
            async with asyncio.timeout(INIT_SECONDS) as deadline:
                while True:
                    message = await self._next_message()
                    if isinstance(message, ConnectionInit):
                        deadline.reschedule(None)
                    await self._handle(message)
        except TimeoutError as error:
            if not deadline.expired():
                raise
            raise SocketRefused(
                CloseCode.INITIALISATION_TIMEOUT, "Connection initialisation timeout"
            ) from error

    async def _next_message(self) -> Message:
        received = await self._websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1005))
        text: str | None = received.get("text")
        if text is None:
            raise SocketRefused(CloseCode.BAD_REQUEST, "Messages are text, not binary")
        return read_message(text)

    async def _handle(self, message: Message) -> None:
        match message:
            case ConnectionInit():
                await self._begin(message)
            case Ping():
                self._count_control_message()
                await self._send(frame("pong", payload=message.payload))
            case Pong():
                self._count_control_message()
            case Subscribe():
                await self._subscribe(message)
            case Complete():
                task = self._operations.pop(message.id, None)
                if task is not None:
                    task.cancel()
                else:
                    self._count_control_message()
            case _:
                assert_never(message)

    def _count_control_message(self) -> None:
        """Count a message that is not a request. Raises `SocketRefused` above the limit."""
        if not self._control_messages.take():
            raise SocketRefused(CloseCode.TOO_MANY_CONTROL_MESSAGES, "Too many control messages")

    async def _begin(self, message: ConnectionInit) -> None:
        if self._is_initialised:
            raise SocketRefused(
                CloseCode.TOO_MANY_INITIALISATIONS, "Too many initialisation requests"
            )
        credential = _credential_in(message.payload or {})
        if credential is not None:
            self._request = _with_credential(self._request, credential)
            await self._principal()
        self._is_initialised = True
        await self._send(frame("connection_ack"))

    async def _subscribe(self, message: Subscribe) -> None:
        if not self._is_initialised:
            raise SocketRefused(CloseCode.UNAUTHORIZED, "Unauthorized")
        if message.id in self._operations:
            raise SocketRefused(
                CloseCode.SUBSCRIBER_EXISTS, f"Subscriber for {message.id} already exists"
            )
        request_id = new_request_id()
        try:
            # Authenticate each operation: a key may be revoked while a socket is open.
            principal = await self._principal()
            await count_operation(self._request, principal)
            if len(self._operations) >= MAX_OPERATIONS:
                raise RateLimited(
                    "too_many_subscriptions",
                    f"A socket has at most {MAX_OPERATIONS} operations at a time; complete one.",
                )
        except MorningPostError as error:
            await self._send(_error_frame(message.id, error, request_id))
            return
        task = asyncio.create_task(self._carry_out(message, principal, request_id))
        self._operations[message.id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, message: Subscribe, principal: Principal, request_id: str) -> None:
        """Send the results of one operation, and `complete` or `error`."""
        last = frame("complete", id_=message.id)
        try:
            await self._send_results(message, principal, request_id)
        except WebSocketDisconnect:
            return  # the receiving task sees it too
        except SocketRefused as error:
            self._close_for(error)
            return
        except Exception as error:
            last = _error_frame(message.id, error, request_id)
        # Free the id before the last message: the client may use it again at once.
        if self._operations.get(message.id) is asyncio.current_task():
            del self._operations[message.id]
        with suppress(WebSocketDisconnect):
            await self._send(last)

    def _close_for(self, refusal: SocketRefused) -> None:
        """Close the socket from within an operation: interrupt the task that reads messages."""
        if self._refusal is None and self._reading is not None:
            self._refusal = refusal
            self._reading.cancel()

    async def _send_results(
        self, message: Subscribe, principal: Principal, request_id: str
    ) -> None:
        service = service_of(self._request)
        selected = await select_operation(service, message.request)
        if selected.kind == "mutation":
            raise refusal_of(
                BadRequest(
                    "mutation_transport",
                    "Mutations are sent by POST, where they can have an Idempotency-Key.",
                )
            )
        context = context_for(self._request, principal)
        subscriber = Subscriber(caller_of(self._request, principal), check_key=self._principal)
        async with outcomes_of(selected, context, service.subscriptions, subscriber) as outcomes:
            async for outcome in outcomes:
                body = orjson.Fragment(body_of(outcome, request_id=request_id))
                await self._send(frame("next", id_=message.id, payload=body))

    async def _principal(self) -> Principal:
        """Authenticate the caller. Raises `SocketRefused` for an invalid or revoked credential."""
        try:
            principal = await authenticate(self._request)
        except Unauthenticated as error:
            raise _forbidden() from error
        state = request_state(self._request)
        key_id, state.key_to_touch = state.key_to_touch, None
        if key_id is not None:
            try:
                await app_state(self._request).touch_key(key_id)
            except Exception:
                # As over HTTP, a failure to record the use of a key fails no operation.
                logger.warning("key_not_touched request_id=%s", state.request_id, exc_info=True)
        return principal

    async def _send(self, text: str) -> None:
        await self._websocket.send_text(text)

    async def _end_all(self) -> None:
        """Cancel all operations; nothing may be sent after a close frame."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _as_request(scope: Scope) -> Request:
    """Return the handshake as a request."""
    return Request({**scope, "type": "http", "method": "GET"})


def _with_credential(request: Request, credential: object) -> Request:
    """Return the handshake with the credential of `connection_init`."""
    # Anything but a string is an invalid key, and is refused as one.
    value = credential.encode("latin-1", "replace") if isinstance(credential, str) else b""
    others = [field for field in request.scope["headers"] if field[0].lower() != _CREDENTIAL]
    return Request({**request.scope, "headers": [*others, (_CREDENTIAL, value)]})


def _credential_in(payload: Mapping[str, Any]) -> object:
    """Return the credential of a `connection_init`, whatever its case; `None` without one."""
    for name, value in payload.items():
        if name.lower() == _CREDENTIAL.decode():
            return value
    return None


def _error_frame(id_: str, error: Exception, request_id: str) -> str:
    refusal = refusal_from(error)
    errors = format_errors(refusal.errors, request_id=request_id, code=refusal.code)
    return frame("error", id_=id_, payload=errors)


def _forbidden() -> SocketRefused:
    return SocketRefused(CloseCode.FORBIDDEN, "Forbidden")


def _cut(reason: str) -> str:
    return reason.encode("utf-8", "replace")[:MAX_REASON_BYTES].decode("utf-8", "ignore")
