"""The caching middleware, the outermost ASGI layer: serves public reads from the response cache.

Reads are GET and HEAD, and queries by POST, whose bodies are read ahead.

Cache misses are single flight: one request fills an entry, and followers that ask for the same wait
until it is admitted. Design and figures: docs/adr/0010-the-edge-and-the-wire.md.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import PreconditionFailed
from app.web.admission.counting import count_public_read
from app.web.caching.fast_path import PostedFastPath, ReadFastPath
from app.web.caching.posted import (
    MAX_BODY_BYTES,
    POSTED_PATH,
    PostedQuery,
    body_key_of,
    read_ahead,
)
from app.web.caching.public_targets import canonical
from app.web.caching.response_cache import Begun, CachedResponse, ResponseCache
from app.web.http.headers import REQUEST_ID, new_request_id
from app.web.http.request_head import RequestHead, read_head, read_post_head
from app.web.http.route_match import template_of
from app.web.limits.rate_limit import Quota
from app.web.middleware.fast_path_result import FastPathResult, rate_fields
from app.web.middleware.fast_paths import FastPaths, PostedRequest
from app.web.middleware.single_flight import Fill, Key
from app.web.observability.origin import is_sampled, origin_of
from app.web.observability.request_log import note_cached
from app.web.state import AppState, request_state

logger = logging.getLogger(__name__)

MAX_WAIT_SECONDS = 2.0
"""How long a follower waits for the request that fills its entry; then it proceeds on its own.

