"""Claims of an issue: its figures, compared with the observations before it was printed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from app.content.facts.claims import claims_of
from app.content.facts.names import NameIndex
from app.content.facts.text_claims import TextClaims
from app.content.facts.verdicts import Judged
from app.content.issue_view import IssueAnswer, Status
from app.content.observed import (
    NAMES_AT_ONCE,
    KnownNames,
    histories_of,
    index_of,
    judged_again,
    judged_by,
    recent_observations,
    select_names,
    select_trends_version,
    whole_histories,
)
from app.content.queries.freshness import read_trending_change
from app.content.queries.issues import Viewer, get_issue_document
from app.content.ref import Ref
from app.db import Reader
from app.off_the_loop import off_the_loop

_building: WeakKeyDictionary[KnownNames, asyncio.Lock] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class IssueClaims:
    """The judged claims of an issue, and what the answer depends on."""

    judged: Sequence[Judged]
    issue: IssueAnswer
    """The issue that was read, without a body."""
    observed_change_at: datetime | None
    """When trends last changed."""


async def get_claims(reader: Reader, known: KnownNames, ref: Ref, *, viewer: Viewer) -> IssueClaims:
    """Judge the figures of one issue. Five statements or fewer.

    Raises `NotFound`; a draft that the viewer may not see is reported as missing.
    """
    document, shown = await get_issue_document(reader, ref, viewer=viewer)
    judged = await judge_document(reader, known, document, now=viewer.now)
    return IssueClaims(judged, shown, await read_trending_change(reader))


async def judge_document(
    reader: Reader, known: KnownNames, document: Mapping[str, Any], *, now: datetime
) -> list[Judged]:
    """Judge the figures of an issue that was read, with its `sections` parsed.

    One statement; one more for its observations, and one for older ones.
    """
    names = await read_names(reader, known)
    printed_at = printing_of(document, now=now)
    claims = await off_the_loop(lambda: claims_of(document, TextClaims(names)))
    recent = recent_observations(claims, printed_at=printed_at)
    rows = () if recent is None else await reader.slow_rows(*recent)
    judged = await off_the_loop(
        lambda: judged_by(claims, histories_of(rows), printed_at=printed_at)
    )
    older = whole_histories(judged, printed_at=printed_at)
    if older is None:
        return judged
    rows = await reader.slow_rows(*older)
    return await off_the_loop(
        lambda: judged_again(judged, histories_of(rows), printed_at=printed_at)
    )


def printing_of(document: Mapping[str, Any], *, now: datetime) -> datetime:
    """Return when an issue was first printed; of what is not in print, now."""
    printed_at = document.get("published_at")
    if document.get("status") != Status.PUBLISHED or printed_at is None:
        return now
    return datetime.fromisoformat(printed_at) if isinstance(printed_at, str) else printed_at


async def read_names(reader: Reader, known: KnownNames) -> NameIndex:
    """Return the index of names for the present version of the trends. One statement.

    The index is built once for each version, in a thread.
    """
    version = await _version(reader)
    if known.index is not None and known.version == version:
        return known.index
    async with _building.setdefault(known, asyncio.Lock()):
        version = await _version(reader)
        if known.index is not None and known.version == version:
            return known.index
        rows: list[Any] = []
        after, part = 0, NAMES_AT_ONCE
        while part == NAMES_AT_ONCE:
            found = await reader.slow_rows(select_names(), {"after": after})
            rows += found
            part = len(found)
            after = found[-1].named_by if found else after
        return known.keep(version, await off_the_loop(lambda: index_of(rows)))


async def _version(reader: Reader) -> int:
    rows = await reader.rows(select_trends_version())
    return rows[0].number if rows else 0
