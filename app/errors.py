"""Everything that can go wrong on purpose, as one tree. No HTTP status stands here.

The faces translate: `web/problems/handlers.py` holds the status of each class, the command line
prints `detail` and exits with 1.

    MorningPostError
    ├── Refused                     the caller may not, or not like this
    │   ├── Unauthenticated         no, unknown, revoked or expired key
    │   ├── Forbidden               a key without the scope
    │   ├── RateLimited             too many requests in the window
    │   ├── NotFound                no such issue, section, revision, key or path
    │   ├── MethodNotAllowed        the path stands, the method does not
    │   ├── NotAcceptable           no representation that the caller accepts
    │   ├── UnsupportedMediaType    a body in a form that is not read here
    │   ├── BodyTooLarge            over the cap
    │   ├── BodyTimeout             the body did not arrive in time
    │   ├── BadRequest              framing, parameters, cursors, malformed JSON
    │   ├── PreconditionRequired    a write without If-Match
    │   ├── PreconditionFailed      If-Match or If-None-Match does not hold
    │   ├── Conflict                taken, in print, wrong state, still in flight
    │   └── ContentInvalid          well-formed and wrong: has `faults`
    └── DatabaseAway                the database does not answer; trying again may help
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

MAX_QUOTED = 60
"""Characters of a caller's own input that one sentence of ours may repeat."""
MIN_SIMILARITY = 0.65
"""Ratio of `difflib` from which a word is suggested: `titel` and `title` have 0.8, `sort` and
`cursor` 0.6."""
MAX_HINTS = 10
"""Unknown names of one answer that are compared with the known ones: each takes some 0.1 ms."""


def printable(text: str) -> str:
    """A text whose control characters, and others that are not to be seen, are replaced."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def quoted(text: str) -> str:
    """Repeat a caller's word in a sentence: printable, and cut to `MAX_QUOTED` characters."""
    shown = printable(text[:MAX_QUOTED])
    return f"'{shown}…'" if len(text) > MAX_QUOTED else f"'{shown}'"


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Name the nearest known word in a sentence after a space; empty when none is near."""
    near = get_close_matches(word[:MAX_QUOTED], known, n=1, cutoff=MIN_SIMILARITY)
    return f" Did you mean '{near[0]}'?" if near else ""


class Hints:
    """Gives `did_you_mean` for the first `MAX_HINTS` unknown names of one answer."""

    def __init__(self) -> None:
        self._left = MAX_HINTS

    def hint(self, word: str, known: Sequence[str]) -> str:
        """Name the nearest known word; empty when none is near, or too many were asked for."""
        if self._left == 0:
            return ""
        self._left -= 1
        return did_you_mean(word, known)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a document.

    `pointer` is an RFC 6901 JSON pointer into what was sent; of a query parameter or header it is
    empty and `parameter` names it.
    """

    pointer: str
    code: str
    detail: str
    parameter: str | None = None

    def below(self, pointer: str) -> "Fault":
        """The same fault seen from a document that holds this one at `pointer`."""
        return Fault(pointer + self.pointer, self.code, self.detail, self.parameter)


@dataclass(eq=False)
class MorningPostError(Exception):
    """A failure with a stable snake_case `code` and a `detail` that says what would be right."""

    code: str
    detail: str
    faults: Sequence[Fault] = field(default=(), kw_only=True)

    def __str__(self) -> str:
        return self.detail


class Refused(MorningPostError):
    """The caller may mend the request; nothing was changed."""


class Unauthenticated(Refused):
    pass


class Forbidden(Refused):
    pass


@dataclass(eq=False)
class RateLimited(Refused):
    retry_after_seconds: int = 1


class NotFound(Refused):
    pass


@dataclass(eq=False)
class MethodNotAllowed(Refused):
    allow: Sequence[str] = ()


class NotAcceptable(Refused):
    pass


class UnsupportedMediaType(Refused):
    pass


class BodyTooLarge(Refused):
    pass


class BodyTimeout(Refused):
    pass


class BadRequest(Refused):
    pass


class PreconditionRequired(Refused):
    pass


@dataclass(eq=False)
class PreconditionFailed(Refused):
    etag: str | None = None
    """The ETag that would have matched, where there is one."""


class Conflict(Refused):
    pass


class ContentInvalid(Refused):
    pass


class Outage(StrEnum):
    """Why the database cannot do what was asked; the log says it."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    FULL = "full"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"


@dataclass(eq=False)
class DatabaseAway(MorningPostError):
    """The database cannot do what was asked just now.

    A change may have been made all the same, when the answer to its commit was lost.
    """

    retry_after_seconds: int = 5
    outage: Outage = field(default=Outage.UNREACHABLE, kw_only=True)