A cold read takes less than 200 ms on a busy machine. Beyond this the first request is stuck, for
example behind a database that does not answer.
"""

_METHODS = frozenset({"GET", "HEAD"})

_ENDLESS = b"text/event-stream"
"""Such a response has no end and is never cached: requests for it are not single flight."""

_LONG_POLL = b"/v1/events"
"""Its response may take half a minute and is never cached; the same applies."""


class _Asked(NamedTuple):
    """A request that may have a cached response."""

    target: bytes
    """What it is looked up by: its URL, or the key of its body."""
    path: bytes
    """For the log."""
    head: RequestHead
    started: float
    body: bytes = b""
    posted: PostedQuery | None = None
    """Of a POST. The rate limit counts it even if its response is cached."""


class _Found(NamedTuple):
    """What was found for a request: an outcome, or the entry that this request fills."""

    result: FastPathResult | None = None
    fill: Fill | None = None


class CachingMiddleware:
    """Serves public reads of the application whose state is given."""

    def __init__(
        self,
        app: ASGIApp,
        state: AppState,
        fast_paths: Sequence[ReadFastPath] = (),
        posted: PostedFastPath | None = None,
    ) -> None:
        self.app = app
        self.state = state
        self.fast_paths = FastPaths(state, fast_paths, posted)
        self._fills: dict[Key, Fill] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        if scope["type"] == "http" and request_state(scope).is_counted:
            pass  # the protocol class took the fast path, and found no response
        elif scope["type"] == "http" and scope["method"] in _METHODS:
            head = read_head(scope["headers"])
            if head is not None:
                target = _target(scope)
                asked = _Asked(target, target, head, started)
                await self._serve(asked, scope, receive, send)
                return
        elif _is_posted_query(scope):
            await self._serve_post(started, scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _serve_post(self, started: float, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a body ahead and look it up; without a response the routes get it untouched."""
        max_bytes = min(MAX_BODY_BYTES, self.state.settings.max_body_bytes)
        head = read_post_head(scope["headers"], max_bytes=max_bytes)
        if head is not None:
            body, receive = await read_ahead(receive)
            if body is not None:
                key = body_key_of(body)
                posted = request_state(scope).posted = PostedQuery()
                asked = _Asked(key, POSTED_PATH, head, started, body, posted)
                await self._serve(asked, scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _serve(self, asked: _Asked, scope: Scope, receive: Receive, send: Send) -> None:
        answers = self.state.response_cache
        try:
            result, fill = await self._find(answers, asked, scope)
        except Exception as error:
            # The inner layers answer it as any unexpected error: masked, logged and counted.
            request_state(scope).cache_failure = error
            await self.app(scope, receive, send)
            return
        if result is not None and result.cached is not None:
            await self._send(result.cached, asked, scope, send, result.quota)
            return
        if result is not None:
            result.hand_over(request_state(scope))
        await self._serve_by_routes(answers, asked.target, fill, scope, receive, send)

    async def _find(self, answers: ResponseCache, asked: _Asked, scope: Scope) -> _Found:
        """Look the response up, wait for the request that makes it, or become that request."""
        target, head = asked.target, asked.head
        ready = answers.find(target, head) or await answers.prepare(target, head)
        if ready is not None:
            return _Found(await self._judge(ready, asked, scope))
        accept = head.get(b"accept")
        if (accept is not None and _ENDLESS in accept) or target.startswith(_LONG_POLL):
            return _Found()
        key: Key = (target, accept)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + MAX_WAIT_SECONDS
        while (other := self._fills.get(key)) is not None:
            if not await other.wait(deadline - loop.time()):
                continue  # one of its followers takes its place
            ready = await answers.prepare(target, head)
            if ready is not None:
                return _Found(await self._judge(ready, asked, scope))
            # The first request produced nothing cacheable, or takes too long: do not queue again.
            return _Found(await self._read(asked, scope))
        fill = Fill(self._fills, key)
        try:
            result = await self._read(asked, scope)
        except BaseException:
            fill.end(is_answered=False)
            raise
        if result is not None and (result.cached is not None or result.refusal is not None):
            fill.end(is_answered=True)
        return _Found(result, fill)

    async def _judge(
        self, ready: CachedResponse, asked: _Asked, scope: Scope
    ) -> FastPathResult | None:
        """Judge the conditions of a GET beside its cached response; count a POST."""
        result = _cached(ready)
        if asked.posted is None:
            return await self._check_preconditions(result, asked.head, scope)
        quota = await count_public_read(self.state.limiter, scope["client"], scope["headers"])
        if quota is not None and quota.exceeded:
            return FastPathResult(None, quota, None, result.route)  # the gate answers 429
        return result._replace(quota=quota)

    async def _read(self, asked: _Asked, scope: Scope) -> FastPathResult | None:
        """Take the fast path; `None` if none fits the request."""
        client, fields = scope["client"], scope["headers"]
        if asked.posted is not None:
            posted = PostedRequest(asked.target, asked.body, asked.head, asked.posted)
            return await self.fast_paths.execute(posted, client, fields)
        result = await self.fast_paths.read(asked.target, asked.head, client, fields)
        return await self._check_preconditions(result, asked.head, scope)

    async def _check_preconditions(
        self, result: FastPathResult | None, head: RequestHead, scope: Scope
    ) -> FastPathResult | None:
        """Return the result, or a counted refusal if a precondition of the request fails."""
        if b"if-match" not in head and b"if-unmodified-since" not in head:
            return result
        if result is None or result.cached is None:
            return result
        try:
            result.cached.select(head)
        except PreconditionFailed as error:
            quota = result.quota or await count_public_read(
                self.state.limiter, scope["client"], scope["headers"]
            )
            is_exceeded = quota is not None and quota.exceeded
            return FastPathResult(None, quota, None if is_exceeded else error, result.route)
        return result

    async def _serve_by_routes(
        self,
        answers: ResponseCache,
        target: bytes,
        fill: Fill | None,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Let the routes respond, and cache the response before its first byte is sent.

        A client that is slow to read must not hold up the followers.
        """
        begun = answers.begin()

        async def send_admitted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._admit(answers, target, scope, begun)
                if fill is not None:
                    fill.end(is_answered=True)
            await send(message)

        try:
            await self.app(scope, receive, send_admitted)
        finally:
            if fill is not None:
                fill.end(is_answered=False)

    @staticmethod
    def _admit(answers: ResponseCache, target: bytes, scope: Scope, begun: Begun) -> None:
        state = request_state(scope)
        posted = state.posted
        key = target if posted is None else posted.answer_key
        if key is None:
            return
        try:
            if state.representation is not None:
                answers.admit(
                    key,
                    state.representation,
                    offered=state.offered,
                    route=template_of(scope) or state.route_template,
                    begun=begun,
                    group=None if posted is None else posted.document,
                )
            if posted is not None:
                answers.add_alias(target, key)
        except Exception:
            # This response is correct; the next request makes it again.
            logger.exception("answer_not_cached request_id=%s", state.request_id)

    async def _send(
        self,
        ready: CachedResponse,
        asked: _Asked,
        scope: Scope,
        send: Send,
        quota: Quota | None = None,
    ) -> None:
        request_id = new_request_id()
        status, fields = ready.select(asked.head)
        fields = [*fields, *rate_fields(quota), (REQUEST_ID, request_id.encode())]
        await send({"type": "http.response.start", "status": status, "headers": fields})
        body = b"" if status == 304 or scope["method"] == "HEAD" else ready.body
        await send({"type": "http.response.body", "body": body, "more_body": False})
        seconds = time.perf_counter() - asked.started
        addresses = self.state.limiter.addresses
        note_cached(
            self.state.metrics,
            method=scope["method"],
            target=asked.path,
            route=ready.route,
            status=status,
            seconds=seconds,
            request_id=request_id,
            origin=lambda: origin_of(scope["headers"], scope["client"], addresses),
        )
        if self.state.tracing is not None and is_sampled(scope["headers"]):
            self.state.tracing.note(scope, route=ready.route, status=status, seconds=seconds)


def _cached(ready: CachedResponse) -> FastPathResult:
    return FastPathResult(ready, None, None, ready.route)


def _is_posted_query(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] == "POST" and _target(scope) == POSTED_PATH


def _target(scope: Scope) -> bytes:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return canonical(b"%b?%b" % (path, query)) if query else path
