"""`Framing`: refuses requests that no route should see; answers preflights and HEAD."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import MorningPostError
from app.web.http.framing import check_framing, is_preflight, preflight_response
from app.web.http.route_match import carry_over
from app.web.problems.handlers import error_response, problem_response
from app.web.state import request_state


class Framing:
    """Refuses malformed requests before routing; responds to preflights and HEAD."""

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
        state = request_state(scope)
        if state.cache_failure is not None:
            raise state.cache_failure
        if state.refusal is not None:
            await (await error_response(Request(scope), state.refusal))(scope, receive, send)
            return
        if is_preflight(scope):
            await preflight_response(scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _answer_head(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond like GET, without the body (RFC 9110, section 9.3.2)."""

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
