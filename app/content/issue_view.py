"""The read form of issues: the statement that reads one row per issue, and documents made of it.

Queries and commands both use it, so that the answer to a write equals the next read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Label, Row, ScalarSelect, Select, and_, bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.facts.warnings import NumberWarning
from app.content.print import in_print, next_publication
from app.content.ref import LATEST, Ref
from app.entity_tag import issue_stem
from app.models.base import columns
from app.models.issue import READ_FIELDS, Issue
from app.models.revision import IssueRevision
from app.models.section import Section
from app.models.values import format_instant

SUMMARY_FIELDS = (
    *("number", "date", "slug", "title", "summary", "dateline", "provenance"),
    *READ_FIELDS,
)
"""Members of an issue in a list, in contract order."""

ISSUE_FIELDS = (*SUMMARY_FIELDS[:7], "sections", *READ_FIELDS)
"""Members of a whole issue, in contract order."""


_NO_CORRECTIONS = b"[]"


class Status(StrEnum):
    """The state of an issue, derived from its row and the time."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"


class View(StrEnum):
    """Which revision of an issue is shown."""

    PRINT = "print"
    """The revision in print, as the public sees it."""
    HEAD = "head"
    """The newest revision, for callers with the scope `drafts:read`."""


@dataclass(slots=True)
class IssueAnswer:
    """A document ready to send, with what its caching headers depend on."""

    body: bytes
    issue_id: int
    """The issue's `public_id`; row ids are never public."""
    number: int
    revision: int
    last_modified: datetime | None
    """The last public change of the document; `None` for a draft."""
    next_change_at: datetime | None
    """When the next scheduled issue appears."""
    warnings: Sequence[NumberWarning] = ()
    """About figures, of a write that published or scheduled the issue."""

    @property
    def stem(self) -> str:
        """The part of the ETag that preconditions of writes compare."""
        return issue_stem(revision=self.revision, issue_id=self.issue_id)


def with_warnings(shown: IssueAnswer) -> bytes:
    """Return the answer to a write: the issue, with `warnings` where there are any.

    Without them it equals the next read.
    """
    if not shown.warnings:
        return shown.body
    warnings = orjson.dumps([warning.document() for warning in shown.warnings])
    return b'%b,"warnings":%b}' % (shown.body[:-1], warnings)


def status_of(row: Any, *, now: datetime) -> Status:
    """Return the status of an issue or a row with `print_revision` and `visible_from`."""
    if row.print_revision is None:
        return Status.DRAFT
    return Status.PUBLISHED if row.visible_from <= now else Status.SCHEDULED


def published_at(row: Any, *, now: datetime) -> datetime | None:
    """Return when an issue was first published; `None` if it never was."""
    if row.first_published_at is not None:
        first: datetime = row.first_published_at
        return first
    if row.visible_from is not None and row.visible_from <= now:
        appeared: datetime = row.visible_from
        return appeared
    return None


def _neighbour(column: str, *, newer: bool) -> ScalarSelect[Any]:
    """Select a column of the previous or next issue in print, by date."""
    other = aliased(Issue)
    day, here = col(other.date), col(Issue.date)
    beyond, order = (day > here, day.asc()) if newer else (day < here, day.desc())
    return (
        select(getattr(other, column))
        .where(in_print(other), beyond)
        .order_by(order)
        .limit(1)
        .correlate(Issue)
        .scalar_subquery()
    )


def _sections(count: int) -> list[Label[bytes]]:
    """Select the section of each of some kinds, `section_0` and so on; null if there is none.

    For kinds that an issue has at most once.
    """
    return [
        select(col(Section.compiled))
        .where(
            col(Section.issue_id) == col(Issue.id),
            col(Section.kind) == bindparam(f"kind_{place}"),
            in_print(Section),
        )
        # SQLite would go through all sections of the kind; in this order it looks up the issue.
        .order_by(col(Section.section_position))
        .limit(1)
        .correlate(Issue)
        .scalar_subquery()
        .label(f"section_{place}")
        for place in range(count)
    ]


