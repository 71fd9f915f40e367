"""One form of one answer: its bytes in every coding, and the header fields that go with them.

RFC 9110 (sections 8.4, 8.8), RFC 9111, RFC 5861. What a caller's conditions make of it stands in
`conditional.py`.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache

import brotli  # type: ignore[import-untyped]
import zstandard

from app.web.negotiation import Encoding

MIN_ENCODED_BYTES = 600
"""Below it the answer fits one packet anyway, and a coding only costs time."""

Field = tuple[bytes, bytes]

_PACKED_IN_THE_LOOP: frozenset[Encoding] = frozenset({"identity", "zstd"})
_PACKED_AT_ONCE_BYTES = 65_536
"""Of larger bodies zstd takes a thread too: it does 300 MB a second."""
_SECOND = timedelta(seconds=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Freshness:
    """When what is shown changed, and when it is known to change."""

    last_modified: datetime | None = None
    """The last public change of what is shown; `None`: no `Last-Modified`."""
    next_change_at: datetime | None = None
    """The next scheduled publication; `None`: none is known."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long shared caches may keep an answer; `None` in its place keeps it private."""

    max_age: int
    stale_while_revalidate: int


@dataclass(frozen=True, slots=True)
class Head:
    """The header fields of one representation in one coding, at one time."""

    etag: str
    modified: datetime | None
    common: tuple[Field, ...]
    """Of a whole answer and of a 304."""
    whole: tuple[Field, ...]
    """Of a whole answer; its length stands beside it, for it is known last."""
    valid_until: datetime | None
    """When the fields change though nothing else does; `None`: they do not."""


class Representation:
    """An answer before anybody's conditions: what a cache keeps.

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
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.body = body
        self.media_type = media_type
        self.freshness = freshness
        self.lifetime = lifetime
        self.vary_accept = vary_accept
        self.headers = headers or {}
        self._stem = stem
        self._packed: dict[Encoding, bytes] = {"identity": body}
        self._packing: dict[Encoding, asyncio.Future[bytes]] = {}

    @property
    def size(self) -> int:
        """Bytes of the body in all codings that were made."""
        return sum(len(body) for body in self._packed.values())

    def coding(self, wanted: Encoding) -> Encoding:
        """The coding in which this is sent to somebody who wants this one."""
        return wanted if len(self.body) >= MIN_ENCODED_BYTES else "identity"

    def packed(self, coding: Encoding) -> bytes | None:
        """The bytes in a coding, if they were made before."""
        return self._packed.get(coding)

    async def pack(self, coding: Encoding) -> bytes:
        """The bytes in a coding, made once however many ask; the dear ones outside the loop."""
        ready = self._packed.get(coding)
        if ready is not None:
            return ready
        if coding in _PACKED_IN_THE_LOOP and len(self.body) <= _PACKED_AT_ONCE_BYTES:
            self._packed[coding] = encoded(self.body, coding)
            return self._packed[coding]
        work = self._packing.get(coding)
        if work is None:
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(_packers(), encoded, self.body, coding)
            self._packing[coding] = work
        # Shielded: who goes away must not take it from those who wait beside him.
        self._packed[coding] = await asyncio.shield(work)
        self._packing.pop(coding, None)
        return self._packed[coding]

    def head(self, coding: Encoding, now: datetime) -> Head:
        """The header fields in a coding, as they stand at a time."""
        etag = etag_of(self.body, media_type=self.media_type, encoding=coding, stem=self._stem)
        modified, modified_changes_at = _sendable(self.freshness.last_modified, now)
        control, control_changes_at = cache_control(self.lifetime, self.freshness, now)
        common = {
            "ETag": etag,
            "Cache-Control": control,
            "Vary": "Accept-Encoding, Authorization" + (", Accept" if self.vary_accept else ""),
        }
        if modified is not None:
            common["Last-Modified"] = format_datetime(modified, usegmt=True)
        whole = {**self.headers, "Content-Type": _with_charset(self.media_type)}
        if coding != "identity":
            whole["Content-Encoding"] = coding
        ends = [end for end in (modified_changes_at, control_changes_at) if end is not None]
        return Head(etag, modified, _fields(common), _fields(whole), min(ends, default=None))


def cache_control(
    lifetime: Lifetime | None, freshness: Freshness, now: datetime
) -> tuple[str, datetime | None]:
    """Say how long an answer may be kept, never beyond the next scheduled publication.

    And when that sentence changes: near a publication it counts down the seconds.
    """
    if lifetime is None:
        return "private, no-store", None
    max_age, stale = lifetime.max_age, lifetime.stale_while_revalidate
    changes_at = None
    if freshness.next_change_at is not None:
        seconds = (freshness.next_change_at - now) // _SECOND
        if seconds <= max_age:
            max_age, stale = max(0, seconds), 0
        # The sentence holds up to this many seconds before the publication, that instant included.
        holds_until = min(seconds, lifetime.max_age + 1) * _SECOND
        changes_at = freshness.next_change_at - holds_until + _INSTANT
    suffix = f", stale-while-revalidate={stale}" if stale else ""
    return f"public, max-age={max_age}{suffix}", changes_at


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
            return zstandard.ZstdCompressor(level=3).compress(body)


def etag_of(
    body: bytes, *, media_type: str, encoding: Encoding = "identity", stem: str | None = None
) -> str:
    """Make the strong ETag of one representation in one coding, quotes included.

    It is known from the identity form, so that a 304 needs no compression.
    """
    digest = hashlib.blake2b(body, digest_size=12)
    digest.update(f"\0{media_type}\0{encoding}".encode())
    return f'"{stem}.{digest.hexdigest()}"' if stem else f'"{digest.hexdigest()}"'


def _sendable(
    last_modified: datetime | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Cut to the second, once that second is over: within it, a second change could follow.

    And when it will be over, while it is not.
    """
    if last_modified is None:
        return None, None
    second = last_modified.astimezone(UTC).replace(microsecond=0)
    is_over_at = second + _SECOND
    return (second, None) if now >= is_over_at else (None, is_over_at)


def _with_charset(media_type: str) -> str:
    is_bare_text = media_type.startswith("text/") and "charset=" not in media_type
    return f"{media_type}; charset=utf-8" if is_bare_text else media_type


def _fields(headers: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(
        (name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()
    )


@cache
def _packers() -> ThreadPoolExecutor:
    """One thread for the whole process: packing must not take the cores from answering."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="packer")
