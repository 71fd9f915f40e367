"""Links in pages: only http and https, percent-encoded as URLs require."""

import re
from urllib.parse import quote

_ADDRESS = re.compile(r"(https?)://([^/?#]+)([^#]*)(#?)(.*)", re.IGNORECASE | re.DOTALL)
_ILLEGAL = re.compile(r"[\x00-\x20\"<>\\^`{|}\x7f]|%(?![0-9A-Fa-f]{2})")
"""What a URL may not hold (WHATWG URL, "URL code points", read 2026-11), in ASCII; letters of other
scripts it may."""
_ILLEGAL_BEYOND_HOST = re.compile(rf"{_ILLEGAL.pattern}|[\[\]#]")


def href(address: str | None) -> str:
    """An address that a reader may follow; what is not of the web leads nowhere.

    Addresses come as they were posted: what a URL may not hold is percent-encoded, and what is
    encoded already stays.
    """
    found = _ADDRESS.fullmatch(address or "")
    # No host has such a character; encoded it would be another host.
    if found is None or _ILLEGAL.search(found[2]):
        return "#"
    scheme, host, path, mark, fragment = found.groups()
    return f"{scheme}://{host}{_encoded(path)}{mark}{_encoded(fragment)}"


def host_of(address: str) -> str:
    """The host of a URL, with its port; empty if it has none."""
    found = _ADDRESS.fullmatch(address)
    return found[2].lower() if found else ""


def _encoded(part: str) -> str:
    return _ILLEGAL_BEYOND_HOST.sub(lambda found: quote(found[0], safe=""), part)
