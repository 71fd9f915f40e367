"""Drafting: an issue of a day whose boards and movers stand and whose prose is left to write.

It has no lead, so nobody can publish it by accident before somebody has written one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

from app.content.blocks.from_snapshot import FromSnapshot
from app.content.commands.filling import Filled, entries_from
from app.content.commands.issues import add_issue
from app.content.commands.selection import show
from app.content.commands.transaction import Transaction
from app.content.issue_view import IssueAnswer
from app.content.trends.board_warnings import board_warning
from app.content.trends.standing_words import standing_words
from app.errors import ContentInvalid
from app.models.values import Window


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, and what could not be filled in."""

    answer: IssueAnswer
    missing: Sequence[str]
    """For each section that stayed empty a sentence that says why."""
    warnings: Sequence[str]
    """For each board that is stale, partial or from star history a sentence that says so."""


def draft(tx: Transaction, day: Date, *, window: Window, limit: int, base_url: str) -> Drafted:
    """Draft the issue of a day, from the boards as they stood at its end, or as they stand now.

    `limit`: entries of each board, and movers of all together, 1 to 40.

    Raises:
        Unauthenticated, Forbidden: without `issues:write`.
        Conflict: the day has an issue already.
    """
    tx.principal.require("issues:write")
    missing: list[str] = []
    warnings: dict[str, None] = {}
    sections: list[dict[str, object]] = []
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
                told = (board_warning(head, now=tx.now) for head in filled.heads)
                warnings |= dict.fromkeys(sentence for sentence in told if sentence)
            except ContentInvalid as error:
                missing.append(f"{kind}: {error.faults[0].detail}")
        section: dict[str, object] = {"kind": kind, list_name: items}
        if standfirst is not None:
            section["standfirst"] = standfirst
        sections.append(section)
    issue = add_issue(tx, {"date": day.isoformat(), "sections": sections}, publish=False)
    return Drafted(show(tx, issue, base_url=base_url), missing, list(warnings))


def _filled(tx: Transaction, day: Date, *, kind: str, window: Window, limit: int) -> Filled:
    wanted = FromSnapshot(window=window, limit=limit)
    return entries_from(tx, wanted, is_movers=kind == "movers", day=day)
