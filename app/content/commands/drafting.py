"""Drafting: create an issue from the brief of a day, with its boards and movers filled in.

Without a fact the draft has no lead. It cannot be published until an editor adds one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
    missing: list[str] = []
    warnings: dict[str, None] = {}
    sections: list[dict[str, object]] = [*stories(facts)]
    for kind, list_name in (
        ("tools", "tools"),
        ("trending", "entries"),
        ("movers", "entries"),
        ("reading", "items"),
    ):
        items: list[dict[str, object]] = []
        standfirst: str | None = None
        if list_name == "entries":
            try:
                filled = _filled(tx, day, kind=kind, window=window, limit=limit)
                items = [entry.model_dump(mode="json") for entry in filled.entries]
                standfirst = standing_words(filled.entries, filled.places)
                sentences = (board_warning(head, now=tx.now) for head in filled.heads)
                warnings |= dict.fromkeys(sentence for sentence in sentences if sentence)
            except ContentInvalid as error:
                missing.append(f"{kind}: {error.faults[0].detail}")
        section: dict[str, object] = {"kind": kind, list_name: items}
        if standfirst is not None:
            section["standfirst"] = standfirst
        sections.append(section)
    document: dict[str, object] = {"date": day.isoformat(), "sections": sections}
    if facts:
        document["provenance"] = {"digital_source_type": "algorithmicallyEnhanced"}
    issue = add_issue(tx, document, publish=False)
    return Drafted(show(tx, issue, base_url=base_url), missing, list(warnings))


def _filled(tx: Transaction, day: Date, *, kind: str, window: Window, limit: int) -> Filled:
    wanted = FromSnapshot(window=window, limit=limit)
    return entries_from(tx, wanted, is_movers=kind == "movers", day=day)
