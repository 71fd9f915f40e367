"""Validators and caching of answers: ETag, Last-Modified, 304, Cache-Control, Vary, coding.

The one place for all faces. RFC 9110 (sections 8.8, 12.5, 13), RFC 9111, RFC 5861.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import brotli  # type: ignore[import-untyped]
import zstandard
from starlette.requests import Request
from starlette.responses import Response

from app.config import Settings
from app.errors import PreconditionFailed
from app.web.negotiation import Encoding, best_encoding, combined

MIN_ENCODED_BYTES = 600
"""Below it the answer fits one packet anyway, and a coding only costs time."""
MAX_CONDITION_CHARACTERS = 8192
MAX_TAGS = 100

_TAG = re.compile(r'(W/)?"([^"]*)"')
_DATE_FORMS = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
_MAX_DATE_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Freshness:
    """When what is shown changed, and when it is known to change."""

    last_modified: datetime | None = None
    """The last public change of what is shown; `None`: no `Last-Modified`."""
    next_change_at: datetime | None = None
    """The next scheduled publication; `None`: none is known."""


def answer(
    request: Request,
    body: bytes,
    *,
    media_type: str = "application/json",
    etag_stem: str | None = None,
    freshness: Freshness,
    vary_accept: bool = False,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Answer a GET of content: whole, or as 304 when the caller has it already.

    `body` is the identity form; `headers` stand on whole answers only.

    Raises:
        PreconditionFailed: an `If-Match` or `If-Unmodified-Since` of this very read does not hold.
    """
    now: datetime = request.app.state.clock()
    encoding = encoding_for(request, body)
    etag = etag_of(body, media_type=media_type, encoding=encoding, stem=etag_stem)
    modified = _sendable(freshness.last_modified, now)
    common = {
        "ETag": etag,
        "Cache-Control": cache_control(request, freshness, now=now),
        "Vary": "Accept-Encoding, Authorization" + (", Accept" if vary_accept else ""),
    }
    if modified is not None:
        common["Last-Modified"] = format_datetime(modified, usegmt=True)
    if status == 200:
        _check_preconditions(request, etag, modified)
        if _is_unchanged(request, etag, modified):
            return Response(status_code=304, headers=common)
    if encoding != "identity":
        common["Content-Encoding"] = encoding
    return Response(
        encoded(body, encoding),
        status_code=status,
        media_type=media_type,
        headers={**(headers or {}), **common},
    )


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


def cache_control(request: Request, freshness: Freshness, *, now: datetime) -> str:
    """Say how long an answer may be kept, and never beyond the next scheduled publication."""
    if "authorization" in request.headers:
        return "private, no-store"
    settings: Settings = request.app.state.settings
    max_age, stale = settings.max_age, settings.stale_while_revalidate
    if freshness.next_change_at is not None:
        remaining = int((freshness.next_change_at - now).total_seconds() // 1)
        if remaining <= max_age:
            max_age, stale = max(0, remaining), 0
    suffix = f", stale-while-revalidate={stale}" if stale else ""
    return f"public, max-age={max_age}{suffix}"


def encoding_for(request: Request, body: bytes) -> Encoding:
    """Choose the content coding of an answer with this body."""
    if len(body) < MIN_ENCODED_BYTES:
        return "identity"
    return best_encoding(combined(request.headers, "accept-encoding"))


def encoded(body: bytes, encoding: Encoding) -> bytes:
    """Apply a content coding; the same bytes always give the same bytes."""
    match encoding:
        case "identity":
            return body
        case "gzip":
            return gzip.compress(body, compresslevel=6, mtime=0)
        case "br":
            return bytes(brotli.compress(body, quality=5))
        case "zstd":
            # A compressor each time: one must not be used by two threads at once.
            return zstandard.ZstdCompressor(level=3).compress(body)


def etag_of(
    body: bytes, *, media_type: str, encoding: Encoding = "identity", stem: str | None = None
) -> str:
    """Make the strong ETag of one representation in one coding, quotes included.

    It is known from the identity form, so that a 304 needs no compression.
    """
    digest = hashlib.blake2b(body, digest_size=12)
    digest.update(f"\0{media_type}\0{encoding}".encode())
    return f'"{stem}.{digest.hexdigest()}"' if stem else f'"{digest.hexdigest()}"'


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


def _check_preconditions(request: Request, etag: str, modified: datetime | None) -> None:
    """Refuse a read whose own condition fails, as RFC 9110, section 13.2.2 orders them."""
    if_match = combined(request.headers, "if-match")
    if if_match is not None:
        holds = if_match.strip() == "*" or any(
            not weak and f'"{tag}"' == etag for weak, tag in entity_tags(if_match)
        )
    else:
        since = _date(request, "if-unmodified-since")
        holds = since is None or modified is None or modified <= since
    if not holds:
        raise PreconditionFailed(
            "precondition_failed", "What stands here now is not what the request names.", etag=etag
        )


def _is_unchanged(request: Request, etag: str, modified: datetime | None) -> bool:
    if_none_match = combined(request.headers, "if-none-match")
    if if_none_match is not None:
        return if_none_match.strip() == "*" or any(
            f'"{tag}"' == etag for _, tag in entity_tags(if_none_match)
        )
    since = _date(request, "if-modified-since")
    return modified is not None and since is not None and modified <= since


def _sendable(last_modified: datetime | None, now: datetime) -> datetime | None:
    """Cut to the second, once that second is over: within it, a second change could follow."""
    if last_modified is None:
        return None
    second = last_modified.astimezone(UTC).replace(microsecond=0)
    return second if now >= second + timedelta(seconds=1) else None


def _date(request: Request, name: str) -> datetime | None:
    """Read an HTTP date in any of its three forms; a malformed or doubled one counts as none."""
    values = request.headers.getlist(name)
    if len(values) != 1 or len(values[0]) > _MAX_DATE_CHARACTERS:
        return None
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(values[0].strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
