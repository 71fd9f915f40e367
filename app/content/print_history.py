"""What a document says of its time in print, for an import to do the same again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.content.validation import validate
from app.models.values import Instant, PositiveInteger, Shape

Action = Literal["print", "schedule", "leave"]


@dataclass(frozen=True, slots=True)
class PrintHistory:
    """What is to become of an imported document."""

    action: Action
    """`leave`: it is not printed, since it was not in print where it comes from."""
    publish_at: datetime | None = None
    """When it appears, to be scheduled; always in the future."""
    published_at: datetime | None = None
    """When it first came into print; never in the future."""


class _Said(Shape):
    """The read fields that tell of print, as an export has them."""

    status: Literal["draft", "scheduled", "published"] | None = None
    revision: PositiveInteger | None = None
    published_revision: PositiveInteger | None = None
    publish_at: Instant | None = None
    published_at: Instant | None = None


def read_history(
    members: Mapping[str, object], *, now: datetime, has_printed: bool
) -> PrintHistory:
    """Read what a document says of print. One that says nothing is to be printed.

    `has_printed`: what is in print comes along with it, where that is not the head.

    Raises:
        ContentInvalid: a read field that tells of print cannot be understood.
    """
    said = validate(_Said, {name: members.get(name) for name in _Said.model_fields})
    first = said.published_at if said.published_at and said.published_at <= now else None
    is_newer_head = said.published_revision not in (None, said.revision)
    match said.status:
        case "published" | None if has_printed or not is_newer_head:
            return PrintHistory("print", published_at=first)
        case "scheduled" if said.publish_at is not None and said.publish_at > now:
            if has_printed or not is_newer_head:
                return PrintHistory("schedule", publish_at=said.publish_at, published_at=first)
    return PrintHistory("leave", published_at=first)
