"""What corrections say: which sections they touch, and their changes in words for readers."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.content.provenance import SOURCE_TYPE_WORDS
from app.models.correction import MAX_CHANGES

_FIELDS = {
    "body": "text",
    "external_id": "id",
    "items": "list",
    "temperature_c": "temperature",
    "digital_source_type": "how it was written",
}
"""What members are called in words; others by their name."""


def touches(correction: Mapping[str, Any], slug: str) -> bool:
    """Whether a correction changed a section.

    A correction whose list of changes is full may have changed any.
    """
    changes = correction["changes"]
    return len(changes) >= MAX_CHANGES or any(change["section"] == slug for change in changes)


def newest_of(
    corrections: Sequence[Mapping[str, Any]], slug: str | None = None
) -> Mapping[str, Any] | None:
    """Return the newest correction of an issue, or of one of its sections."""
    return next((each for each in corrections if slug is None or touches(each, slug)), None)


def significant_at(document: Mapping[str, Any]) -> str | None:
    """Return when an issue last changed in a way that readers are told of.

    That is its newest correction, else its first publication; a quiet change is none.
    """
    newest = newest_of(document["corrections"])
    at: str | None = document["published_at"] if newest is None else newest["at"]
    return at


def change_words(change: Mapping[str, Any]) -> str:
    """Say in plain text what a change is, such as `headline: “A” is now “B”`."""
    steps = [step for step in change["pointer"].split("/") if step]
    is_item = bool(steps) and steps[-1].isdigit()
    before, after = (_quoted(change[side]) for side in ("before", "after"))
    names = [_FIELDS.get(step, step.replace("_", " ")) for step in steps if not step.isdigit()]
    field = names[-1] if names else "issue"
    if is_item:
        thing = "section" if field == "sections" else field
        return f"{thing}: {after} added" if before is None else f"{thing}: {before} removed"
    if before is None:
        return f"{field}: {after} added"
    if after is None:
        return f"{field}: {before} removed"
    return f"{field}: {before} is now {after}"


def _quoted(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = SOURCE_TYPE_WORDS.get(value, value)
    return f"“{value}”" if isinstance(value, str) else f"{value:,}"
