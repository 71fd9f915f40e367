"""The fast paths: reads of one public resource, and queries by POST, without the framework.

Only the plainest requests take it. Figures: docs/adr/0012-prepared-reads-and-shared-commits.md.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from app.web.caching.posted import PostedQuery
from app.web.http.negotiation import Offered, best_media_type
from app.web.http.representation import Representation
from app.web.http.request_head import text_of

Represent = Callable[[str], Awaitable[Representation]]
"""Reads what a name denotes, as the public sees it. Raises `MorningPostError`."""


class Represented(NamedTuple):
    """What a read gave, and the media types from which `Accept` chose."""

    representation: Representation | None
    """`None` leaves the response to the route."""
    offered: Offered | None = None


class SelectedRead(NamedTuple):
    """A read that a fast path serves."""

    route: str
    """The template of the route that it replaces."""
    represent: Callable[[], Awaitable[Represented]]
    """Reads it as the public sees it. Raises `MorningPostError`."""
    reads_at_once: bool = True
    """Whether it waits for nothing, as a rule, where the database is read at once."""
    is_long: bool = False
    """Whether other connections are to have a turn before the next one."""


class ReadFastPath(Protocol):
    """A fast path of reads."""

    def select(self, target: bytes, accept: bytes | None) -> SelectedRead | None:
        """Find the read of a request; `None` if this fast path does not serve it."""
        ...


class SelectedQuery(Protocol):
    """A query whose document is known."""

    @property
    def reads_at_once(self) -> bool:
        """Whether it waits for nothing, as a rule, where the database is read at once."""
        ...

    def note_wait(self) -> None:
        """Note that it waited nevertheless: from now on it runs in a task."""
        ...

    async def represent(
        self, posted: PostedQuery, form: str, *, waits: bool
    ) -> Representation | None:
        """Carry it out in a media type, and set its keys; `None` leaves the response to the route.

        `waits`: whether it runs in a task, with a deadline. Raises `MorningPostError`.
        """
        ...


SelectQuery = Callable[[bytes], SelectedQuery | None]
"""Finds the query of a body; `None` leaves it to the route."""

_PLAIN_NAME = re.compile(rb"[a-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class FastPath:
    """One path whose last segment is a name, and how to read what it names."""

    start: bytes
    """The path before the last slash, such as `/v1/issues`."""
    route: str
    """The template of the route that it replaces."""
    offered: Offered
    """The media types of that route."""
    media_type: str
    """The one that the fast path serves."""
    represent: Represent
    other_names: frozenset[str] = frozenset()
    """Names that belong to other routes at this path."""

    def select(self, target: bytes, accept: bytes | None) -> SelectedRead | None:
        """Find the read of a request; `None` if the fast path does not serve it."""
        start, _, name = target.rpartition(b"/")
        if start != self.start or not _PLAIN_NAME.fullmatch(name):
            return None
        if best_media_type(text_of(accept), self.offered) != self.media_type:
            return None
        if name.decode() in self.other_names:
            return None

        async def represent() -> Represented:
            return Represented(await self.represent(name.decode()), self.offered)

        return SelectedRead(self.route, represent)


@dataclass(frozen=True, slots=True)
class PostedFastPath:
    """Queries by POST."""

    route: str
    """The template of the route that it replaces."""
    offered: Offered
    """The media types of that route."""
    media_types: frozenset[str]
    """Those that the fast path serves."""
    select: SelectQuery
