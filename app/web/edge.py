"""The outermost ASGI layer: answers public reads from ready bytes, and keeps what routes answer.

One request at a time fills a place; those that ask for the same meanwhile wait for it. Why it
stands outside of everything else: docs/adr/0010-the-edge-and-the-wire.md.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from starlette.datastructures import State
from starlette.types import ASGIApp, Receive, Scope, Send

from app.content.access import PUBLIC
from app.errors import MorningPostError
from app.web.common_headers import REQUEST_ID, new_request_id
from app.web.negotiation import best_encoding
from app.web.page_target import canonical
from app.web.rate_limit import Quota, RateLimiter
from app.web.ready import Ready, ReadyAnswers, unchanged_for
from app.web.representation import Representation
from app.web.request_head import RequestHead, read_head, text_of
from app.web.request_log import note_ready
from app.web.route_match import template_of
from app.web.shortcut import Shortcut

_METHODS = frozenset({"GET", "HEAD"})

_FORWARDED_FOR = b"x-forwarded-for"

_ENDLESS = b"text/event-stream"
"""Nobody may wait until such an answer is over."""

Fields = Sequence[tuple[bytes, bytes]]
_Key = tuple[bytes, bytes | None]


class Taken(NamedTuple):
    """What came of a short way: an answer, or what keeps from one."""

    ready: Ready | None
    quota: Quota | None
    refusal: MorningPostError | None
    route: str

    def tell(self, state: dict[str, Any]) -> None:
        """Tell those who come after: the gate counts no more, and what is refused stays so."""
        state["quota"] = self.quota
        state["route_template"] = self.route
        if self.refusal is not None:
            state["refusal"] = self.refusal


class Edge:
    """Stands before an application; `state` is that application's."""

    def __init__(self, app: ASGIApp, state: State, shortcuts: Sequence[Shortcut] = ()) -> None:
        self.app = app
        self.state = state
        self.shortcuts = shortcuts
        self._filling: dict[_Key, asyncio.Future[None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answers: ReadyAnswers | None = getattr(self.state, "ready", None)
        if scope["type"] != "http" or scope["method"] not in _METHODS or answers is None:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        head = read_head(scope["headers"])
        if head is None or (head.accept is not None and _ENDLESS in head.accept):
            await self.app(scope, receive, send)
            return
        target = _target(scope)
        ready = answers.find(target, head) or await answers.prepare(target, head)
        if ready is None and (filling := self._filling.get((target, head.accept))) is not None:
            await asyncio.shield(filling)
            ready = await answers.prepare(target, head)
        if ready is not None:
            await self._send(ready, target, head, scope, send, started)
            return
        key: _Key = (target, head.accept)
        # A second one to come here waited for a first that left nothing: he waits for nobody more.
        is_first = key not in self._filling
        if is_first:
            self._filling[key] = asyncio.get_running_loop().create_future()
        try:
            taken = await self.go_short(target, head, scope["client"], scope["headers"])
            if taken is not None and taken.ready is not None:
                await self._send(taken.ready, target, head, scope, send, started, taken.quota)
                return
            if taken is not None:
                taken.tell(scope.setdefault("state", {}))
            await self._go_round(answers, target, scope, receive, send)
        finally:
            if is_first:
                self._filling.pop(key).set_result(None)

    async def go_short(
        self, target: bytes, head: RequestHead, client: tuple[str, int] | None, fields: Fields
    ) -> Taken | None:
        """Read what a request asks for without the framework; `None` where no way leads there."""
        for shortcut in self.shortcuts:
            name = shortcut.name_in(target, text_of(head.accept))
            if name is not None:
                break
        else:
            return None
        answers: ReadyAnswers = self.state.ready
        quota = await self._count(client, fields)
        if quota is not None and quota.exceeded:
            return Taken(None, quota, None, shortcut.route)  # the gate says so
        begun = answers.begin()
        try:
            representation = await shortcut.represent(self.state, name)
        except MorningPostError as error:
            return Taken(None, quota, error, shortcut.route)
        except Exception:
            # Nobody expected it: the routes will meet it again, where it is logged and masked.
            return Taken(None, quota, None, shortcut.route)
        answers.admit(
            target,
            representation,
            offered=shortcut.offered,
            route=shortcut.route,
            begun=begun,
        )
        coding = representation.coding(best_encoding(text_of(head.accept_encoding)))
        await representation.pack(coding)
        ready = answers.make_ready(representation, coding, route=shortcut.route)
        return Taken(ready, quota, None, shortcut.route)

    async def _go_round(
        self, answers: ReadyAnswers, target: bytes, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let the routes answer, and keep what they leave."""
        begun = answers.begin()
        await self.app(scope, receive, send)
        state: dict[str, Any] = scope.get("state", {})
        representation: Representation | None = state.get("representation")
        if representation is not None:
            answers.admit(
                target,
                representation,
                offered=state.get("offered"),
                route=template_of(scope),
                begun=begun,
            )

    async def _count(self, client: tuple[str, int] | None, fields: Fields) -> Quota | None:
        limiter: RateLimiter = self.state.limiter
        if limiter.rate is None:
            return None
        forwarded = [value.decode("latin-1") for name, value in fields if name == _FORWARDED_FOR]
        identity = limiter.identity_of(
            PUBLIC, client[0] if client else None, ", ".join(forwarded) or None
        )
        return await limiter.hit(identity)

    async def _send(
        self,
        ready: Ready,
        target: bytes,
        head: RequestHead,
        scope: Scope,
        send: Send,
        started: float,
        quota: Quota | None = None,
    ) -> None:
        request_id = new_request_id()
        unchanged = unchanged_for(ready, head)
        status, fields = (304, ready.unchanged) if unchanged else (200, ready.whole)
        fields = [*fields, *rate_fields(quota), (REQUEST_ID, request_id.encode())]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        body = b"" if unchanged or scope["method"] == "HEAD" else ready.body
        await send({"type": "http.response.body", "body": body, "more_body": False})
        note_ready(
            self.state.metrics,
            scope["method"],
            target,
            ready.route,
            status,
            time.perf_counter() - started,
            request_id,
        )


def rate_fields(quota: Quota | None) -> list[tuple[bytes, bytes]]:
    """What a counted answer bears beside the policy."""
    return [] if quota is None else [(b"ratelimit", quota.field.encode())]


def _target(scope: Scope) -> bytes:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return canonical(b"%b?%b" % (path, query)) if query else path
