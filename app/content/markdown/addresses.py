"""Addresses of links and images: which are allowed, and how they are escaped."""

import re
from urllib.parse import quote

from app.content.markdown.limits import MAX_URL, too_long

_WHOLE = re.compile(r"https?://(?:[^/\[\]]|\[[0-9a-f:.]+\])|mailto:", re.IGNORECASE)
"""The beginning of an absolute address. `https:` with fewer than two slashes is relative on a page
with that scheme (URL Standard, special relative)."""

_SAFE = "!#$%&'()*+,-./:;=?@_~[]"
"""Characters that are not percent-encoded; `%` may begin an encoded character."""


def is_whole(address: str) -> bool:
    """Whether an address is absolute.

    The HTML is shown on our pages, other sites, in feed readers and mail, so a relative address has
    no base.
    """
    return _WHOLE.match(address) is not None


def href(address: str) -> str:
    """Percent-encode an address for an HTML attribute, before escaping.

    Raises:
        MarkdownRefused: it is longer than `MAX_URL`.
    """
    if len(address) > MAX_URL:
        raise too_long(f"An address in it is longer than {MAX_URL} characters; shorten it.")
    return quote(address, safe=_SAFE)
