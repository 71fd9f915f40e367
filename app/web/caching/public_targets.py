"""What the answer of a page or feed depends on: its path, and the parameters that it knows.

Pages ignore unknown parameters, such as the marks that others add to links. They are left out of
the cache key, so that one response is not cached under a thousand names.
"""

from urllib.parse import parse_qsl

from app.web.http.framing import is_key

_CURSOR = frozenset({b"cursor"})
_PAGES = frozenset({b"cursor", b"before"})
_KNOWN = {
    b"/": frozenset[bytes](),
    b"/issues": _PAGES,
    b"/search": frozenset({b"q", b"type", b"sort"}) | _PAGES,
    b"/trending": frozenset({b"window", b"date"}),
    b"/tools": frozenset({b"category"}) | _PAGES,
    b"/reading": _PAGES,
    b"/data": frozenset[bytes](),
    b"/sitemap.xml": frozenset[bytes](),
    b"/robots.txt": frozenset[bytes](),
    b"/icon.png": frozenset[bytes](),
    b"/logo.png": frozenset[bytes](),
    b"/llms.txt": frozenset[bytes](),
    b"/.well-known/security.txt": frozenset[bytes](),
}
_KNOWN_BELOW = {
    b"issues": frozenset[bytes](),
    b"trending": frozenset({b"window", b"date", b"cursor", b"ids", b"scale"})
    | frozenset({b"task", b"language", b"topic", b"licence", b"owner"}),
    b"feeds": _CURSOR,
    b"assets": frozenset[bytes](),
    b"brief": frozenset[bytes](),
    b"cards": frozenset[bytes](),
}


def canonical(target: bytes) -> bytes:
    """The target without what its page ignores; others as they are."""
    path, mark, query = target.partition(b"?")
    if not mark:
        return target
    known = _KNOWN.get(path)
    if known is None:
        known = _KNOWN_BELOW.get(path[1:].partition(b"/")[0])
    if known is None:
        return target
    kept = []
    for pair in query.split(b"&"):
        if pair.partition(b"=")[0] in known:
            kept.append(pair)
        elif not _is_ignored(pair, known):
            return target
    return b"%b?%b" % (path, b"&".join(kept)) if kept else path


def _is_ignored(pair: bytes, known: frozenset[bytes]) -> bool:
    """Whether a parameter has no effect: no page knows it, and it is no API key."""
    return not any(
        name.encode() in known or is_key(name, value)
        for name, value in parse_qsl(pair.decode("latin-1"), keep_blank_values=True)
    )
