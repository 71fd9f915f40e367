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
from app.web.caching.groups import BoundedGroups
from app.web.http.conditional import read_status
from app.web.http.headers import lines_of, with_common_headers
from app.web.http.negotiation import Encoding, Offered, best_encoding, best_media_type
from app.web.http.representation import Field, Head, Representation
from app.web.http.request_head import RequestHead, text_of

MAX_TARGET_BYTES = 2048
"""Longer URLs are never cached."""
MAX_SHARE = 8
"""One response may take at most this fraction of the cache: 1/8."""
ENTRY_BYTES = 2048
"""Memory of an entry and of its place in a group, besides all that is counted below."""
FORM_BYTES = 768
"""Memory of one representation, besides its bodies."""
READY_BYTES = 2560
"""Memory of a response that was sent: its header fields, and the lines of a 200 and a 304."""

_EVERYTHING = "everything"
"""Counts calls of `clear` among the versions."""

MAX_ALIASES = 4
"""Bodies of POSTs that lead to one entry; others of the same meaning are parsed."""
ALIAS_BYTES = 256

MAX_CHOICES = 16
MAX_CHOICE_BYTES = 128
CHOICE_BYTES = 384

_Choice = tuple[bytes | None, bytes | None]
"""`Accept` and `Accept-Encoding` as they were sent."""


class CachedResponse:
    """One representation in one coding, as it is sent: as fields for ASGI, or as lines.

    Both lack `X-Request-Id`, which is the last field.
    """

    __slots__ = ("_rate", "body", "head", "lines", "route", "valid_until")

    def __init__(
        self, head: Head, body: bytes, *, route: str | None, rate: Mapping[str, str]
    ) -> None:
        self.head = head
        self.body = body
        self.route = route
        self.valid_until = head.valid_until
        self._rate = rate
        self.lines: dict[int, bytes] = {}
        """The lines of the fields by status, as far as they were written."""

    def is_valid_at(self, now: datetime) -> bool:
        """Whether the header fields are still correct."""
        return self.valid_until is None or now < self.valid_until

    def select(self, request: RequestHead) -> tuple[int, list[Field]]:
        """Choose 200 or 304 for a request, with the fields. Raises `PreconditionFailed`."""
        status = read_status(self.head, request)
        return status, self._fields(status)

    def write_lines(self, status: int) -> bytes:
        """Write the fields of a 200 or 304 as the lines of a response head."""
        lines = self.lines[status] = lines_of(self._fields(status))
        return lines

    def _fields(self, status: int) -> list[Field]:
        head = self.head
        if status == 304:
            return with_common_headers(head.common, self._rate)
        length = (b"content-length", str(len(self.body)).encode())
        return with_common_headers([*head.common, *head.whole, length], self._rate)


