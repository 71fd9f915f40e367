"""One form of a response: its bytes in every content coding, with their header fields.

RFC 9110 (sections 8.4, 8.8), RFC 9111, RFC 5861. `conditional.py` applies the conditions of a
request.
"""

import asyncio
import gzip
from collections.abc import Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache, cached_property, lru_cache
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from app.entity_tag import etag_of
from app.models.content_version import PAPER, TRENDING
from app.models.surrogate_key import (
    LISTS,
    PAGES,
    TRENDING as TRENDS,
    board_keys,
    is_of_print,
    is_of_trends,
    within_limits,
)
from app.web.http.negotiation import Encoding

MIN_ENCODED_BYTES = 600
"""Smaller bodies fit one packet, so a coding would only cost time."""

Field = tuple[bytes, bytes]

ON_PAPER = frozenset({PAPER})
"""What is in print."""
ON_TRENDS = frozenset({TRENDING})
"""What syncs observed."""
EVERYTHING = ON_PAPER | ON_TRENDS

_SECOND = timedelta(seconds=1)
_INSTANT = timedelta(microseconds=1)
_VARY = (b"vary", b"Accept-Encoding, Authorization")
_VARY_WITH_ACCEPT = (b"vary", b"Accept-Encoding, Authorization, Accept")


class Shown(Protocol):
    """What queries return of something shown: when it changed, and when it will change."""

    @property
    def last_modified(self) -> datetime | None: ...

    @property
    def next_change_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a response changed last, when it will change, and which writes change it."""

    last_modified: datetime | None = None
    """The last public change, in UTC; `None`: no `Last-Modified`."""
    next_change_at: datetime | None = None
    """The next scheduled publication; `None`: none is known."""
    stale_at: datetime | None = None
    """When it becomes untrue without a write, such as a board that turns stale; `None`: never."""
    depends_on: Set[str] = EVERYTHING
    """The content versions whose moves change it."""
    keys: tuple[str, ...] = ()
    """Surrogate keys that say more closely which changes are meant."""

    @classmethod
    def of_board(cls, shown: "Shown", source: str | None, kind: str | None) -> "Freshness":
        """Return that of a board, of what is made of it, or of lists of all boards if `None`."""
        return cls(
            shown.last_modified,
            stale_at=shown.next_change_at,
            depends_on=ON_TRENDS,
            keys=board_keys(source, kind),
        )

    @classmethod
    def of_print(cls, shown: "Shown", *keys: str) -> "Freshness":
        """Return that of something in print; `keys`: of the issue that it belongs to."""
        return cls(shown.last_modified, shown.next_change_at, depends_on=ON_PAPER, keys=keys)

    def marked(self, *keys: str) -> "Freshness":
        """Return the same with further surrogate keys."""
        return replace(self, keys=(*self.surrogate_keys, *keys))

    @property
    def surrogate_keys(self) -> tuple[str, ...]:
        """All surrogate keys: each version it depends on has at least one."""
        keys = self.keys
        if PAPER in self.depends_on and not any(map(is_of_print, keys)):
            keys = (*keys, LISTS)
        if TRENDING in self.depends_on and not any(map(is_of_trends, keys)):
            keys = (*keys, TRENDS)
        return within_limits(keys or (PAGES,))

    @property
    def ends_at(self) -> datetime | None:
        """When it changes at the latest, without a write."""
        if self.next_change_at is None or self.stale_at is None:
            return self.next_change_at or self.stale_at
        return min(self.next_change_at, self.stale_at)


STATIC = Freshness(depends_on=frozenset())
"""Freshness of what depends only on code and settings."""


@dataclass(frozen=True)
class Lifetime:
    """How long caches may keep a response; `None` in its place: `no-store`."""

    max_age: int
    stale_while_revalidate: int
    is_private: bool = False
    """Only the cache of the client may keep it, without `stale-while-revalidate`."""
    edge_max_age: int = 0
    """Seconds that a CDN may keep it until a purge drops it; 0: as other caches."""
    has_keys: bool = True
    """Whether responses have surrogate keys."""

    @cached_property
    def field(self) -> bytes:
        """The value of `Cache-Control` while no publication is near."""
        return self.field_of(self.max_age, self.stale_while_revalidate)

    def field_of(self, max_age: int, stale: int) -> bytes:
        """The value of `Cache-Control` for these seconds."""
        if self.is_private:
            return f"private, max-age={max_age}".encode()
        return _public(max_age, stale)


def _public(max_age: int, stale: int) -> bytes:
    suffix = f", stale-while-revalidate={stale}" if stale else ""
    return f"public, max-age={max_age}{suffix}".encode()


@dataclass(slots=True)
class Head:
    """The header fields of one representation in one coding, at one time."""

    etag: str
    modified: datetime | None
    common: tuple[Field, ...]
    """Of a whole answer and of a 304."""
    whole: tuple[Field, ...]
    """Of a whole answer; its length stands beside it, for it is known last."""
    valid_until: datetime | None
    """When the fields change although the body does not; `None`: never."""


class Representation:
    """A response before conditions and content codings: what the response cache keeps.

    `body` is the identity form; `headers` stand on whole answers only. The other codings are made
    when they are first asked for, each once.
    """

    def __init__(
        self,
        body: bytes,
        *,
        media_type: str,
        stem: str | None = None,
        freshness: Freshness,
        lifetime: Lifetime | None,
        vary_accept: bool = False,
        is_kept: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`is_kept`: whether our own cache may keep it; by default as other caches may."""
        self.body = body
        self.media_type = media_type
        self.freshness = freshness
        self.lifetime = lifetime
        self.vary_accept = vary_accept
        self.is_kept = lifetime is not None if is_kept is None else is_kept
        self._fields = tuple(
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in (headers or {}).items()
        )
        self._stem = stem
        self._packed: dict[Encoding, bytes] = {"identity": body}
        self._packing: dict[Encoding, asyncio.Future[bytes]] = {}

    def shrink(self) -> None:
        """Copy the body into the memory that it needs, for a response that is kept.

        What orjson returns occupies up to eleven times the length of short texts.
        """
        self.body = self._packed["identity"] = _fitted(self.body)

    @property
    def size(self) -> int:
        """Bytes of the body in all codings that were made."""
        return sum(len(body) for body in self._packed.values())

    def reschedule(self, next_change_at: datetime | None) -> None:
        """Take another instant for the next scheduled publication."""
        if PAPER in self.freshness.depends_on:
            self.freshness = replace(self.freshness, next_change_at=next_change_at)

    def coding(self, wanted: Encoding) -> Encoding:
        """The coding sent where `wanted` was negotiated: small bodies are not compressed."""
        return wanted if len(self.body) >= MIN_ENCODED_BYTES else "identity"

    def packed(self, coding: Encoding) -> bytes | None:
        """The bytes in a coding, if they were made before."""
        return self._packed.get(coding)

    async def pack(self, coding: Encoding) -> bytes:
        """The bytes in a coding, made once however many ask, outside the loop."""
        ready = self._packed.get(coding)
        if ready is not None:
            return ready
        work = self._packing.get(coding)
        if work is None:
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(_packers(), encoded, self.body, coding)
            self._packing[coding] = work
        try:
            # Cancelling one waiter must not cancel the shared computation.
            self._packed[coding] = await asyncio.shield(work)
        finally:
            if work.done():
                self._packing.pop(coding, None)
        return self._packed[coding]

    def head(self, coding: Encoding, now: datetime) -> Head:
        """The header fields in a coding, as they stand at a time."""
        etag = etag_of(self.body, media_type=self.media_type, encoding=coding, stem=self._stem)
        modified, modified_changes_at = _sendable(self.freshness.last_modified, now)
        control, control_changes_at = cache_control(self.lifetime, self.freshness, now)
        common: tuple[Field, ...] = (
            (b"etag", etag.encode()),
            (b"cache-control", control),
            _VARY_WITH_ACCEPT if self.vary_accept else _VARY,
        )
        edge, edge_changes_at = edge_fields(self.lifetime, self.freshness, now)
        common += edge
        if modified is not None:
            common += ((b"last-modified", _written(modified)),)
        whole = (*self._fields, (b"content-type", _with_charset(self.media_type)))
        if coding != "identity":
            whole += ((b"content-encoding", coding.encode()),)
        changes = (modified_changes_at, control_changes_at, edge_changes_at)
        valid_until = min((each for each in changes if each is not None), default=None)
        return Head(etag, modified, common, whole, valid_until)


