"""Whether a database that was left in a hurry is whole: every row against every other."""

from collections import Counter
from typing import Any

import orjson
from sqlalchemy import Engine, select, text
from sqlmodel import Session, col

from app.models import (
    PRINT_TABLES,
    ContentChange,
    ContentVersion,
    IdempotencyRecord,
    Issue,
    IssueRevision,
    Section,
)
from app.models.content_version import PAPER

_ITEMS = {"tool": "tools", "trending_entry": "entries", "reading_item": "items"}
"""Where the rows of a print table stand in the sections of a document."""


def faults_of(engine: Engine) -> list[str]:
    """Say everything that does not fit together."""
    with Session(engine) as session:
        faults = [
            fault
            for issue in session.scalars(select(Issue).order_by(col(Issue.id))).all()
            for fault in _faults_of_issue(session, issue)
        ]
        faults += _faults_of_versions(session)
        faults += _faults_of_records(session)
        if engine.dialect.name == "sqlite":
            found = [row[0] for row in session.execute(text("PRAGMA integrity_check"))]
            faults += [] if found == ["ok"] else [f"integrity_check: {found}"]
            # Raises where the full-text index and its rows have come apart.
            session.execute(
                text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
            )
            lost = session.execute(text("PRAGMA foreign_key_check")).all()
            faults += [f"foreign_key_check: {row}" for row in lost]
    return faults


def _faults_of_issue(session: Session, issue: Issue) -> list[str]:
    """The history is complete, and what is printed is what its revision says."""
    faults = []
    revisions = session.scalars(
        select(IssueRevision)
        .where(col(IssueRevision.issue_id) == issue.id)
        .order_by(col(IssueRevision.number))
    ).all()
    numbers = [revision.number for revision in revisions]
    if numbers != list(range(1, issue.head_revision + 1)):
        faults.append(f"issue {issue.number}: head {issue.head_revision}, revisions {numbers}")
    for revision in revisions:
        document, sections = orjson.loads(revision.document), _sections(revision)
        if [s["slug"] for s in document["sections"]] != [s["slug"] for s in sections]:
            faults.append(f"issue {issue.number}: revision {revision.number} is half compiled")
    printed = [r for r in revisions if r.number == issue.print_revision]
    if issue.print_revision is not None and not printed:
        return [*faults, f"issue {issue.number}: prints revision {issue.print_revision}"]
    expected = _rows_to_expect(_sections(printed[0]) if printed else [])
    found = {table.__tablename__: _count(session, table, issue) for table in PRINT_TABLES}
    if found != expected:
        faults.append(f"issue {issue.number}: print rows {found} for {expected}")
    stands = [
        orjson.loads(row.compiled)
        for row in session.scalars(
            select(Section)
            .where(col(Section.issue_id) == issue.id)
            .order_by(col(Section.section_position))
        )
    ]
    if stands != (_sections(printed[0]) if printed else []):
        faults.append(f"issue {issue.number}: prints other sections than its revision has")
    return faults


def _sections(revision: IssueRevision) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = orjson.loads(revision.compiled_sections)
    return sections


def _rows_to_expect(sections: list[dict[str, Any]]) -> dict[Any, int]:
    rows = {
        "section": len(sections),
        **{
            table: sum(len(section.get(member, ())) for section in sections)
            for table, member in _ITEMS.items()
        },
    }
    # Each of them can be found, and so can the issue itself; a draft has nothing.
    return {**rows, "search_entry": sum(rows.values()) + bool(sections)}


def _count(session: Session, table: Any, issue: Issue) -> int:
    rows = select(col(table.id)).where(col(table.issue_id) == issue.id)
    return len(session.scalars(rows).all())


def _faults_of_versions(session: Session) -> list[str]:
    """The counter has moved once for every noted change, and skipped none."""
    version = session.get_one(ContentVersion, PAPER)
    changes = session.scalars(
        select(ContentChange).where(col(ContentChange.version_name) == PAPER)
    ).all()
    noted = Counter(change.version_number for change in changes)
    faults = []
    if sorted(noted) != list(range(1, version.number + 1)):
        faults.append(f"content version {version.number}, changes noted {sorted(noted)}")
    shown = set(
        session.scalars(select(col(Issue.id)).where(col(Issue.print_revision).is_not(None)))
    )
    noted_of = {change.issue_id for change in changes}
    faults += [f"row {row} is printed and no change notes it" for row in shown - noted_of]
    return faults


def _faults_of_records(session: Session) -> list[str]:
    """What a repetition would be answered with exists."""
    numbers = set(session.scalars(select(col(Issue.number))))
    return [
        f"a record of issue {number}, which there is not"
        for record in session.scalars(select(IdempotencyRecord))
        if (number := orjson.loads(record.body).get("number")) not in {None, *numbers}
    ]
