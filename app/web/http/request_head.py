"""The header fields that decide whether a cached answer fits a request, and in which form.

Read by the caching middleware and by the protocol class, in one pass over the fields.
"""

from collections.abc import Mapping, Sequence

from app.web.http.framing import is_host

Field = tuple[bytes, bytes]

RequestHead = Mapping[bytes, bytes]
"""Fields of a request by their names, at least all those sent that choose among the forms of a
cached answer, and the request's conditions. Those of a POST have no conditions.

A plain dictionary: it is made at once from the list of fields, which any other form is not.
"""

MAX_REMEMBERED_HOSTS = 64

LEFT_TO_ROUTES = frozenset({b"authorization", b"transfer-encoding"})
"""A cached answer is the public one, for a request without a body."""
LEFT_TO_MIDDLEWARE = LEFT_TO_ROUTES | {
    *(b"content-length", b"cookie", b"expect", b"if-match", b"if-unmodified-since"),
    *(b"range", b"upgrade"),
}
"""Fields that the protocol class leaves to the middleware: rare, and checking them costs time."""
LEFT_TO_POSTS = LEFT_TO_ROUTES | {
    *(b"content-encoding", b"cookie", b"expect", b"idempotency-key", b"upgrade"),
}
"""With any of these a POST has no cached answer."""
_READ = frozenset(
    {
        *(b"host", b"accept", b"accept-encoding", b"if-none-match", b"if-modified-since"),
        *(b"if-match", b"if-unmodified-since", b"content-length"),
    }
)
DECIDING = LEFT_TO_MIDDLEWARE | _READ
_DECIDING_POSTS = LEFT_TO_POSTS | {
    *(b"host", b"accept", b"accept-encoding", b"content-length", b"content-type"),
}
_JSON = frozenset(
    {b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-8"}
)
"""The spellings of `Content-Type` that nearly all clients send; others are left to the routes."""
_CHOOSING = (b"accept", b"accept-encoding")
"""Fields that choose among the forms of an answer."""
_LISTS = frozenset({b"accept", b"accept-encoding", b"if-none-match", b"if-match"})
"""Fields that may stand on several lines (RFC 9110, section 5.3)."""

_hosts: set[bytes] = set()


def read_head(
    fields: Sequence[Field], left: frozenset[bytes] = LEFT_TO_ROUTES
) -> RequestHead | None:
    """Read a head of lower-case fields; `None` where this layer cannot answer.

    That is with any field of `left`, a body, a bad `Host`, or a field that is repeated and is no
    list. `left` has to be one of the two sets above.
    """
    found = deciding_fields(fields, DECIDING, left)
    if found is None or found.get(b"content-length", b"0") != b"0":
        return None
    return found


def read_post_head(fields: Sequence[Field], *, max_bytes: int) -> RequestHead | None:
    """Read the head of a POST of JSON; `None` where no cached answer fits it.

    That is with any field of `LEFT_TO_POSTS`, a body that is empty, announced as more than
    `max_bytes` or not announced, another media type, and as in `read_head`. Conditions do not
    apply to a POST and are not read.
    """
    found = deciding_fields(fields, _DECIDING_POSTS, LEFT_TO_POSTS)
    if found is None or found.get(b"content-type", b"").lower() not in _JSON:
        return None
    length = found.get(b"content-length", b"")
    if not length.isdigit() or len(length) > 9 or not 0 < int(length) <= max_bytes:
        return None
    return {name: found[name] for name in _CHOOSING if name in found}


def deciding_fields(
    fields: Sequence[Field], deciding: frozenset[bytes], left: frozenset[bytes]
) -> dict[bytes, bytes] | None:
    """Gather fields by their names; `None` with a field of `left` or a bad `Host`.

    A repeated field that is not `deciding` has no effect; others as in `read_head`.
    """
    found = dict(fields)
    if not left.isdisjoint(found):
        return None
    if len(found) < len(fields):
        joined = _joined(fields, deciding)
        if joined is None:
            return None
        found = joined
    host = found.get(b"host")
    if host is None or not (host in _hosts or _is_good_host(host)):
        return None
    return found


def _joined(fields: Sequence[Field], deciding: frozenset[bytes]) -> dict[bytes, bytes] | None:
    """Gather fields some of which are repeated; `None` if such a one is deciding and no list."""
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        if name not in found or name not in deciding:
            found[name] = value
        elif name in _LISTS:
            found[name] += b", " + value
        else:
            return None
    return found


def conditions_of(fields: Sequence[Field]) -> RequestHead:
    """Read the same fields for a route, whatever else the head holds.

    Repeated fields are joined: a date that is sent twice is malformed and therefore ignored.
    """
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        if name in _READ:
            found[name] = found[name] + b", " + value if name in found else value
    return found


def text_of(value: bytes | None) -> str | None:
    """Decode a header field as Latin-1, which accepts all bytes."""
    return None if value is None else value.decode("latin-1")


def _is_good_host(host: bytes) -> bool:
    if not is_host(host.decode("latin-1")):
        return False
    if len(_hosts) < MAX_REMEMBERED_HOSTS:
        _hosts.add(host)
    return True
