"""Indexing: write the search entries of an issue in print, and rebuild those of all issues.

The index is derived from what is in print, so it can be rebuilt at any time beside a server.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Insert, Select, and_, delete, exists, func, insert, not_, select
from sqlmodel import col

from app.content.blocks.registry import block_of
from app.content.commands.events import record_rebuilt
from app.content.commands.selection import issue_id_of, revision_of
from app.content.commands.transaction import Transaction
from app.content.documents import Compiled, compile_issue, stored_issue
from app.content.search.entries import INDEX_VERSION, Printed, entries_of
from app.content.search.index import index_of
from app.database.prepared_writes import insert_rows
from app.models.base import table_of
from app.models.issue import Issue
from app.models.printed import Place
from app.models.search_entry import SearchEntry

BATCH = 10
"""Issues per transaction: other writers wait for about 0.2 seconds."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """The result of one batch."""

    count: int
    last_id: int | None
    """Row id of the last issue in the batch; `None` if there was none left."""


def count_issues_to_index(tx: Transaction, *, is_whole: bool) -> int:
    """Count issues in print or scheduled: all if `is_whole`, else those with an outdated index."""
    counted = select(func.count()).select_from(_to_index(is_whole=is_whole).subquery())
    return int(tx.session.execute(counted).scalar_one())


def index_issues(tx: Transaction, *, is_whole: bool, after: int = 0) -> Indexed:
    """Rebuild the index of a batch of issues, by row id, starting after `after`.

    `is_whole` selects every issue; otherwise those without entries, or with outdated ones.
    """
    tx.principal.require("issues:write", "issues:publish")
    batch = (
        _to_index(is_whole=is_whole)
        .where(col(Issue.id) > after)
        .order_by(col(Issue.id))
        .limit(BATCH)
        .with_for_update()
    )
    ids = tx.session.scalars(batch).all()
    for issue_id in ids:
        _index_again(tx, tx.session.get_one(Issue, issue_id))
    if ids:
        record_rebuilt(tx, "indexed")
        tx.note_indexing()
    return Indexed(len(ids), ids[-1] if ids else None)


def index_copied_issues(tx: Transaction, *, note: Callable[[int], None]) -> None:
    """Build the index of a paper that was copied; nothing that the public sees has changed.

    `note` is called with the number of issues that are done.
    """
    tx.principal.require("issues:write", "issues:publish")
    ids = tx.session.scalars(_to_index(is_whole=True)).all()
    for done, issue_id in enumerate(ids, 1):
        _index_again(tx, tx.session.get_one(Issue, issue_id))
        tx.session.expunge_all()  # one issue in memory at a time
        note(done)


@cache
def _to_index(*, is_whole: bool) -> Select[Any]:
    statement = select(col(Issue.id)).where(col(Issue.print_revision).is_not(None))
    if is_whole:
        return statement
    current = and_(
        col(SearchEntry.issue_id) == col(Issue.id),
        col(SearchEntry.index_version) == INDEX_VERSION,
        # Entries become visible with their issue.
        col(SearchEntry.visible_from) <= col(Issue.visible_from),
    )
    return statement.where(not_(exists().where(current)))


def _index_again(tx: Transaction, issue: Issue) -> None:
    assert issue.print_revision is not None, "only what is printed has entries"
    assert issue.visible_from is not None, "what is printed has a time"
    pinned = revision_of(tx, issue, issue.print_revision)
    assert pinned is not None, "what is printed was saved"
    compiled = compile_issue(stored_issue(pinned.document))
    sections: list[Printed] = []
    for position, section in enumerate(compiled.read):
        where = Place(
            issue_id=issue_id_of(issue),
            issue_date=issue.date,
            visible_from=issue.visible_from,
            section_slug=section.slug,
            section_position=position,
        )
        sections.append((section, block_of(section.kind).print_rows(section, where)))
    rows = search_rows(tx, issue, compiled, sections, visible_from=issue.visible_from)
    tx.session.execute(delete(SearchEntry).where(col(SearchEntry.issue_id) == issue.id))
    insert_rows(tx.connection, _insert_entries(), rows)


@cache
def _insert_entries() -> Insert:
    return insert(table_of(SearchEntry))


def search_rows(
    tx: Transaction,
    issue: Issue,
    compiled: Compiled,
    sections: Sequence[Printed],
    *,
    visible_from: datetime,
) -> list[dict[str, object]]:
    """Make the `search_entry` rows of an issue from its sections and their printed rows.

    In ascending order of ids: FTS5 writes a segment whenever a rowid is lower than the one before,
    and SQLite splits pages in half where rows do not come at the end.
    """
    index = index_of(tx.session.get_bind().dialect.name)
    document = compiled.issue
    entries = entries_of(
        issue.date,
        title=document.title or "",
        summary=document.summary,
        place=document.dateline.place if document.dateline else None,
        sections=sections,
    )
    where = {"issue_id": issue_id_of(issue), "visible_from": visible_from}
    return [
        {**entry._asdict(), **where, "lexemes": index.lexemes(entry)}
        for entry in sorted(entries, key=attrgetter("id"))
    ]
