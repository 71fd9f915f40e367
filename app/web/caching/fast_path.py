"""Short ways past the framework, for what nearly every miss of the edge asks for.

Routing, dependencies and parameters cost the framework 250 us, twice what else such a read does.
Only the plainest request takes a short way.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.web.http.negotiation import best_media_type
from app.web.http.representation import Representation

Represent = Callable[[str], Awaitable[Representation]]
"""Reads what a name stands for, as the public sees it; raises `MorningPostError` for nothing."""

_PLAIN_NAME = re.compile(rb"[a-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One path whose last part is a name, and how to read what it names."""

    start: bytes
    """All before the last slash, such as `/v1/issues`."""
    route: str
    """The template of the route that it is short for."""
    offered: tuple[str, ...]
    """The media types of that route."""
    media_type: str
    """The one that is read here."""
    represent: Represent
    other_names: frozenset[str] = frozenset()
    """Words that name something else at this path."""

    def name_in(self, target: bytes, accept: str | None) -> str | None:
        """The name that a request asks for, where this is the way to it."""
        start, _, name = target.rpartition(b"/")
        if start != self.start or not _PLAIN_NAME.fullmatch(name):
            return None
        if best_media_type(accept, self.offered) != self.media_type:
            return None
        return None if name.decode() in self.other_names else name.decode()
