"""Addresses of links and pictures: which may stand in HTML, and how they are written there."""

import re
from urllib.parse import quote

from app.content.markdown.limits import MAX_URL, too_long

_WHOLE = re.compile(r"https?://(?:[^/\[\]]|\[[0-9a-f:.]+\])|mailto:", re.IGNORECASE)
"""How an address begins that leads to the same place wherever it stands. With one slash or none
after it, `https:` is relative in a page that was fetched by it (URL Standard, special relative)."""

_SAFE = "!#$%&'()*+,-./:;=?@_~[]"
"""What is not percent-encoded beside letters and digits; a `%` may begin an encoded sign."""


def is_whole(address: str) -> bool:
    """Whether an address leads to one place from everywhere.

    The same HTML stands in our pages, in other people's, in feed readers and in mail: there is no
    page that a relative address could be relative to.
    """
    return _WHOLE.match(address) is not None


def href(address: str) -> str:
    """An address as HTML attributes have it, before escaping.

    Raises:
        MarkdownRefused: it is longer than `MAX_URL`.
    """
    if len(address) > MAX_URL:
        raise too_long(f"An address in it is longer than {MAX_URL} characters; shorten it.")
    return quote(address, safe=_SAFE)
