"""Filling sections from a snapshot: copy entries of a board into a document.

A later sync does not change the copied entries.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from itertools import chain
from typing import TypeVar

from app.content.blocks.from_snapshot import DEFAULT_LIMIT, LATEST, FromSnapshot
from app.content.blocks.trending import EntriesInput, MoversInput
from app.content.commands.transaction import Transaction
from app.content.documents import IssueCreate, IssueInput, read_issue
from app.content.trends import boards
from app.content.trends.board_entries import BoardEntry
from app.content.trends.boards import Asked, ShownBoard
from app.content.trends.places import Place
from app.content.validation import invalid
from app.errors import ContentInvalid, Fault
from app.models.trending import TrendingEntryShape

Issue = TypeVar("Issue", bound=IssueInput)


def read_filled(tx: Transaction, members: Mapping[str, object]) -> IssueCreate:
    """Validate a whole document and fill the sections that ask for a snapshot.

    Two statements per such section.

    Raises:
        ContentInvalid: with all faults of the document, or why a section cannot be filled.
    """
    return filled(tx, read_issue(members, tx.rendered))


def filled(tx: Transaction, issue: Issue) -> Issue:
    """Fill the sections of a valid document that ask for a snapshot. Raises `ContentInvalid`."""
    faults: list[Fault] = []
    sections = []
    for place, section in enumerate(issue.sections or ()):
        if isinstance(section, EntriesInput) and section.from_snapshot is not None:
            try:
                section = _filled(tx, section, section.from_snapshot)
            except ContentInvalid as error:
                below = f"/sections/{place}/from_snapshot"
                faults += [fault.below(below) for fault in error.faults]
        sections.append(section)
    if faults:
        raise invalid(faults)
    return issue.model_copy(update={"sections": sections}) if sections else issue


@dataclass(frozen=True, slots=True)
class Filled:
    """The entries of a section, and the headers of the boards they come from."""

    entries: Sequence[TrendingEntryShape]
    heads: Sequence[Mapping[str, object]]
    places: Sequence[BoardEntry]
    """The board entry of each entry, in the same order."""


def entries_from(
    tx: Transaction, wanted: FromSnapshot, *, is_movers: bool, day: Date | None = None
) -> Filled:
    """Read the entries of a section from a snapshot; for movers those that gained.

    `day` selects the newest boards at the end of that UTC day.

    Raises:
        ContentInvalid: there is no such snapshot, or its boards are withheld.
    """
    asked = Asked("up" if is_movers else "trending", wanted.window or "week", date=day)
    shown = _boards(tx, wanted, asked)
    limit = wanted.limit or DEFAULT_LIMIT
    if is_movers:
        places = list(boards.show_together(shown, asked).places[:limit])
    else:
        places = list(chain.from_iterable(_numbered(board, limit) for board in shown))
    return Filled(
        _entries(tx, places), [board.head for board in shown], [place.entry for place in places]
    )


def _filled(tx: Transaction, section: EntriesInput, wanted: FromSnapshot) -> EntriesInput:
    entries = entries_from(tx, wanted, is_movers=isinstance(section, MoversInput)).entries
    most = section.most_entries
    if len(entries) > most:
        raise invalid([Fault("/limit", "too_long", f"That is more than {most} entries; lower it.")])
    return section.model_copy(update={"entries": list(entries), "from_snapshot": None})


def _boards(tx: Transaction, wanted: FromSnapshot, asked: Asked) -> Sequence[ShownBoard]:
    """Read the boards for a section, without the withheld ones."""
    if wanted.snapshot_id in (None, LATEST):
        statement = boards.select_boards(by_source=False, by_kind=False)
        rows = tx.session.execute(statement, boards.parameters_of(asked, now=tx.now)).all()
        missing = Fault(
            "/snapshot_id", boards.NO_SNAPSHOT, "There is no snapshot yet; start a sync run first."
        )
    else:
        given = {"snapshot_id": wanted.snapshot_id, "list": asked.list, "window": asked.window}
        rows = tx.session.execute(
            boards.select_boards_of_snapshot(), {**given, "until": tx.now}
        ).all()
        missing = Fault("/snapshot_id", boards.NO_SNAPSHOT, "There is no such snapshot.")
    if not rows:
        raise invalid([missing])
    shown = [row for row in rows if row.status != "withheld"]
    if not shown:
        said = f"Its board of a {asked.window} is withheld: {rows[0].reason}."
        raise invalid([Fault("/window", "withheld", said)])
    return [boards.show(row, asked, now=tx.now) for row in shown]


def _numbered(board: ShownBoard, limit: int) -> Iterator[Place]:
    """Number the first places of a board: ties share a rank on boards, but not in print."""
    for number, place in enumerate(board.places[:limit], start=1):
        yield replace(place, entry=place.entry._replace(rank=number))


def _entries(tx: Transaction, places: Sequence[Place]) -> list[TrendingEntryShape]:
    if not places:
        return []
    rows = tx.session.execute(boards.select_profiles(), {"ids": boards.profile_ids(places)})
    profiles = {row.id: row for row in rows}
    return [
        TrendingEntryShape.model_validate(boards.entry_of(place, profiles[place.entry.profile_id]))
        for place in places
    ]