def cache_control(
    lifetime: Lifetime | None, freshness: Freshness, now: datetime
) -> tuple[bytes, datetime | None]:
    """Say how long an answer may be kept, never beyond the next scheduled publication.

    And when that sentence changes: near a publication it counts down the seconds.
    """
    if lifetime is None:
        return b"private, no-store", None
    ends_at = freshness.ends_at
    if ends_at is None:
        return lifetime.field, None
    left, changes_at = _seconds_left(lifetime.max_age, ends_at, now)
    return lifetime.field if left is None else lifetime.field_of(left, 0), changes_at


def edge_fields(
    lifetime: Lifetime | None, freshness: Freshness, now: datetime
) -> tuple[tuple[Field, ...], datetime | None]:
    """Make the fields for CDNs: surrogate keys, and a lifetime of their own (RFC 9213).

    And when they change, as `cache_control` does. What shared caches may not keep has none.
    """
    if lifetime is None or lifetime.is_private:
        return (), None
    fields = _key_fields(freshness.surrogate_keys) if lifetime.has_keys else ()
    if not lifetime.edge_max_age:
        return fields, None
    max_age, changes_at = lifetime.edge_max_age, None
    if freshness.ends_at is not None:
        left, changes_at = _seconds_left(max_age, freshness.ends_at, now)
        max_age = max_age if left is None else left
    return (*fields, (b"cdn-cache-control", f"public, max-age={max_age}".encode())), changes_at


