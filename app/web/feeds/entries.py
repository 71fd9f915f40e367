"""What stands in a feed, whatever its format."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a feed."""

    id: str
    """An IRI that never changes."""
    url: str
    title: str
    published: datetime
    updated: datetime
    html: str
    """Its whole content, safe to be shown."""
    summary: str | None = None
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of a feed."""

    title: str
    description: str
    home: str
    """The page that it is a feed of."""
    address: str
    """Its own first page."""
    here: str
    """This page of it."""
    next: str | None
    """The page with older entries."""
    language: str
    updated: datetime
    entries: Sequence[Entry]
