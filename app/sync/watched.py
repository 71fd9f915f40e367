"""Looking up the entries of the watch list that have no subject yet."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.content.commands.watch import Found
from app.models.sighting import Sighting
from app.models.values import EntryKind
from app.sync.errors import UpstreamError
from app.sync.rows import BadRow
from app.sync.source import Finder

if TYPE_CHECKING:
    from app.sync.client import Client

MOST = 30
"""Names looked up per run and kind."""


async def find_watched(
    finder: Finder, client: "Client", kind: EntryKind, names: Mapping[int, str]
) -> tuple[list[Sighting], list[Found]]:
    """Look up each name; return the sightings and the results by entry."""
    seen: list[Sighting] = []
    found: list[Found] = []
    for watch_id, name in names.items():
        try:
            sighting = await finder.find(client, kind, name)
        except BadRow:
            found.append(Found(watch_id, None, "bad_row"))
        except UpstreamError as error:
            if error.ends_source:
                break
            found.append(Found(watch_id, None, error.reason))
        else:
            seen.append(sighting)
            found.append(Found(watch_id, sighting.upstream_id))
    return seen, found
