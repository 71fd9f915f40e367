"""Reading the names of subjects for a publication, before it waits for the write lock."""

from app.content.access import Principal
from app.content.queries.claims import read_names
from app.web.state import AppState


async def names_ahead(state: AppState, principal: Principal) -> None:
    """Bring the index of names up to date. One statement, unless trends have changed.

    Nothing is read for callers who may not write.
    """
    if "issues:write" in principal.scopes or "issues:publish" in principal.scopes:
        await read_names(state.database.reader, state.checks.names)
