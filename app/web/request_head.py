"""What in the head of a request decides whether a ready answer fits it, and in which form.

Read by the edge and, before a task exists, by the wire: one pass over the fields.
"""

from collections.abc import Sequence
from typing import NamedTuple

from app.web.framing import is_host

Field = tuple[bytes, bytes]

MAX_REMEMBERED_HOSTS = 64

# A ready answer is the public one, and says nothing of what these ask for. What has a body, or
# conditions of its own upon a read, is rare: the routes know what to do.
_LEFT_TO_ROUTES = frozenset(
    {
        *(b"authorization", b"if-match", b"if-unmodified-since", b"content-length"),
        *(b"transfer-encoding", b"expect", b"upgrade"),
    }
)
_READ = frozenset({b"host", b"accept", b"accept-encoding", b"if-none-match", b"if-modified-since"})
_DECIDING = _LEFT_TO_ROUTES | _READ

_hosts: set[bytes] = set()


class RequestHead(NamedTuple):
    """The fields that choose among the forms of a ready answer."""

    accept: bytes | None
    accept_encoding: bytes | None
    if_none_match: bytes | None
    if_modified_since: bytes | None


def read_head(
    fields: Sequence[Field], also_left: frozenset[bytes] = frozenset()
) -> RequestHead | None:
    """Read a head of lower-case fields; `None` where only the routes can answer.

    So it is with a credential, a body, a precondition, a bad `Host`, any deciding field that
    stands twice, and a field of `also_left`.
    """
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        if name in _DECIDING:
            if name in _LEFT_TO_ROUTES or name in found:
                return None
            found[name] = value
        elif name in also_left:
            return None
    host = found.get(b"host")
    if host is None or not (host in _hosts or _is_good_host(host)):
        return None
    get = found.get
    return RequestHead(
        get(b"accept"),
        get(b"accept-encoding"),
        get(b"if-none-match"),
        get(b"if-modified-since"),
    )


def text_of(value: bytes | None) -> str | None:
    """A field as text; header fields are bytes that Latin-1 can always read."""
    return None if value is None else value.decode("latin-1")


def _is_good_host(host: bytes) -> bool:
    if not is_host(host.decode("latin-1")):
        return False
    if len(_hosts) < MAX_REMEMBERED_HOSTS:
        _hosts.add(host)
    return True
