"""Warnings for editors about boards that are stale, partial or withheld."""

from collections.abc import Mapping
from datetime import datetime

from app.content.trends.boards import NO_SNAPSHOT
from app.models.source import KIND_LABELS, source_named

STAR_HISTORY = "star_history"


def board_warning(head: Mapping[str, object], *, now: datetime) -> str | None:
    """Return a sentence that explains the status of a board; `None` if it is `ok`."""
    status, reason = head["status"], head["reason"]
    if status == "ok":
        return None
    named = _name_of(head)
    if reason == NO_SNAPSHOT:
        return f"{named}: there is no snapshot yet; run `morningpost sync run`."
    if status == "stale":
        return f"{named}: stale, {_age(head, now)} ({_words(reason)})."
    if reason == STAR_HISTORY:
        return (
            f"{named}: from star history, not from observations a {head['window']} apart. It "
            "counts the stars that are still held, which is not quite the net change."
        )
    if status == "partial":
        return f"{named}: partial ({_words(reason)}); some known subjects were not seen."
    return f"{named}: withheld ({_words(reason)})."


def _name_of(head: Mapping[str, object]) -> str:
    source, kind = head["source"], head["kind"]
    label = source_named(str(source)).label if source is not None else "All sources"
    kinds = [words for name, words in KIND_LABELS.items() if name == kind]
    return " ".join([label, *kinds])


def _age(head: Mapping[str, object], now: datetime) -> str:
    observed_at = datetime.fromisoformat(str(head["observed_at"]))
    hours = (now - observed_at).total_seconds() / 3600
    age = f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
    return f"observed {age} ago, on {observed_at:%-d %B %Y at %H:%M} UTC"


def _words(reason: object) -> str:
    return str(reason or "no reason given").replace("_", " ")
