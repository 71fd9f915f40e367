"""The boards and subjects that the paths of pages name."""

from starlette.requests import Request

from app.content.queries.subjects import MovedTo, SubjectPage, SubjectParts, find_subject
from app.errors import NotFound
from app.models.source import source_named
from app.models.values import MAX_EXTERNAL_ID, EntryKind, SourceName
from app.web.state import app_state, reader_of


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


async def subject_named(
    request: Request,
    source: str,
    kind: str,
    external_id: str,
    *,
    parts: SubjectParts | None = None,
) -> SubjectPage | MovedTo:
    """Find the subject that a path names, or where it is now. Raises `NotFound`."""
    known_source, known_kind = board_named(source, kind)
    viewer = reader_of(request)
    return await find_subject(
        app_state(request).database.reader,
        known_source,
        known_kind,
        external_id[: MAX_EXTERNAL_ID + 1],
        now=viewer.now,
        base_url=viewer.base_url,
        parts=parts,
    )