@dataclass(slots=True)
class _Form:
    """One representation, and its cached responses by coding."""

    representation: Representation
    ready: dict[Encoding, CachedResponse] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return FORM_BYTES + READY_BYTES * len(self.ready) + self.representation.size

    def coding_for(self, head: RequestHead) -> Encoding:
        return self.representation.coding(best_encoding(text_of(head.get(b"accept-encoding"))))


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
    group: bytes | None = None
    """What it shares a bound with; `None`: the bound of the whole cache alone."""
    aliases: list[bytes] = field(default_factory=list)
    """Other keys that lead to it."""

    depends_on: frozenset[str] = frozenset()
    """The versions that any form depends on."""
    keys: frozenset[str] = frozenset()
    """The surrogate keys of all forms."""

    def put(self, media_type: str, representation: Representation) -> None:
        """Add a form, or replace one."""
        self.forms[media_type] = _Form(representation)
        self.chosen.clear()
        read = [form.representation.freshness for form in self.forms.values()]
        self.depends_on = frozenset().union(*(each.depends_on for each in read))
        self.keys = frozenset().union(*(each.surrogate_keys for each in read))

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
        media_type = best_media_type(text_of(head.get(b"accept")), self.offered)
        return None if media_type is None else self.forms.get(media_type)

    def remember(self, choice: _Choice, ready: CachedResponse) -> bool:
        """Remember a choice, within limits: clients can send any value. Whether it did."""
        is_short = all(len(value or b"") <= MAX_CHOICE_BYTES for value in choice)
        if is_short and (choice in self.chosen or len(self.chosen) < MAX_CHOICES):
            self.chosen[choice] = ready
            return True
        return False


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
        self._aliases: dict[bytes, bytes] = {}
        self._groups = BoundedGroups(max_bytes // MAX_SHARE)

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
            target = self._aliases.get(target, b"")
            entry = self._entries.get(target)
            if entry is None:
                return None
        chosen = head.get(b"accept"), head.get(b"accept-encoding")
        ready = entry.chosen.get(chosen)
        if ready is None or (ready.valid_until is not None and self._clock() >= ready.valid_until):
            ready = self._choose(target, entry, head)
            if ready is None:
                return None
            if entry.remember(chosen, ready):
                self._weigh(target)
        self._entries.move_to_end(target)
        if entry.group is not None:
            self._groups.touch(entry.group, target)
        return ready

    def representation_at(self, key: bytes, media_type: str) -> Representation | None:
        """Return a cached representation as it is, for a route that sends it itself."""
        entry = self._entries.get(key)
        form = None if entry is None else entry.forms.get(media_type)
        if entry is None or form is None or self._has_ended(form):
            return None
        self._entries.move_to_end(key)
        if entry.group is not None:
            self._groups.touch(entry.group, key)
        return form.representation

    def add_alias(self, alias: bytes, key: bytes) -> None:
        """Find the entry of a key by another key too; the first few of an entry are kept."""
        entry = self._entries.get(key)
        if entry is None or alias in entry.aliases or len(entry.aliases) >= MAX_ALIASES:
            return
        entry.aliases.append(alias)
        self._aliases[alias] = key
        self._weigh(key)

    async def prepare(self, target: bytes, head: RequestHead) -> CachedResponse | None:
        """Return the same, compressed first if it was not: for callers that can wait."""
        key = self._aliases.get(target, target)
        entry = self._entries.get(key)
        form = None if entry is None else entry.form_for(head)
        if form is not None:
            coding = form.coding_for(head)
            if form.representation.packed(coding) is None:
                await form.representation.pack(coding)
                self._weigh(key)
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
        group: bytes | None = None,
    ) -> None:
        """Cache a response, unless a version that it depends on has moved since `begun`.

        The responses of one `group` take at most the fraction of the cache that one may take.
        """
        room = self._max_bytes // MAX_SHARE
        if len(target) > MAX_TARGET_BYTES or not self._is_current(representation, begun):
            return
        if not representation.is_kept or len(representation.body) > room:
            return
        if representation.vary_accept and offered is None:
            return  # it was chosen in a way that is not known here
        if begun.next_publication_at != self.next_publication_at:
            representation.reschedule(self.next_publication_at)
        entry = self._entries.get(target)
        if entry is None:
            entry = self._entries[target] = _Entry(route, offered, group=group)
        media_type = representation.media_type.partition(";")[0]
        known = entry.forms.get(media_type)
        if known is not None and known.representation is representation:
            return
        representation.shrink()
        entry.put(media_type, representation)
        self._weigh(target)

    def invalidate(self, moved: Set[str], keys: Set[str] | None = None) -> None:
        """Drop what depends on any of the versions that moved.

        `keys`: the surrogate keys of what changed in print, so that all else in print stays;
        `None`: everything in print may have changed.
        """
        self._moved.update(moved)
        wholly = moved if keys is None else moved - {PAPER}
        changed = keys if keys is not None and PAPER in moved else frozenset()
        stale = [
            key
            for key, entry in self._entries.items()
            if not entry.depends_on.isdisjoint(wholly) or not entry.keys.isdisjoint(changed)
        ]
        for key in stale:
            self._drop(key)

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
        self._aliases.clear()
        self._groups.clear()
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
        if self._has_ended(form):
            self._drop(target)
            return None
        coding = form.coding_for(head)
        if form.representation.packed(coding) is None:
            return None
        ready = form.ready.get(coding)
        if ready is None or not ready.is_valid_at(self._clock()):
            ready = self.make_ready(form.representation, coding, route=entry.route)
            form.ready[coding] = ready
            self._weigh(target)
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

    def _has_ended(self, form: _Form) -> bool:
        """Whether a response is no longer true by itself, and can be made anew."""
        ends_at = form.representation.freshness.ends_at
        return ends_at is not None and self._clock() >= ends_at and not self._is_away()

    def _drop(self, key: bytes) -> None:
        entry = self._entries.pop(key)
        self._size -= entry.size
        for alias in entry.aliases:
            del self._aliases[alias]
        if entry.group is not None:
            self._groups.remove(entry.group, key)

    def _weigh(self, key: bytes) -> None:
        """Update the size of an entry that is used, and evict others until it fits.

        No effect if it was dropped meanwhile.
        """
        entry = self._entries.get(key)
        if entry is None:
            return
        size = ENTRY_BYTES + len(key) + sum(form.size for form in entry.forms.values())
        size += ALIAS_BYTES * len(entry.aliases) + CHOICE_BYTES * len(entry.chosen)
        self._size += size - entry.size
        entry.size = size
        if entry.group is not None:
            for other in self._groups.put(entry.group, key, size):
                self._drop(other)
        self._entries.move_to_end(key)
        while self._size > self._max_bytes and len(self._entries) > 1:
            self._drop(next(iter(self._entries)))
