"""Standfirst sentences of a draft: newcomers, returns, streaks and bursts on its boards."""

from collections.abc import Iterable, Sequence

from app.content.trends.board_entries import BoardEntry
from app.models.shown_name import shown_name
from app.models.trending import TrendingEntryShape

LONG_STREAK = 3
"""Shortest streak that is mentioned, in days."""
MOST_NAMES = 4


def standing_words(
    entries: Sequence[TrendingEntryShape], places: Sequence[BoardEntry]
) -> str | None:
    """Return the sentences for the standfirst of a section; `None` if there are none."""
    named = [
        (shown_name(entry.name, entry.external_id)[:80], place)
        for entry, place in zip(entries, places, strict=True)
    ]
    sentences = [
        _sentence("New on the board", (name for name, place in named if place.is_newcomer)),
        _sentence("Back on it", (name for name, place in named if place.has_returned)),
    ]
    longest = max(named, key=lambda each: each[1].streak, default=None)
    if longest is not None and longest[1].streak >= LONG_STREAK:
        sentences.append(f"Longest there: {longest[0]}, {longest[1].streak} days in a row.")
    sentences.append(
        _sentence("Nearly all of the gain at once", (n for n, place in named if place.is_burst))
    )
    return " ".join(sentence for sentence in sentences if sentence) or None


def _sentence(said: str, names: Iterable[str]) -> str | None:
    known = list(names)
    if not known:
        return None
    more = len(known) - MOST_NAMES
    shown = ", ".join(known[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
    return f"{said}: {shown}."
