"""Taking the fast paths: reads, and queries by POST, that are answered without the routes."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, NamedTuple, TypeVar

from app.database.replica import read_as_public
from app.errors import MorningPostError
from app.web.admission.counting import count_public_read
from app.web.caching.fast_path import PostedFastPath, ReadFastPath, SelectedQuery, SelectedRead
from app.web.caching.posted import PostedQuery
from app.web.http.negotiation import best_encoding, best_media_type
from app.web.http.representation import Representation
from app.web.http.request_head import RequestHead, text_of
from app.web.limits.rate_limit import Quota
from app.web.middleware.fast_path_result import FastPathResult
from app.web.state import AppState

T = TypeVar("T")

Fields = Sequence[tuple[bytes, bytes]]

MAX_WAITED = 1024
"""Targets of reads that are remembered to have waited."""


class Waits(RuntimeError):
    """A coroutine that was to run to its end without a task has suspended."""


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end without a task. Raises `Waits` if it suspends, and closes it."""
    try:
        work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    work.close()
    raise Waits


class PostedRequest(NamedTuple):
    """A query by POST that was looked up in the response cache."""

    key: bytes
    """The key of its body."""
    body: bytes
    head: RequestHead
    posted: PostedQuery


class FastPaths:
    """The fast paths of one application."""

    def __init__(
        self, state: AppState, reads: Sequence[ReadFastPath], posted: PostedFastPath | None
    ) -> None:
        self.state = state
        self._reads = reads
        self._posted = posted
        self._have_waited: set[bytes] = set()
        """Targets of reads that waited, although they seemed not to: they run in a task."""

    async def read(
        self, target: bytes, head: RequestHead, client: tuple[str, int] | None, fields: Fields
    ) -> FastPathResult | None:
        """Take the fast path; `None` if none fits the request."""
        selected = self._select_read(target, head)
        if selected is None:
            return None
        quota = await count_public_read(self.state.limiter, client, fields)
        return await self._read(selected, target, head, quota)

    def read_at_once(
        self,
        target: bytes,
        head: RequestHead,
        client: tuple[str, int] | None,
        fields: Fields,
        *,
        may_be_long: bool,
    ) -> tuple[FastPathResult | None, bool]:
        """Read what waits for nothing, and say whether it was long; `None` as in `read`.

        Any other result has to be handed over, since the request was counted.
        """
        selected = self._select_read(target, head)
        if selected is None or (selected.is_long and not may_be_long):
            return None, False
        if not selected.reads_at_once or target in self._have_waited:
            return None, False
        if best_encoding(text_of(head.get(b"accept-encoding"))) != "identity":
            return None, False  # compression waits for a thread
        quota = at_once(count_public_read(self.state.limiter, client, fields))
        try:
            result = at_once(self._read(selected, target, head, quota))
        except Waits:
            # The routes begin anew, and what they respond is not cached.
            if len(self._have_waited) >= MAX_WAITED:
                self._have_waited.clear()
            self._have_waited.add(target)
            result = FastPathResult(None, quota, None, selected.route)
        return result, selected.is_long

    def _select_read(self, target: bytes, head: RequestHead) -> SelectedRead | None:
        for fast_path in self._reads:
            selected = fast_path.select(target, head.get(b"accept"))
            if selected is not None:
                return selected
        return None

    async def _read(
        self, selected: SelectedRead, target: bytes, head: RequestHead, quota: Quota | None
    ) -> FastPathResult:
        answers = self.state.response_cache
        begun = answers.begin()

        async def represent() -> Representation | None:
            representation, offered = await selected.represent()
            if representation is not None:
                answers.admit(
                    target, representation, offered=offered, route=selected.route, begun=begun
                )
            return representation

        return await self._represented(represent, quota, head, selected.route)

    async def execute(
        self, request: PostedRequest, client: tuple[str, int] | None, fields: Fields
    ) -> FastPathResult | None:
        """Carry out a query by POST; `None` if the fast path does not serve it."""
        selected = self._select(request)
        if selected is None:
            return None
        quota = await count_public_read(self.state.limiter, client, fields)
        return await self._carried_out(request, *selected, quota)

    def execute_at_once(
        self, request: PostedRequest, client: tuple[str, int] | None, fields: Fields
    ) -> FastPathResult | None:
        """Carry out a query that waits for nothing; `None` leaves it to the middleware.

        Any other result has to be handed over, since the request was counted.
        """
        ready = self.state.response_cache.find(request.key, request.head)
        selected = None
        if ready is None:
            selected = self._select(request)
            if selected is None or not selected[0].reads_at_once:
                return None
            if best_encoding(text_of(request.head.get(b"accept-encoding"))) != "identity":
                return None  # compression waits for a thread
        quota = at_once(count_public_read(self.state.limiter, client, fields))
        result = FastPathResult(ready, quota, None, None if ready is None else ready.route)
        if quota is not None and quota.exceeded:
            result = result._replace(cached=None)  # the gate answers 429
        elif selected is not None:
            try:
                result = at_once(self._carried_out(request, *selected, quota, waits=False))
            except Waits:
                # The routes begin anew, and what they respond is not cached.
                selected[0].note_wait()
        return result._replace(posted=request.posted)

    def _select(self, request: PostedRequest) -> tuple[SelectedQuery, str] | None:
        """Find the query of a request and its media type, if the fast path serves both."""
        path = self._posted
        if path is None:
            return None
        form = best_media_type(text_of(request.head.get(b"accept")), path.offered)
        if form is None or form not in path.media_types:
            return None
        selected = path.select(request.body)
        return None if selected is None else (selected, form)

    async def _carried_out(
        self,
        request: PostedRequest,
        selected: SelectedQuery,
        form: str,
        quota: Quota | None,
        *,
        waits: bool = True,
    ) -> FastPathResult:
        path, answers, posted = self._posted, self.state.response_cache, request.posted
        assert path is not None, "it selected the query"
        begun = answers.begin()

        async def represent() -> Representation | None:
            representation = await selected.represent(posted, form, waits=waits)
            if representation is not None and posted.answer_key is not None:
                answers.admit(
                    posted.answer_key,
                    representation,
                    offered=path.offered,
                    route=path.route,
                    begun=begun,
                    group=posted.document,
                )
                answers.add_alias(request.key, posted.answer_key)
            return representation

        return await self._represented(represent, quota, request.head, path.route)

    async def _represented(
        self,
        represent: Callable[[], Awaitable[Representation | None]],
        quota: Quota | None,
        head: RequestHead,
        route: str,
    ) -> FastPathResult:
        """Make a representation for a counted request, and the response in its coding."""
        if quota is not None and quota.exceeded:
            return FastPathResult(None, quota, None, route)  # the gate answers 429
        read_as_public(True)
        try:
            representation = await represent()
        except MorningPostError as error:
            return FastPathResult(None, quota, error, route)
        except Exception:
            # The routes fail in the same way; there it is logged and masked.
            return FastPathResult(None, quota, None, route)
        if representation is None:
            return FastPathResult(None, quota, None, route)
        coding = representation.coding(best_encoding(text_of(head.get(b"accept-encoding"))))
        await representation.pack(coding)
        ready = self.state.response_cache.make_ready(representation, coding, route=route)
        return FastPathResult(ready, quota, None, route)
