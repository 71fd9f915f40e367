"""How an issue is shown: the statement that reads it as one row, and the document made of that row.

Reads and writes both answer with this, so that the answer to a write is what the next read gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Row, ScalarSelect, Select, and_, bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.print import in_print, next_publication
from app.content.ref import LATEST, Ref
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.values import format_instant

SUMMARY_FIELDS = (
    "number",
    "date",
    "slug",
    "title",
    "summary",
    "dateline",
    "status",
    "revision",
    "published_revision",
    "publish_at",
    "published_at",
    "created_at",
    "updated_at",
    "links",
)
"""Members of an issue in a list, in the order of the contract."""

ISSUE_FIELDS = (*SUMMARY_FIELDS[:6], "sections", *SUMMARY_FIELDS[6:])
"""Members of a whole issue."""


class Status(StrEnum):
    """Where an issue stands; follows from its row and the time."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"


class View(StrEnum):
    """Which revision of an issue is shown."""

    PRINT = "print"
    """What the public sees."""
    HEAD = "head"
    """The newest save, for those who may see drafts."""


@dataclass(slots=True)
class IssueAnswer:
    """A document ready to send, and what its validators and lifetime follow from."""

    body: bytes
    issue_id: int
    """The issue's `public_id`; the number of its row never leaves the house."""
    number: int
    revision: int
    last_modified: datetime | None
    """The last public change of what is shown; `None` where a draft is shown."""
    next_change_at: datetime | None
    """When the next scheduled issue appears."""

    @property
    def stem(self) -> str:
        """The part of the ETag that a write compares: revision and issue."""
        return f"r{self.revision}.{self.issue_id}"


def status_of(row: Any, *, now: datetime) -> Status:
    """The status of an issue, or of a row that has its `print_revision` and `visible_from`."""
    if row.print_revision is None:
        return Status.DRAFT
    return Status.PUBLISHED if row.visible_from <= now else Status.SCHEDULED


def published_at(row: Any, *, now: datetime) -> datetime | None:
    """When an issue first came into print; null as long as it never did."""
    if row.first_published_at is not None:
        first: datetime = row.first_published_at
        return first
    if row.visible_from is not None and row.visible_from <= now:
        appeared: datetime = row.visible_from
        return appeared
    return None


def _neighbour(column: str, *, newer: bool) -> ScalarSelect[Any]:
    """A column of the issue in print that stands next to the outer one, by date."""
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


@cache
def select_issues(view: View, *, whole: bool) -> Select[Any]:
    """All issues as rows that `document_of` reads, filters and order still to come.

    Shown in print, an issue is there only when it is in print; `whole` rows hold the sections too.
    """
    shown = Issue.print_revision if view is View.PRINT else Issue.head_revision
    columns = [
        *(col(c) for c in (Issue.id, Issue.public_id, Issue.number, Issue.date)),
        col(Issue.head_revision),
        *(col(c) for c in (Issue.print_revision, Issue.visible_from, Issue.printed_at)),
        *(col(c) for c in (Issue.first_published_at, Issue.neighbours_changed_at)),
        col(Issue.created_at),
        col(IssueRevision.number).label("revision"),
        col(IssueRevision.created_at).label("updated_at"),
        col(IssueRevision.compiled_summary),
        _neighbour("number", newer=False).label("previous_number"),
        _neighbour("visible_from", newer=False).label("previous_visible_from"),
        _neighbour("number", newer=True).label("next_number"),
        _neighbour("visible_from", newer=True).label("next_visible_from"),
        next_publication().label("next_change_at"),
    ]
    if whole:
        columns.append(col(IssueRevision.compiled_sections))
    revision_shown = and_(
        col(IssueRevision.issue_id) == col(Issue.id), col(IssueRevision.number) == col(shown)
    )
    statement = select(*columns).join_from(Issue, IssueRevision, revision_shown)
    return statement.where(in_print(Issue)) if view is View.PRINT else statement


@cache
def select_issue(view: View, kind: str) -> Select[Any]:
    """One whole issue by number, date, slug (parameter `ref`), id, or the latest in print."""
    statement = select_issues(view, whole=True)
    if kind == LATEST:
        return statement.where(in_print(Issue)).order_by(col(Issue.date).desc()).limit(1)
    return statement.where(getattr(Issue, kind) == bindparam("ref"))


def parameters_of(ref: Ref, *, now: datetime) -> dict[str, object]:
    """The parameters of `select_issue`."""
    return {"now": now} if ref.kind == LATEST else {"now": now, "ref": ref.value}


def links_of(
    number: int, *, base_url: str, previous: int | None, next_: int | None
) -> dict[str, str | None]:
    """The absolute addresses of an issue and of its neighbours in print."""
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
    """How something else names an issue in print."""
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
    """The document of a row of `select_issues`: members in contract order, sections spliced in.

    Shown in print there is no `published_revision`, and nothing that tells of a later save.
    """
    document: dict[str, object] = orjson.loads(row.compiled_summary)
    if "compiled_sections" in row._fields:
        document["sections"] = orjson.Fragment(row.compiled_sections)
    document |= _envelope(row, view=view, now=now, base_url=base_url)
    return document if fields is None else narrowed(document, fields)


def _envelope(row: Row[Any], *, view: View, now: datetime, base_url: str) -> dict[str, object]:
    """The members that change without the document, in contract order."""
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
    """Keep the members that were asked for, in the document's own order."""
    return {name: value for name, value in document.items() if name in fields}


def last_modified(row: Row[Any]) -> datetime:
    """The last public change of what a row in print shows, its `links` included."""
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
    """The answer that shows one issue."""
    if fields is None:
        return answer_with(row, _spliced(row, view=view, now=now, base_url=base_url), view=view)
    document = document_of(row, view=view, now=now, base_url=base_url, fields=fields)
    return answer_with(row, orjson.dumps(document), view=view)


def _spliced(row: Row[Any], *, view: View, now: datetime, base_url: str) -> bytes:
    """The bytes of `document_of`, without reading what is compiled: a tenth of its cost."""
    summary, sections = row.compiled_summary[:-1], row.compiled_sections
    if view is View.PRINT:
        return b'%b,"sections":%b,%b' % (summary, sections, _printed_envelope(row, now, base_url))
    envelope = orjson.dumps(_envelope(row, view=view, now=now, base_url=base_url))
    return b'%b,"sections":%b,%b' % (summary, sections, envelope[1:])


def _printed_envelope(row: Row[Any], now: datetime, base_url: str) -> bytes:
    """The members of `_envelope` as the public gets them, and the end of the document.

    Written by hand for the one answer that is asked for a thousand times as often as any other; a
    test holds both to the same bytes.
    """
    first = published_at(row, now=now)
    assert first is not None, "what is in print was published"
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
    """What the addresses of issues begin with, in the API and as pages, as JSON writes them."""
    base = orjson.dumps(base_url).decode()[1:-1]
    return f"{base}/v1/issues/", f"{base}/issues/"


def answer_with(row: Row[Any], body: bytes, *, view: View) -> IssueAnswer:
    """An answer that shows something of one issue: the whole, a section, another format."""
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
