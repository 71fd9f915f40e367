"""The publication history in an exported document, which an import restores."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.content.validation import validate
from app.models.values import Instant, PositiveInteger, Shape

Action = Literal["print", "schedule", "leave"]


@dataclass(frozen=True, slots=True)
class PrintHistory:
    """What an import does with a document."""

    action: Action
    """`leave`: not published, because it was not in print where it was exported."""
    publish_at: datetime | None = None
    """When it is to appear; always in the future."""
    published_at: datetime | None = None
    """When it was first published; never in the future."""
    is_unknown: bool = False
    """Whether it was in print or scheduled there, and the document does not say with what text."""


class _Said(Shape):
    """The read fields of an export that describe publication."""

    status: Literal["draft", "scheduled", "published"] | None = None
    revision: PositiveInteger | None = None
    published_revision: PositiveInteger | None = None
    publish_at: Instant | None = None
    published_at: Instant | None = None


def read_history(
    members: Mapping[str, object], *, now: datetime, has_printed: bool, restores: bool
) -> PrintHistory:
    """Read the publication history of a document; without any, it is to be published.

    `has_printed` means that the document carries another revision that is in print. Without
    `restores` everything is published, except what is scheduled for a time to come.

    Raises:
        ContentInvalid: a read field is not valid.
    """
    said = validate(_Said, {name: members.get(name) for name in _Said.model_fields})
    first = said.published_at if said.published_at and said.published_at <= now else None
    if not restores:
        if said.status == "scheduled" and said.publish_at is not None and said.publish_at > now:
            return PrintHistory("schedule", publish_at=said.publish_at, published_at=first)
        return PrintHistory("print", published_at=first)
    is_newer_head = said.published_revision not in (None, said.revision)
    match said.status:
        case "published" | None if has_printed or not is_newer_head:
            return PrintHistory("print", published_at=first)
        case "scheduled" if said.publish_at is not None and said.publish_at > now:
            if has_printed or not is_newer_head:
                return PrintHistory("schedule", publish_at=said.publish_at, published_at=first)
    is_unknown = said.status != "draft" and is_newer_head and not has_printed
    return PrintHistory("leave", published_at=first, is_unknown=is_unknown)