@cache
def select_issues(
    view: View, *, whole: bool, kinds: int = 0, has_envelope: bool = True
) -> Select[Any]:
    """Select issues as rows for `document_of`; callers add filters and order.

    `View.PRINT` selects only issues in print; `whole` rows include the sections. Rows in print can
    have the sections of some `kinds` instead, which are parameters. Rows without the envelope are
    for callers that need neither state, times nor links.
    """
    shown = Issue.print_revision if view is View.PRINT else Issue.head_revision
    selected = [
        *columns(Issue, "id", "public_id", "number", "date", "compiled_corrections"),
        col(IssueRevision.compiled_summary),
    ]
    if has_envelope:
        selected += [
            *columns(Issue, "head_revision", "print_revision", "visible_from", "printed_at"),
            *columns(Issue, "first_published_at", "neighbours_changed_at", "created_at"),
            col(IssueRevision.number).label("revision"),
            col(IssueRevision.created_at).label("updated_at"),
            _neighbour("number", newer=False).label("previous_number"),
            _neighbour("visible_from", newer=False).label("previous_visible_from"),
            _neighbour("number", newer=True).label("next_number"),
            _neighbour("visible_from", newer=True).label("next_visible_from"),
        ]
    selected += [next_publication().label("next_change_at"), *_sections(kinds)]
    if whole:
        selected.append(col(IssueRevision.compiled_sections))
    revision_shown = and_(
        col(IssueRevision.issue_id) == col(Issue.id), col(IssueRevision.number) == col(shown)
    )
    statement = select(*selected).join_from(Issue, IssueRevision, revision_shown)
    return statement.where(in_print(Issue)) if view is View.PRINT else statement


@cache
def select_issue(view: View, kind: str, *, whole: bool = True, kinds: int = 0) -> Select[Any]:
    """Select one issue by number, date, slug or id (parameter `ref`), or the latest."""
    statement = select_issues(view, whole=whole, kinds=kinds)
    if kind == LATEST:
        return statement.where(in_print(Issue)).order_by(col(Issue.date).desc()).limit(1)
    return statement.where(getattr(Issue, kind) == bindparam("ref"))


def parameters_of(ref: Ref, *, now: datetime) -> dict[str, object]:
    """Return the parameters of `select_issue`."""
    return {"now": now} if ref.kind == LATEST else {"now": now, "ref": ref.value}


def links_of(
    number: int, *, base_url: str, previous: int | None, next_: int | None
) -> dict[str, str | None]:
    """Make the `links` of an issue: absolute addresses of it and its neighbours in print."""
    api = f"{base_url}/v1/issues/"
    return {
        "self": f"{api}{number}",
        "html": f"{base_url}/issues/{number}",
        "markdown": f"{api}{number}.md",
        "previous": None if previous is None else f"{api}{previous}",
        "next": None if next_ is None else f"{api}{next_}",
    }


def reference_of(
    *, number: int, date: Date, slug: str, title: str | None, base_url: str
) -> dict[str, object]:
    """Make the reference by which other documents name an issue in print."""
    url = f"{base_url}/v1/issues/{number}"
    return {"number": number, "date": date, "slug": slug, "title": title, "url": url}


def document_of(
    row: Row[Any],
    *,
    view: View,
    now: datetime,
    base_url: str,
    fields: tuple[str, ...] | None = None,
) -> dict[str, object]:
    """Make the document of a row of `select_issues`, with members in contract order.

    With `View.PRINT` it has no `published_revision`, and nothing reveals later revisions.
    """
    document = unenveloped(row)
    document |= _envelope(row, view=view, now=now, base_url=base_url)
    return document if fields is None else narrowed(document, fields)


def unenveloped(row: Row[Any]) -> dict[str, Any]:
    """Make the document without the members that say its status, its times and its links."""
    document: dict[str, Any] = orjson.loads(row.compiled_summary)
    if "compiled_sections" in row._fields:
        document["sections"] = orjson.Fragment(row.compiled_sections)
    document["corrections"] = orjson.loads(row.compiled_corrections or _NO_CORRECTIONS)
    return document


