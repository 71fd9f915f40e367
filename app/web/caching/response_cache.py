"""The response cache: public responses, as the middleware and the protocol class send them.

Each was made for a caller without a key, by `responses.respond` or the fast path. An entry is
invalidated when a version that it depends on moves, at the latest when the next issue appears.
Scheduling by itself invalidates nothing: it only renews header fields.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from app.models.content_version import PAPER, TRENDING
from app.web.http.conditional import read_status
from app.web.http.headers import with_common_headers
from app.web.http.negotiation import Encoding, Offered, best_encoding, best_media_type
from app.web.http.representation import Field, Head, Representation
from app.web.http.request_head import RequestHead, text_of

MAX_TARGET_BYTES = 2048
"""Longer URLs are never cached."""
MAX_SHARE = 8
"""One response may take at most this fraction of the cache: 1/8."""
OVERHEAD_BYTES = 3072
"""Memory of an entry beside its bodies: header fields, twice, and bookkeeping."""

_EVERYTHING = "everything"
"""Counts calls of `clear` among the versions."""

MAX_CHOICES = 16
MAX_CHOICE_BYTES = 128

_Choice = tuple[bytes | None, bytes | None]
"""`Accept` and `Accept-Encoding` as they were sent."""


class CachedResponse:
    """One representation in one coding, as it is sent: as fields for ASGI, or as lines.

    Both lack `X-Request-Id`, which is the last field.
    """

    __slots__ = (
        "_lines",
        "_rate",
        "_unchanged",
        "body",
        "head",
        "route",
        "valid_until",
        "whole",
    )

    def __init__(
        self, head: Head, body: bytes, *, route: str | None, rate: Mapping[str, str]
    ) -> None:
        self.head = head
        self.body = body
        self.route = route
        self.valid_until = head.valid_until
        length = (b"content-length", str(len(body)).encode())
        self.whole = with_common_headers([*head.common, *head.whole, length], rate)
        self._rate = rate
        self._unchanged: list[Field] | None = None
        self._lines: dict[int, bytes] = {}

    def is_valid_at(self, now: datetime) -> bool:
        """Whether the header fields are still correct."""
        return self.valid_until is None or now < self.valid_until

    @property
    def unchanged(self) -> list[Field]:
        """The fields of a 304."""
        if self._unchanged is None:
            self._unchanged = with_common_headers(self.head.common, self._rate)
        return self._unchanged

    def select(self, request: RequestHead) -> tuple[int, list[Field]]:
        """Choose 200 or 304 for a request, with the fields. Raises `PreconditionFailed`."""
        status = read_status(self.head, request)
        return status, self.whole if status == 200 else self.unchanged

    def select_lines(self, request: RequestHead) -> tuple[int, bytes]:
        """Choose as `select` does, with the fields as the lines of a response head."""
        status, fields = self.select(request)
        lines = self._lines.get(status)
        if lines is None:
            lines = self._lines[status] = b"".join(b"%b: %b\r\n" % field for field in fields)
        return status, lines


@dataclass(slots=True)
class _Form:
    """One representation, and its cached responses by coding."""

    representation: Representation
    ready: dict[Encoding, CachedResponse] = field(default_factory=dict)

    def coding_for(self, head: RequestHead) -> Encoding:
        return self.representation.coding(best_encoding(text_of(head.accept_encoding)))


@dataclass(slots=True)
class _Entry:
    """The representations of one URL that were requested."""

    route: str | None
    offered: Offered | None
    """The media types from which `Accept` chooses; `None` if it has no effect."""
    forms: dict[str, _Form] = field(default_factory=dict)
    chosen: dict[_Choice, CachedResponse] = field(default_factory=dict)
    """Earlier choices by the same two fields. Nearly all requests send one of a few values."""
    size: int = 0

    @property
    def depends_on(self) -> Set[str]:
        """The versions that any form depends on."""
        return frozenset().union(
            *(form.representation.freshness.depends_on for form in self.forms.values())
        )

    def reschedule(self, next_publication_at: datetime | None) -> None:
        """Have the header fields made anew where the next publication is part of them."""
        if PAPER not in self.depends_on:
            return
        self.chosen.clear()
        for form in self.forms.values():
            form.representation.reschedule(next_publication_at)
            form.ready.clear()

    def form_for(self, head: RequestHead) -> _Form | None:
        """Return the form that `Accept` chooses, if it is cached."""
        if self.offered is None:
            return next(iter(self.forms.values()))
        media_type = best_media_type(text_of(head.accept), self.offered)
        return None if media_type is None else self.forms.get(media_type)

    def remember(self, choice: _Choice, ready: CachedResponse) -> None:
        """Remember a choice, within limits: clients can send any value."""
        is_short = all(len(value or b"") <= MAX_CHOICE_BYTES for value in choice)
        if is_short and (choice in self.chosen or len(self.chosen) < MAX_CHOICES):
            self.chosen[choice] = ready


class Begun(NamedTuple):
    """The content versions that a response in progress is based on."""

    cleared: int
    paper: int
    trending: int
    next_publication_at: datetime | None


class ResponseCache:
    """A cache of responses, bounded in bytes; the least recently used are evicted first."""

    def __init__(
        self,
        *,
        max_bytes: int,
        clock: Callable[[], datetime],
        rate: Mapping[str, str],
        is_away: Callable[[], bool],
    ) -> None:
        """`max_bytes`: size of the cache, 0 for none. `rate`: fields of the rate limit.

        `is_away`: whether the database does not answer; expired responses are served then.
        """
        self.next_publication_at: datetime | None = None
        """When the next scheduled issue appears, as far as this process knows."""
        self._moved: Counter[str] = Counter()
        self._max_bytes = max_bytes
        self._clock = clock
        self._rate = rate
        self._is_away = is_away
        self._size = 0
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes in use, bookkeeping included."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)

    def holds(self, target: bytes) -> bool:
        """Whether anything is cached for a URL."""
        return target in self._entries

    def find(self, target: bytes, head: RequestHead) -> CachedResponse | None:
        """Return the response for a request, if it is cached in the requested coding."""
        entry = self._entries.get(target)
        if entry is None:
            return None
        chosen = (head.accept, head.accept_encoding)
        ready = entry.chosen.get(chosen)
        if ready is None or (ready.valid_until is not None and self._clock() >= ready.valid_until):
            ready = self._choose(target, entry, head)
            if ready is None:
                return None
            entry.remember(chosen, ready)
        self._entries.move_to_end(target)
        return ready

    async def prepare(self, target: bytes, head: RequestHead) -> CachedResponse | None:
        """Return the same, compressed first if it was not: for callers that can wait."""
        entry = self._entries.get(target)
        form = None if entry is None else entry.form_for(head)
        if form is not None:
            coding = form.coding_for(head)
            if form.representation.packed(coding) is None:
                await form.representation.pack(coding)
                self._weigh(target)
        return self.find(target, head)

    def begin(self) -> Begun:
        """Note the current content versions, before a response is made."""
        moved = self._moved
        return Begun(moved[_EVERYTHING], moved[PAPER], moved[TRENDING], self.next_publication_at)

    def admit(
        self,
        target: bytes,
        representation: Representation,
        *,
        offered: Offered | None,
        route: str | None,
        begun: Begun,
    ) -> None:
        """Cache a response, unless a version that it depends on has moved since `begun`."""
        room = self._max_bytes // MAX_SHARE
        if len(target) > MAX_TARGET_BYTES or not self._is_current(representation, begun):
            return
        if representation.lifetime is None or len(representation.body) > room:
            return
        if representation.vary_accept and offered is None:
            return  # it was chosen in a way that is not known here
        if begun.next_publication_at != self.next_publication_at:
            representation.reschedule(self.next_publication_at)
        entry = self._entries.get(target)
        if entry is None:
            entry = self._entries[target] = _Entry(route, offered)
        entry.forms[representation.media_type.partition(";")[0]] = _Form(representation)
        entry.chosen.clear()
        self._weigh(target)
        self._entries.move_to_end(target)
        while self._size > self._max_bytes:
            _, oldest = self._entries.popitem(last=False)
            self._size -= oldest.size

    def invalidate(self, moved: Set[str]) -> None:
        """Drop what depends on any of the versions that moved."""
        self._moved.update(moved)
        stale = [target for target, entry in self._entries.items() if entry.depends_on & moved]
        for target in stale:
            self._size -= self._entries.pop(target).size

    def reschedule(self, next_publication_at: datetime | None) -> None:
        """Renew the header fields of what a scheduled issue will change; drop nothing."""
        if next_publication_at == self.next_publication_at:
            return
        self.next_publication_at = next_publication_at
        for entry in self._entries.values():
            entry.reschedule(next_publication_at)

    def clear(self) -> None:
        """Drop everything."""
        self._moved[_EVERYTHING] += 1
        self._entries.clear()
        self._size = 0

    def _is_current(self, representation: Representation, begun: Begun) -> bool:
        depends_on = representation.freshness.depends_on
        return (
            begun.cleared == self._moved[_EVERYTHING]
            and (PAPER not in depends_on or begun.paper == self._moved[PAPER])
            and (TRENDING not in depends_on or begun.trending == self._moved[TRENDING])
        )

    def _choose(self, target: bytes, entry: _Entry, head: RequestHead) -> CachedResponse | None:
        """Return the response in the requested form and coding; `None` if it does not exist yet."""
        form = entry.form_for(head)
        if form is None:
            return None
        ends_at = form.representation.freshness.ends_at
        if ends_at is not None and self._clock() >= ends_at and not self._is_away():
            self._size -= self._entries.pop(target).size
            return None
        coding = form.coding_for(head)
        if form.representation.packed(coding) is None:
            return None
        ready = form.ready.get(coding)
        if ready is None or not ready.is_valid_at(self._clock()):
            ready = self.make_ready(form.representation, coding, route=entry.route)
            form.ready[coding] = ready
        return ready

    def make_ready(
        self, representation: Representation, coding: Encoding, *, route: str | None
    ) -> CachedResponse:
        """Build the response in a coding in which the body exists."""
        body = representation.packed(coding)
        assert body is not None, "it was packed before"
        return CachedResponse(
            representation.head(coding, self._clock()), body, route=route, rate=self._rate
        )

    def _weigh(self, target: bytes) -> None:
        """Update the size of a URL's entry; no effect if it was dropped meanwhile."""
        entry = self._entries.get(target)
        if entry is not None:
            size = OVERHEAD_BYTES + sum(f.representation.size for f in entry.forms.values())
            self._size += size - entry.size
            entry.size = size
