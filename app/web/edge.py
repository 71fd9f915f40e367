"""The outermost ASGI layer: answers public reads from ready bytes, and keeps what routes answer.

One request at a time fills a place; those that ask for the same meanwhile wait for it. Why it
stands outside of everything else: docs/adr/0010-the-edge-and-the-wire.md.
"""

import asyncio
import time
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.common_headers import REQUEST_ID, new_request_id
from app.web.ready import Ready, ReadyAnswers, unchanged_for
from app.web.request_head import RequestHead, read_head
from app.web.request_log import note_request
from app.web.route_match import template_of

_METHODS = frozenset({"GET", "HEAD"})

_Key = tuple[bytes, bytes | None]


class Edge:
    """Put it on last with `app.add_middleware`, so that it is outermost."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._filling: dict[_Key, asyncio.Future[None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _METHODS:
            await self.app(scope, receive, send)
            return
        answers: ReadyAnswers | None = getattr(scope["app"].state, "ready", None)
        head = read_head(scope["headers"])
        if answers is None or head is None:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        target = _target(scope)
        ready = answers.find(target, head) or await answers.prepare(target, head)
        if ready is None and (filling := self._filling.get((target, head.accept))) is not None:
            await asyncio.shield(filling)
            ready = await answers.prepare(target, head)
        if ready is None:
            await self._fill(answers, target, head, scope, receive, send)
        else:
            await _send_ready(ready, head, scope, send, started)

    async def _fill(
        self,
        answers: ReadyAnswers,
        target: bytes,
        head: RequestHead,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Let the routes answer, and keep what they leave."""
        key: _Key = (target, head.accept)
        # A second one to come here waited for a first that left nothing: he waits for nobody more.
        is_first = key not in self._filling
        if is_first:
            self._filling[key] = asyncio.get_running_loop().create_future()
        generation = answers.generation
        try:
            await self.app(scope, receive, send)
            state: dict[str, Any] = scope.get("state", {})
            representation = state.get("representation")
            if representation is not None:
                answers.admit(
                    target,
                    representation,
                    offered=state.get("offered"),
                    route=template_of(scope),
                    generation=generation,
                )
        finally:
            if is_first:
                self._filling.pop(key).set_result(None)


def _target(scope: Scope) -> bytes:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return b"%b?%b" % (path, query) if query else path


async def _send_ready(
    ready: Ready, head: RequestHead, scope: Scope, send: Send, started: float
) -> None:
    request_id = new_request_id()
    unchanged = unchanged_for(ready, head)
    fields = [*(ready.unchanged if unchanged else ready.whole), (REQUEST_ID, request_id.encode())]
    status = 304 if unchanged else 200
    await send({"type": "http.response.start", "status": status, "headers": fields})
    body = b"" if unchanged or scope["method"] == "HEAD" else ready.body
    await send({"type": "http.response.body", "body": body, "more_body": False})
    note_request(
        scope["app"].state.metrics,
        method=scope["method"],
        path=scope["path"],
        route=ready.route,
        status=status,
        seconds=time.perf_counter() - started,
        request_id=request_id,
    )