def _seconds_left(max_age: int, ends_at: datetime, now: datetime) -> tuple[int | None, datetime]:
    """Count the seconds to an instant, `None` while they are more than `max_age`.

    And when the count changes.
    """
    seconds = (ends_at - now) // _SECOND
    # The count holds up to this many seconds before that instant, itself included.
    holds_until = min(seconds, max_age + 1) * _SECOND
    changes_at = min(ends_at, ends_at - holds_until + _INSTANT)
    return max(0, seconds) if seconds <= max_age else None, changes_at


def _key_fields(keys: tuple[str, ...]) -> tuple[Field, ...]:
    """Write surrogate keys for Varnish and Fastly, and for Cloudflare."""
    return (
        (b"surrogate-key", " ".join(keys).encode()),
        (b"cache-tag", ",".join(keys).encode()),
    )


def encoded(body: bytes, encoding: Encoding) -> bytes:
    """Apply a content coding; the same bytes always give the same bytes."""
    match encoding:
        case "identity":
            return body
        case "gzip":
            return gzip.compress(body, compresslevel=6, mtime=0)
        case "br":
            return bytes(brotli.compress(body, quality=5))
        case "zstd":
            # A compressor each time: one must not be used by two threads at once.
            packed = zstandard.ZstdCompressor(level=3).compress(body)
            return _fitted(packed)  # it occupies as much memory as the body


def _fitted(data: bytes) -> bytes:
    """Copy bytes into a block of their own length."""
    return bytes(memoryview(data))


def _sendable(
    last_modified: datetime | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Cut to the second, once that second is over: within it, a second change could follow.

    And when it will be over, while it is not.
    """
    if last_modified is None:
        return None, None
    second = last_modified - timedelta(microseconds=last_modified.microsecond)
    is_over_at = second + _SECOND
    return (second.astimezone(UTC), None) if now >= is_over_at else (None, is_over_at)


@lru_cache(maxsize=64)
def _written(moment: datetime) -> bytes:
    return format_datetime(moment, usegmt=True).encode()


@cache
def _with_charset(media_type: str) -> bytes:
    is_bare_text = media_type.startswith("text/") and "charset=" not in media_type
    return f"{media_type}; charset=utf-8".encode() if is_bare_text else media_type.encode()


@cache
def _packers() -> ThreadPoolExecutor:
    """One thread for the whole process: packing must not take the cores from answering."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="packer")
