"""Public answers as ready bytes: what the edge and the wire send without asking anybody.

Every answer here was made for a caller without a key, as `conditional.respond` left it. It goes
when the content version moves, and at the latest when the next scheduled issue appears.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.web.common_headers import REQUEST_ID, with_common_headers
from app.web.conditional import is_unchanged
from app.web.negotiation import Encoding, best_encoding, best_media_type
from app.web.representation import Field, Head, Representation
from app.web.request_head import RequestHead

MAX_TARGET_BYTES = 2048
"""A longer address is read by its sender alone."""
MAX_SHARE = 8
"""No answer may take more than this part of the room."""
OVERHEAD_BYTES = 3072
"""What an answer takes beside its bodies: its header fields, twice, and our own books."""

_MAX_REMEMBERED_FIELDS = 1024
_MAX_REMEMBERED_LENGTH = 256

_WHOLE = b"HTTP/1.1 200 OK\r\n"
_UNCHANGED = b"HTTP/1.1 304 Not Modified\r\n"


class Ready:
    """One representation in one coding, as it is sent: as fields for ASGI, as bytes for the wire.

    Both lack `X-Request-Id`, which stands last; the bytes end where its value begins.
    """

    __slots__ = (
        "body",
        "etag",
        "head",
        "route",
        "unchanged",
        "unchanged_bytes",
        "valid_until",
        "whole",
        "whole_bytes",
    )

    def __init__(
        self, head: Head, body: bytes, *, route: str | None, rate: Mapping[str, str]
    ) -> None:
        self.head = head
        self.etag = head.etag.encode()
        self.body = body
        self.route = route
        self.valid_until = head.valid_until
        length = (b"content-length", str(len(body)).encode())
        self.whole = with_common_headers([*head.common, *head.whole, length], rate)
        self.unchanged = with_common_headers(head.common, rate)
        self.whole_bytes = _written(self.whole)
        self.unchanged_bytes = _written(self.unchanged)


def _written(fields: Sequence[Field]) -> bytes:
    lines = [b"%b: %b\r\n" % field for field in fields]
    return b"".join(lines) + REQUEST_ID + b": "


@dataclass(slots=True)
class _Form:
    """One representation, and what was made ready of it."""

    representation: Representation
    ready: dict[Encoding, Ready] = field(default_factory=dict)


@dataclass(slots=True)
class _Entry:
    """What stands at one address, in the forms that were asked for."""

    route: str | None
    offered: tuple[str, ...] | None
    """The media types among which `Accept` chooses; `None`: it is not looked at."""
    forms: dict[str, _Form] = field(default_factory=dict)
    size: int = 0


class ReadyAnswers:
    """A bounded store of ready answers, those longest unasked for going first."""

    def __init__(
        self,
        *,
        max_bytes: int,
        clock: Callable[[], datetime],
        rate: Mapping[str, str],
        is_away: Callable[[], bool],
    ) -> None:
        """`max_bytes`: room for all answers together, 0 for none; `rate`: fields of the limit.

        `is_away`: whether the database does not answer; what has passed its end is shown then.
        """
        self.generation = 0
        """Grows with each `clear`: what was begun before is not admitted after."""
        self._max_bytes = max_bytes
        self._clock = clock
        self._rate = rate
        self._is_away = is_away
        self._size = 0
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._encodings: dict[bytes | None, Encoding] = {}
        self._media_types: dict[tuple[bytes | None, tuple[str, ...]], str | None] = {}

    @property
    def size(self) -> int:
        """Bytes in use, the books included."""
        return self._size

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, target: bytes, head: RequestHead) -> Ready | None:
        """The answer that fits a request, if it is ready in the coding that it wants."""
        form = self._form(target, head)
        if form is None:
            return None
        coding = self._coding(form, head)
        ready = form.ready.get(coding)
        if ready is None or (ready.valid_until is not None and self._clock() >= ready.valid_until):
            ready = self._make_ready(target, form, coding)
        if ready is not None:
            self._entries.move_to_end(target)
        return ready

    async def prepare(self, target: bytes, head: RequestHead) -> Ready | None:
        """The same, packed first where it was not: for callers that can wait."""
        form = self._form(target, head)
        if form is not None:
            coding = self._coding(form, head)
            if form.representation.packed(coding) is None:
                await form.representation.pack(coding)
                self._weigh(target)
        return self.find(target, head)

    def admit(
        self,
        target: bytes,
        representation: Representation,
        *,
        offered: tuple[str, ...] | None,
        route: str | None,
        generation: int,
    ) -> None:
        """Keep an answer that was made when the content stood at `generation`."""
        room = self._max_bytes // MAX_SHARE
        if generation != self.generation or len(target) > MAX_TARGET_BYTES:
            return
        if representation.lifetime is None or len(representation.body) > room:
            return
        if representation.vary_accept and offered is None:
            return  # it was chosen in a way that is not known here
        entry = self._entries.get(target)
        if entry is None:
            entry = self._entries[target] = _Entry(route, offered)
        entry.forms[representation.media_type.partition(";")[0]] = _Form(representation)
        self._weigh(target)
        self._entries.move_to_end(target)
        while self._size > self._max_bytes:
            _, oldest = self._entries.popitem(last=False)
            self._size -= oldest.size

    def clear(self) -> None:
        """Forget everything: the content has changed."""
        self.generation += 1
        self._entries.clear()
        self._size = 0

    def _form(self, target: bytes, head: RequestHead) -> _Form | None:
        entry = self._entries.get(target)
        if entry is None:
            return None
        if entry.offered is None:
            return next(iter(entry.forms.values()))
        asked = (head.accept, entry.offered)
        if asked in self._media_types:
            media_type = self._media_types[asked]
        else:
            media_type = best_media_type(_text(head.accept), entry.offered)
            _remember(self._media_types, asked, media_type, length=len(head.accept or b""))
        return None if media_type is None else entry.forms.get(media_type)

    def _coding(self, form: _Form, head: RequestHead) -> Encoding:
        wanted = self._encodings.get(head.accept_encoding)
        if wanted is None:
            wanted = best_encoding(_text(head.accept_encoding))
            length = len(head.accept_encoding or b"")
            _remember(self._encodings, head.accept_encoding, wanted, length=length)
        return form.representation.coding(wanted)

    def _make_ready(self, target: bytes, form: _Form, coding: Encoding) -> Ready | None:
        body = form.representation.packed(coding)
        if body is None:
            return None
        now = self._clock()
        ends_at = form.representation.freshness.next_change_at
        if ends_at is not None and now >= ends_at and not self._is_away():
            self._size -= self._entries.pop(target).size
            return None
        entry = self._entries[target]
        ready = Ready(
            form.representation.head(coding, now), body, route=entry.route, rate=self._rate
        )
        form.ready[coding] = ready
        return ready

    def _weigh(self, target: bytes) -> None:
        """Count what an address takes now; nothing where it was forgotten meanwhile."""
        entry = self._entries.get(target)
        if entry is not None:
            size = OVERHEAD_BYTES + sum(f.representation.size for f in entry.forms.values())
            self._size += size - entry.size
            entry.size = size


def unchanged_for(ready: Ready, head: RequestHead) -> bool:
    """Whether the caller has the ready answer already."""
    if head.if_none_match is None and head.if_modified_since is None:
        return False
    if head.if_none_match == ready.etag:
        return True
    return is_unchanged(
        ready.head,
        if_none_match=_text(head.if_none_match),
        if_modified_since=[date] if (date := _text(head.if_modified_since)) is not None else [],
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _remember(memory: dict, asked: object, found: object, *, length: int) -> None:  # type: ignore[type-arg]
    """Keep what was made of a field; the many that callers could invent are left out."""
    if length <= _MAX_REMEMBERED_LENGTH and len(memory) < _MAX_REMEMBERED_FIELDS:
        memory[asked] = found
