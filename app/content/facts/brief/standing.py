"""What `newcomer`, `return` and `streak` share: entries of the trending board of the week."""

from collections.abc import Iterator

from app.content.facts.brief.day import BoardDay, BriefSubject
from app.content.facts.brief.fact import Evidence, evidence_of
from app.content.trends.board_entries import BoardEntry

PROVEN = ("observed", "created")
"""Bases of a gain that we have observed ourselves; others are the source's own estimates."""


def standing(day: BoardDay, most: int) -> Iterator[tuple[BoardEntry, BriefSubject, int]]:
    """Yield the first entries of a board whose numbers are ours, if there was one the day before.

    Each with its subject and its counter. Without an earlier board everything would be new.
    """
    if day.trending is None or day.before is None:
        return
    for entry in day.trending.entries:
        value = day.value_of(entry)
        if entry.rank <= most and entry.basis in PROVEN and value is not None:
            yield entry, day.subjects[entry.subject_id], value


def proof(day: BoardDay, subject: BriefSubject, value: int) -> tuple[Evidence, ...]:
    """The counter of the day."""
    return (evidence_of(day, subject, value),)
