"""Drafting: create an issue from the brief of a day, with its boards and movers filled in.

Without a fact the draft has no lead. It cannot be published until an editor adds one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date as Date

from app.content.blocks.from_snapshot import FromSnapshot
from app.content.commands.filling import Filled, entries_from
from app.content.commands.issues import add_issue
from app.content.commands.selection import show
from app.content.commands.transaction import Transaction
from app.content.facts.brief.fact import Fact
from app.content.facts.brief.story import stories
from app.content.issue_view import IssueAnswer
from app.content.trends.board_warnings import board_warning
from app.content.trends.boards import begins_at
from app.content.trends.standing_words import standing_words
from app.errors import ContentInvalid
from app.models.values import Window


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, with notes for the editor."""

    answer: IssueAnswer
    missing: Sequence[str]
    """One sentence per empty section, with the reason."""
    warnings: Sequence[str]
    """One sentence per board that is stale, partial or from star history."""


@dataclass(slots=True)
class _Notes:
    """Notes for the editor, as they are found."""

    missing: list[str] = field(default_factory=list)
    warnings: dict[str, None] = field(default_factory=dict)


_RUBRICS = (
    ("tools", "tools"),
    ("trending", "entries"),
    ("movers", "entries"),
    ("reading", "items"),
)
"""The sections after the stories: kind, and the name of its list."""


def draft(
    tx: Transaction,
    day: Date,
    *,
    facts: Sequence[Fact] = (),
    window: Window,
    limit: int,
    base_url: str,
) -> Drafted:
    """Draft the issue of a date from the boards at the end of that date, or from the current ones.

    `facts`: those of its brief, best first; the lead and a brief story are written from them.
    `limit` is the number of entries per board, and of all movers together: 1 to 40.

    Raises:
        Unauthenticated, Forbidden: without `issues:write`.
        Conflict: the date has an issue already.
    """
    tx.principal.require("issues:write")
    notes = _Notes()
    sections: list[dict[str, object]] = [*stories(facts)]
    for kind, list_name in _RUBRICS:
        section: dict[str, object] = {"kind": kind, list_name: []}
        if list_name == "entries":
            section |= _entries(tx, day, notes, kind=kind, window=window, limit=limit)
        sections.append(section)
    document: dict[str, object] = {"date": day.isoformat(), "sections": sections}
    if facts:
        document["provenance"] = {"digital_source_type": "algorithmicallyEnhanced"}
    issue = add_issue(tx, document, publish=False)
    return Drafted(show(tx, issue, base_url=base_url), notes.missing, list(notes.warnings))


def _entries(
    tx: Transaction, day: Date, notes: _Notes, *, kind: str, window: Window, limit: int
) -> dict[str, object]:
    """Return the members of a section of boards; nothing where there is no board."""
    try:
        filled = _filled(tx, day, kind=kind, window=window, limit=limit)
    except ContentInvalid as error:
        notes.missing.append(f"{kind}: {error.faults[0].detail}")
        return {}
    sentences = (board_warning(head, now=tx.now) for head in filled.heads)
    notes.warnings |= dict.fromkeys(sentence for sentence in sentences if sentence)
    entries = [entry.model_dump(mode="json") for entry in filled.entries]
    standfirst = standing_words(filled.entries, filled.places)
    return {"entries": entries} | ({} if standfirst is None else {"standfirst": standfirst})


def _filled(tx: Transaction, day: Date, *, kind: str, window: Window, limit: int) -> Filled:
    wanted = FromSnapshot(window=window, limit=limit)
    # An issue may be drafted before its day begins: from the current boards.
    of_day = day if begins_at(day, now=tx.now) is None else None
    return entries_from(tx, wanted, is_movers=kind == "movers", day=of_day)
