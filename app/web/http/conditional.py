"""Conditional requests: how `If-Match`, `If-None-Match` and their date forms decide a response.

`read_status` decides for every read, `matches_revision` for writes. RFC 9110, section 13.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from app.entity_tag import issue_stem
from app.errors import PreconditionFailed
from app.web.http.representation import Head
from app.web.http.request_head import RequestHead, text_of

MAX_CONDITION_CHARACTERS = 8192
MAX_TAGS = 100

_TAG = re.compile(r'(W/)?"([^"]*)"')
_DATE_FORMS = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
_MAX_DATE_CHARACTERS = 40


def matches_revision(if_match: str, *, revision: int, issue_id: int) -> bool:
    """Evaluate the `If-Match` of a write by issue and revision only.

    A new neighbour in `links` or another coding so makes no false conflict. `*` always holds;
    weak tags never do, for the comparison is strong (RFC 9110, section 13.1.1).
    """
    start = issue_stem(revision=revision, issue_id=issue_id) + "."
    return if_match.strip() == "*" or any(
        not weak and tag.startswith(start) for weak, tag in entity_tags(if_match)
    )


def unmatched(if_match: str, changed: str) -> str:
    """Explain a failed `If-Match`: it holds no strong ETag at all, or what `changed` says."""
    if any(not weak for weak, _ in entity_tags(if_match)):
        return changed
    return (
        "If-Match must be an ETag exactly as you received it, in double quotes, or *. "
        'Weak ETags (W/"…") never match.'
    )


def entity_tags(header: str) -> Iterator[tuple[bool, str]]:
    """Read a list of entity tags as pairs of weakness and opaque text; junk is passed over."""
    for count, match in enumerate(_TAG.finditer(header[:MAX_CONDITION_CHARACTERS])):
        if count == MAX_TAGS:
            return
        yield match[1] is not None, match[2]


def read_status(head: Head, request: RequestHead) -> Literal[200, 304]:
    """Choose between the whole representation and 304 by the conditions of a read.

    In the order of RFC 9110, section 13.2.2: tags take precedence over dates.

    Raises:
        PreconditionFailed: `If-Match` or `If-Unmodified-Since` does not hold.
    """
    if b"if-match" in request or b"if-unmodified-since" in request:
        _check_preconditions(head, request)
    given = request.get(b"if-none-match")
    if given is not None:
        if given == head.etag.encode():
            return 304
        tags = given.decode("latin-1")
        matches = tags.strip() == "*" or any(
            f'"{tag}"' == head.etag for _, tag in entity_tags(tags)
        )
        return 304 if matches else 200
    if b"if-modified-since" not in request:
        return 200
    since = _date(request[b"if-modified-since"])
    if since is None or head.modified is None or head.modified > since:
        return 200
    return 304


def _check_preconditions(head: Head, request: RequestHead) -> None:
    if_match = text_of(request.get(b"if-match"))
    if if_match is not None:
        holds = if_match.strip() == "*" or any(
            not weak and f'"{tag}"' == head.etag for weak, tag in entity_tags(if_match)
        )
    else:
        since = _date(request.get(b"if-unmodified-since"))
        holds = since is None or head.modified is None or head.modified <= since
    if holds:
        return
    detail = "The resource has changed since; read it again."
    if if_match is not None:
        detail = unmatched(if_match, detail)
    raise PreconditionFailed("precondition_failed", detail, etag=head.etag)


def _date(value: bytes | None) -> datetime | None:
    """Read an HTTP date in any of its three forms; `None` if it is malformed or repeated."""
    if value is None or len(value) > _MAX_DATE_CHARACTERS:
        return None
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(value.decode("latin-1").strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
