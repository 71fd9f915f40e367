"""Responses to reads: the whole representation, or 304 where the client has it already.

The rules of conditional requests are in `http/conditional.py`.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.config import Settings
from app.web.http.conditional import read_status
from app.web.http.negotiation import Encoding, best_encoding, combined
from app.web.http.representation import Freshness, Head, Lifetime, Representation
from app.web.http.request_head import conditions_of, text_of
from app.web.state import app_state, request_state


def answer(
    request: Request,
    body: bytes,
    *,
    media_type: str = "application/json",
    etag_stem: str | None = None,
    freshness: Freshness,
    vary_accept: bool = False,
    is_private: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer a GET of content: whole, or as 304 when the caller has it already.

    `body` is the identity form; `headers` stand on whole answers only. `is_private`: browsers may
    keep it and shared caches may not; our own cache does.

    Raises:
        PreconditionFailed: an `If-Match` or `If-Unmodified-Since` of this very read does not hold.
    """
    representation = Representation(
        body,
        media_type=media_type,
        stem=etag_stem,
        freshness=freshness,
        lifetime=lifetime_of(request, is_private=is_private),
        vary_accept=vary_accept,
        headers=headers,
    )
    return respond(request, representation)


def lifetime_of(request: Request, *, is_private: bool = False) -> Lifetime | None:
    """Return how long caches may keep an answer; `None` for one that was read with a key."""
    if "authorization" in request.headers:
        return None
    lifetime = public_lifetime(app_state(request).settings)
    return replace(lifetime, is_private=True) if is_private else lifetime


def public_lifetime(settings: Settings) -> Lifetime:
    """How long shared caches may keep what the public sees."""
    return _lifetime(
        settings.max_age,
        settings.stale_while_revalidate,
        edge_max_age=settings.edge_max_age,
        has_keys=settings.surrogate_keys,
    )


def lasting_lifetime(settings: Settings, *, max_age: int) -> Lifetime:
    """How long shared caches may keep a file that only a release replaces."""
    return _lifetime(
        max_age,
        0,
        edge_max_age=max(max_age, settings.edge_max_age) if settings.edge_max_age else 0,
        has_keys=settings.surrogate_keys,
    )


_lifetime = lru_cache(maxsize=16)(Lifetime)


def respond(request: Request, representation: Representation) -> Response:
    """Answer a GET with a representation: whole, or as 304. What is public is left to the edge.

    Raises:
        PreconditionFailed: an `If-Match` or `If-Unmodified-Since` of this very read does not hold.
    """
    state = request_state(request)
    if representation.lifetime is not None:
        state.representation = representation
    if state.wants_representation:
        return Response()
    conditions = conditions_of(request.scope["headers"])
    coding = representation.coding(best_encoding(text_of(conditions.get(b"accept-encoding"))))
    head = representation.head(coding, app_state(request).clock())
    is_unchanged = read_status(head, conditions) == 304
    return _ContentResponse(representation, coding, head, is_unchanged=is_unchanged)


def answer_whole(request: Request, representation: Representation) -> Response:
    """Answer with a representation whatever the conditions, as they do not apply to a POST."""
    if representation.is_kept:
        request_state(request).representation = representation
    coding = representation.coding(best_encoding(combined(request.headers, "accept-encoding")))
    head = representation.head(coding, app_state(request).clock())
    return _ContentResponse(representation, coding, head, is_unchanged=False)


class _ContentResponse(Response):
    """A representation on its way; packed only when it is sent."""

    def __init__(
        self, representation: Representation, coding: Encoding, head: Head, *, is_unchanged: bool
    ) -> None:
        self.status_code = 304 if is_unchanged else 200
        self.background = None
        self.body = b""
        self.raw_headers = [*head.common]
        self._representation = None if is_unchanged else representation
        self._coding = coding
        self._whole = head.whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._representation is not None:
            self.body = await self._representation.pack(self._coding)
            length = (b"content-length", str(len(self.body)).encode())
            self.raw_headers += [*self._whole, length]
        await super().__call__(scope, receive, send)


def private_answer(
    body: bytes,
    *,
    status: int = 200,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with what no cache may keep: writes, and reads of drafts, runs and keys."""
    return Response(
        body,
        status_code=status,
        media_type=media_type,
        headers={"Cache-Control": "private, no-store", **(headers or {})},
    )
