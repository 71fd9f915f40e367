"""Checks of a request before routing: Host, path, API keys in the URL; and CORS preflights.

Pure functions of the ASGI scope.
"""

import re
import unicodedata
from ipaddress import IPv6Address
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.responses import Response
from starlette.types import Scope

from app.errors import BadRequest

KEY_PARAMETERS = frozenset({"api_key", "key", "token", "access_token"})

# RFC 3986, section 3.2.2: a name (underscores are common in container networks) or an IPv4
# address, or an IPv6 address in brackets; then perhaps a port. Percent-escapes are in the
# grammar, but no name that is looked up has them.
_HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9.])?|\[(?P<ipv6>[0-9A-Fa-f:.]{2,45})\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
)
_MAX_PORT = 65535
# Printable ASCII without an escape: nearly every path. It needs no further check.
_PLAIN_PATH = re.compile(rb"/[!-$&-~]*")
_GRAPHQL = "/graphql"


def check_framing(scope: Scope) -> None:
    """Refuse a request that no route should see.

    Raises:
        BadRequest: `bad_host`, `bad_path` or `key_in_url`; none repeats what was sent.
    """
    _check_host(scope)
    _check_path(scope)
    _check_query(scope)


def is_preflight(scope: Scope) -> bool:
    """Whether a request is a CORS preflight (Fetch, section 3.3.3)."""
    if scope["method"] != "OPTIONS":
        return False
    names = {name for name, _ in scope["headers"]}
    return b"origin" in names and b"access-control-request-method" in names


def preflight_response(scope: Scope) -> Response:
    """Respond to a preflight: every origin may read all responses."""
    methods = "GET, HEAD, POST" if scope["path"] == _GRAPHQL else "GET, HEAD"
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": methods,
            # The wildcard does not cover Authorization (Fetch, section 3.3.4).
            "Access-Control-Allow-Headers": "*, Authorization",
            "Access-Control-Max-Age": "86400",
        },
    )


def _check_host(scope: Scope) -> None:
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or not is_host(hosts[0].decode("latin-1")):
        raise BadRequest(
            "bad_host", "Send exactly one Host header: a host name, and perhaps a port."
        )


def is_host(text: str) -> bool:
    """Whether a text can stand in `Host`: a name or an address, and perhaps a port."""
    match = _HOST.fullmatch(text)
    if match is None or int(match["port"] or 0) > _MAX_PORT:
        return False
    if match["ipv6"] is None:
        return True
    try:
        return bool(IPv6Address(match["ipv6"]))
    except ValueError:
        return False


def _check_path(scope: Scope) -> None:
    raw: Any = scope.get("raw_path")
    path = raw.partition(b"?")[0] if isinstance(raw, bytes) else scope["path"].encode()
    if _PLAIN_PATH.fullmatch(path):
        return
    try:
        text = unquote_to_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise _bad_path() from error
    # A target with a scheme and a host of its own (RFC 9112, section 3.2.2) is for proxies.
    if not text.startswith("/") or any(unicodedata.category(c) == "Cc" for c in text):
        raise _bad_path()


def _bad_path() -> BadRequest:
    return BadRequest(
        "bad_path",
        "The path must begin with / and be UTF-8, percent-encoded, without control characters.",
    )


def is_key(name: str, value: str) -> bool:
    """Whether a query parameter holds an API key, or has a name meant for one."""
    is_named_so = name.strip().lower() in KEY_PARAMETERS
    return is_named_so or any(word.lstrip().startswith("amp_") for word in (name, value))


def _check_query(scope: Scope) -> None:
    query = scope["query_string"]
    if not query:
        return
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if is_key(name, value):
            raise BadRequest(
                "key_in_url", "Keys are not read from the URL; send Authorization: Bearer <key>."
            )
