"""Conditions of a request and what they make of an answer: whole, 304, or 412.

The one place for all faces. RFC 9110, section 13.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.config import Settings
from app.errors import PreconditionFailed
from app.web.http.negotiation import Encoding, best_encoding, combined
from app.web.http.representation import Freshness, Head, Lifetime, Representation, etag_of

MAX_CONDITION_CHARACTERS = 8192
MAX_TAGS = 100

_TAG = re.compile(r'(W/)?"([^"]*)"')
_DATE_FORMS = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
_MAX_DATE_CHARACTERS = 40


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
    lifetime = public_lifetime(request.app.state.settings)
    if is_private:
        lifetime = replace(lifetime, is_private=True)
    representation = Representation(
        body,
        media_type=media_type,
        stem=etag_stem,
        freshness=freshness,
        lifetime=None if "authorization" in request.headers else lifetime,
        vary_accept=vary_accept,
        headers=headers,
    )
    return respond(request, representation)


def public_lifetime(settings: Settings) -> Lifetime:
    """How long shared caches may keep what the public sees."""
    return _lifetime(settings.max_age, settings.stale_while_revalidate)


_lifetime = lru_cache(maxsize=16)(Lifetime)


def respond(request: Request, representation: Representation) -> Response:
    """Answer a GET with a representation: whole, or as 304. What is public is left to the edge.

    Raises:
        PreconditionFailed: an `If-Match` or `If-Unmodified-Since` of this very read does not hold.
    """
    if representation.lifetime is not None:
        request.state.representation = representation
    coding = representation.coding(best_encoding(combined(request.headers, "accept-encoding")))
    head = representation.head(coding, request.app.state.clock())
    check_preconditions(
        head,
        if_match=combined(request.headers, "if-match"),
        if_unmodified_since=request.headers.getlist("if-unmodified-since"),
    )
    unchanged = is_unchanged(
        head,
        if_none_match=combined(request.headers, "if-none-match"),
        if_modified_since=request.headers.getlist("if-modified-since"),
    )
    return _ContentResponse(representation, coding, head, is_unchanged=unchanged)


def answer_whole(request: Request, representation: Representation) -> Response:
    """Answer with a representation whatever the conditions, as they do not apply to a POST."""
    coding = representation.coding(best_encoding(combined(request.headers, "accept-encoding")))
    head = representation.head(coding, request.app.state.clock())
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


def issue_stem(*, revision: int, issue_id: int) -> str:
    """Begin the ETag of an issue, or of a section of it: `r<revision>.<issue id>`."""
    return f"r{revision}.{issue_id}"


def issue_etag(body: bytes, *, revision: int, issue_id: int, media_type: str) -> str:
    """Make the ETag of an issue as a write answers it, without a coding."""
    return etag_of(
        body, media_type=media_type, stem=issue_stem(revision=revision, issue_id=issue_id)
    )


def matches_revision(if_match: str, *, revision: int, issue_id: int) -> bool:
    """Judge the `If-Match` of a write by revision and issue alone.

    A new neighbour in `links` or another coding so makes no false conflict. `*` always holds;
    weak tags never do, for the comparison is strong (RFC 9110, section 13.1.1).
    """
    start = issue_stem(revision=revision, issue_id=issue_id) + "."
    return if_match.strip() == "*" or any(
        not weak and tag.startswith(start) for weak, tag in entity_tags(if_match)
    )


def entity_tags(header: str) -> Iterator[tuple[bool, str]]:
    """Read a list of entity tags as pairs of weakness and opaque text; junk is passed over."""
    for count, match in enumerate(_TAG.finditer(header[:MAX_CONDITION_CHARACTERS])):
        if count == MAX_TAGS:
            return
        yield match[1] is not None, match[2]


def is_unchanged(
    head: Head, *, if_none_match: str | None, if_modified_since: Sequence[str]
) -> bool:
    """Whether the caller has it already; tags win over dates (RFC 9110, section 13.2.2)."""
    if if_none_match is not None:
        return if_none_match.strip() == "*" or any(
            f'"{tag}"' == head.etag for _, tag in entity_tags(if_none_match)
        )
    since = _date(if_modified_since)
    return head.modified is not None and since is not None and head.modified <= since


def check_preconditions(
    head: Head, *, if_match: str | None, if_unmodified_since: Sequence[str]
) -> None:
    """Judge the conditions of a read in the order of RFC 9110, section 13.2.2.

    Raises:
        PreconditionFailed: what is here now is not what the request names.
    """
    if if_match is not None:
        holds = if_match.strip() == "*" or any(
            not weak and f'"{tag}"' == head.etag for weak, tag in entity_tags(if_match)
        )
    else:
        since = _date(if_unmodified_since)
        holds = since is None or head.modified is None or head.modified <= since
    if not holds:
        raise PreconditionFailed(
            "precondition_failed",
            "What stands here now is not what the request names.",
            etag=head.etag,
        )


def _date(values: Sequence[str]) -> datetime | None:
    """Read an HTTP date in any of its three forms; a malformed or doubled one counts as none."""
    if len(values) != 1 or len(values[0]) > _MAX_DATE_CHARACTERS:
        return None
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(values[0].strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
