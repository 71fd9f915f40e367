"""The surrogate keys of what changed in print, read from the event log.

Answers that bear none of them stay as they are, and a cache may keep them.
"""

from datetime import datetime

from app.content.purge_keys import purge_of
from app.content.queries.events import events_after
from app.content.queries.purging import read_purged_keys
from app.db import Reader

MAX_EVENTS = 100
"""More at once are not looked through: everything in print counts as changed."""

_OF_PRINT = frozenset({"issue.published", "issue.updated", "issue.corrected", "issue.unpublished"})
_REBUILT = "content.rebuilt"
"""Changes the `Last-Modified` of lists, whatever was rebuilt."""


async def read_changed_keys(
    reader: Reader, *, after: int, until: int, moves: int, now: datetime
) -> frozenset[str] | None:
    """Read the keys of the changes of print by the events between two positions of the log.

    `moves`: how often the content version of the paper moved meanwhile. The result is `None`, for
    everything in print, where there are fewer events than moves: a recompilation that changes no
    answer has none. One statement, and one for each day on which an issue came into print or left
    it.
    """
    if until - after > MAX_EVENTS:
        return None
    page = await events_after(reader, after, limit=MAX_EVENTS)
    if page.truncated or any(event.type == _REBUILT for event in page.events):
        return None
    of_print = [
        event for event in page.events if event.type in _OF_PRINT and event.position <= until
    ]
    if len(of_print) < moves:
        return None
    return frozenset(await read_purged_keys(reader, purge_of(page.events), now=now))
