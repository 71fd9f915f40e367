"""Content negotiation: `Accept` and `Accept-Encoding` against the offered forms.

Pure functions of header values, RFC 9110, sections 12.4.2, 12.5.1 and 12.5.3.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from starlette.datastructures import Headers

Encoding = Literal["identity", "gzip", "br", "zstd"]

MAX_HEADER_CHARACTERS = 4096
"""Characters of a header that are read; browsers send about 200."""
MAX_REMEMBERED_CHARACTERS = 256
"""Longest header whose outcome is cached: a few headers make up nearly all requests."""
MAX_MEMBERS = 64
"""Members of one list that are read, so that a hostile list is cheap."""

_MEMBER = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*"?)+')
_PARAMETER = re.compile(r';[ \t]*([^=;" \t]+)[ \t]*=[ \t]*("(?:\\.|[^"\\])*"|[^;" \t]*)')
_WEIGHT = re.compile(r"(?:0(?:\.\d{0,9})?|1(?:\.0{0,9})?|\.\d{1,9})")
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA_RANGE = re.compile(rf"({_TOKEN})/({_TOKEN})")

# At equal weight the smallest answer wins; zstd second, for it is quickest to unpack.
_PREFERENCE: tuple[Encoding, ...] = ("br", "zstd", "gzip")
_ALIASES = {"x-gzip": "gzip"}


def combined(headers: Headers, name: str) -> str | None:
    """Join the lines of one list header, as RFC 9110, section 5.3 has it; `None` without any."""
    lines = headers.getlist(name)
    return ", ".join(lines) if lines else None


@dataclass(frozen=True, slots=True)
class Offer:
    """The media types of a resource, and which of them to send if the client has no preference."""

    types: tuple[str, ...]
    when_named: str
    """Preferred among equal weights if the client names it; `*/*` names nothing."""
    otherwise: str | None = None
    """Sent to clients that accept none of the types; `None`: 406."""


Offered = tuple[str, ...] | Offer


def best_media_type(accept: str | None, offered: Offered) -> str | None:
    """Choose what to answer with: the greatest weight, and of equals the first offered.

    Of the ranges that match a type the most specific one gives its weight. `None` means that
    nothing offered is accepted. A header that is missing, empty or unreadable accepts all.
    """
    if accept is not None and len(accept) > MAX_REMEMBERED_CHARACTERS:
        return _weighed_media_type.__wrapped__(accept, offered)
    return _weighed_media_type(accept or "", offered)


@lru_cache(maxsize=1024)
def _weighed_media_type(accept: str, offered: Offered) -> str | None:
    types = offered.types if isinstance(offered, Offer) else offered
    ranges = list(_media_ranges(accept))
    if not ranges:
        return types[0]
    weights = [_weight_of(media_type, ranges) for media_type in types]
    best = max(weights)
    if best <= 0:
        return offered.otherwise if isinstance(offered, Offer) else None
    if isinstance(offered, Offer) and weights[types.index(offered.when_named)] == best:
        kind, _, subtype = offered.when_named.partition("/")
        if any((kind, subtype) == (one, other) for one, other, _ in ranges):
            return offered.when_named
    return types[weights.index(best)]


def best_encoding(accept_encoding: str | None) -> Encoding:
    """Choose a content coding: the greatest weight; of equals br, then zstd, then gzip.

    Unknown codings are passed over. When nothing at all is acceptable, identity is sent all the
    same: an answer that can be read beats a 406.
    """
    if accept_encoding is not None and len(accept_encoding) > MAX_REMEMBERED_CHARACTERS:
        return _weighed_encoding.__wrapped__(accept_encoding)
    return _weighed_encoding(accept_encoding or "")


@lru_cache(maxsize=1024)
def _weighed_encoding(accept_encoding: str) -> Encoding:
    weights: dict[str, float] = {}
    for name, weight in _weighted(accept_encoding):
        coding = _ALIASES.get(name, name)
        weights[coding] = max(weight, weights.get(coding, 0))
    others = weights.get("*", 0.0)
    best: Encoding = "identity"
    # Identity needs no mention to be acceptable, and unmentioned it yields to any other.
    best_weight = weights.get("identity", 0.0)
    for coding in reversed(_PREFERENCE):
        weight = weights.get(coding, others)
        if weight > 0 and weight >= best_weight:
            best, best_weight = coding, weight
    return best


def _media_ranges(accept: str) -> Iterator[tuple[str, str, float]]:
    for name, weight in _weighted(accept):
        # "*" alone is not in the grammar, but Java's URLConnection has sent it for decades.
        match = _MEDIA_RANGE.fullmatch("*/*" if name == "*" else name)
        if match and (match[1] != "*" or match[2] == "*"):
            yield match[1], match[2], weight


def _weight_of(media_type: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    kind, _, subtype = media_type.partition(";")[0].strip().lower().partition("/")
    for wanted in ((kind, subtype), (kind, "*"), ("*", "*")):
        matching = [weight for *found, weight in ranges if tuple(found) == wanted]
        if matching:
            return max(matching)
    return 0.0


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    """Read a list of names, each with its weight; members with a malformed weight are dropped.

    Parameters other than `q` are passed over: none of our representations has any but a charset.
    """
    for count, match in enumerate(_MEMBER.finditer(_bounded(header))):
        if count == MAX_MEMBERS:
            return
        member = match[0].strip(" \t")
        name, semicolon, _ = member.partition(";")
        weight = 1.0
        if semicolon:
            parameters = _PARAMETER.findall(member)
            given = next((value for key, value in parameters if key in "qQ"), "1")
            if not _WEIGHT.fullmatch(given):
                continue
            weight = float(given)
        if name := name.strip(" \t").lower():
            yield name, weight


def _bounded(header: str) -> str:
    """Cut an over-long list after its last whole member."""
    if len(header) <= MAX_HEADER_CHARACTERS:
        return header
    return header[:MAX_HEADER_CHARACTERS].rpartition(",")[0]