def _envelope(row: Row[Any], *, view: View, now: datetime, base_url: str) -> dict[str, object]:
    """Make the members that do not depend on the document, in contract order."""
    status = status_of(row, now=now)
    waits = status is Status.SCHEDULED and view is View.HEAD
    envelope: dict[str, object] = {"status": status.value, "revision": row.revision}
    if view is View.HEAD:
        envelope["published_revision"] = row.print_revision
    envelope["publish_at"] = _instant(row.visible_from if waits else None)
    envelope["published_at"] = _instant(published_at(row, now=now))
    envelope["created_at"] = _instant(row.created_at)
    envelope["updated_at"] = _instant(row.updated_at)
    envelope["links"] = links_of(
        row.number, base_url=base_url, previous=row.previous_number, next_=row.next_number
    )
    return envelope


def narrowed(document: Mapping[str, object], fields: tuple[str, ...]) -> dict[str, object]:
    """Keep the requested members, in the order of the document."""
    return {name: value for name, value in document.items() if name in fields}


def last_modified(row: Row[Any]) -> datetime:
    """Return the last public change of an issue in print, including its `links`."""
    moments = (
        row.printed_at,
        row.visible_from,
        row.neighbours_changed_at,
        row.previous_visible_from,
        row.next_visible_from,
    )
    latest: datetime = max(moment for moment in moments if moment is not None)
    return latest


def answer_of(
    row: Row[Any],
    *,
    view: View,
    now: datetime,
    base_url: str,
    fields: tuple[str, ...] | None = None,
) -> IssueAnswer:
    """Make the answer for one issue."""
    if fields is None:
        return answer_with(row, _spliced(row, view=view, now=now, base_url=base_url), view=view)
    document = document_of(row, view=view, now=now, base_url=base_url, fields=fields)
    return answer_with(row, orjson.dumps(document), view=view)


def _spliced(row: Row[Any], *, view: View, now: datetime, base_url: str) -> bytes:
    """Make the bytes of `document_of` without parsing the compiled parts: a tenth of the cost."""
    if view is View.PRINT:
        envelope = _printed_envelope(row, now, base_url)
    else:
        envelope = orjson.dumps(_envelope(row, view=view, now=now, base_url=base_url))[1:]
    return b'%b,"sections":%b,"corrections":%b,%b' % (
        row.compiled_summary[:-1],
        row.compiled_sections,
        row.compiled_corrections or _NO_CORRECTIONS,
        envelope,
    )


def _printed_envelope(row: Row[Any], now: datetime, base_url: str) -> bytes:
    """Make the members of `_envelope` for the public, with the end of the document.

    Formatted by hand, because this is by far the most frequent answer. A test checks that the bytes
    are equal to those of `_envelope`.
    """
    first = published_at(row, now=now)
    assert first is not None, "an issue in print was published"
    api, html = _addresses(base_url)
    previous, next_ = row.previous_number, row.next_number
    return (
        f'"status":"published","revision":{row.revision},"publish_at":null,'
        f'"published_at":"{format_instant(first)}",'
        f'"created_at":"{format_instant(row.created_at)}",'
        f'"updated_at":"{format_instant(row.updated_at)}",'
        f'"links":{{"self":"{api}{row.number}","html":"{html}{row.number}",'
        f'"markdown":"{api}{row.number}.md",'
        f'"previous":{_address(api, previous)},"next":{_address(api, next_)}}}}}'
    ).encode()


def _address(api: str, number: int | None) -> str:
    return "null" if number is None else f'"{api}{number}"'


@cache
def _addresses(base_url: str) -> tuple[str, str]:
    """Return the JSON-escaped beginnings of issue addresses, in the API and as pages."""
    base = orjson.dumps(base_url).decode()[1:-1]
    return f"{base}/v1/issues/", f"{base}/issues/"


def answer_with(row: Row[Any], body: bytes, *, view: View) -> IssueAnswer:
    """Make an answer with a given body: a whole issue, a section, or another format."""
    return IssueAnswer(
        body=body,
        issue_id=row.public_id,
        number=row.number,
        revision=row.revision,
        last_modified=last_modified(row) if view is View.PRINT else None,
        next_change_at=row.next_change_at,
    )


def _instant(value: datetime | None) -> str | None:
    return None if value is None else format_instant(value)
