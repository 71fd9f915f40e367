"""The boards that addresses of pages name."""

from app.errors import NotFound
from app.models.source import source_named
from app.models.values import EntryKind, SourceName


def board_named(source: str, kind: str) -> tuple[SourceName, EntryKind]:
    """A source and a kind that it has. Raises `NotFound`."""
    try:
        known = source_named(source)
    except KeyError:
        known = None
    found = next((each for each in known.kinds if each == kind), None) if known else None
    if found is None:
        raise NotFound("not_found", "There is no such board.")
    return source, found
