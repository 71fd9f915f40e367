"""Conditions of a request and what they make of an answer: whole, 304, or 412.

The one place for all faces. RFC 9110, section 13.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from app.errors import PreconditionFailed
from app.web.http.representation import Head, etag_of

MAX_CONDITION_CHARACTERS = 8192
MAX_TAGS = 100

_TAG = re.compile(r'(W/)?"([^"]*)"')
_DATE_FORMS = ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y")
_MAX_DATE_CHARACTERS = 40


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
