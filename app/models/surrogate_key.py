"""Surrogate keys: the names by which an edge cache drops the answers that a change touches.

An answer carries keys, and a purge names keys. Each change of print purges `lists`, and each new
board purges `trending`, so these two stand in for all narrower keys of their kind.
"""

from collections.abc import Iterable

LATEST = "latest"
"""What shows the latest issue, whichever that is."""
LISTS = "lists"
"""What any publication can change."""
TRENDING = "trending"
"""What any observation can change."""
PAGES = "pages"
"""What is made of templates, code and settings: a release changes it."""
FEEDS = "feeds"
SEARCH = "search"

MAX_KEYS = 8
MAX_BYTES = 256
"""Of one answer, in a list with separators of one byte."""

_OF_ISSUE = "issue-"
_OF_BOARD = "trending-"


def issue_key(number: int) -> str:
    """The key of answers that show one issue."""
    return f"{_OF_ISSUE}{number}"


def issue_keys(number: int, ref: str) -> tuple[str, ...]:
    """The keys of answers that show the issue to which a reference leads now."""
    return (issue_key(number), LATEST) if ref == LATEST else (issue_key(number),)


def board_keys(source: str | None, kind: str | None) -> tuple[str]:
    """The key of answers that show boards of a source and kind, or of several if one is `None`."""
    return (TRENDING,) if source is None or kind is None else (f"{_OF_BOARD}{source}-{kind}",)


def is_of_print(key: str) -> bool:
    """Whether a change of print can purge the key."""
    return key in (LATEST, LISTS, SEARCH) or key.startswith(_OF_ISSUE)


def is_of_trends(key: str) -> bool:
    """Whether an observation can purge the key."""
    return key.startswith(TRENDING)


def within_limits(keys: Iterable[str]) -> tuple[str, ...]:
    """Drop repeated keys; replace narrow ones by `lists` and `trending` where there are too many.

    The result has at most `MAX_KEYS` keys and `MAX_BYTES` bytes.
    """
    each = tuple(dict.fromkeys(keys))
    if len(each) <= MAX_KEYS and len(" ".join(each)) <= MAX_BYTES:
        return each
    return tuple(dict.fromkeys(_wide(key) for key in each))


def _wide(key: str) -> str:
    if key == LATEST or key.startswith(_OF_ISSUE):
        return LISTS
    return TRENDING if key.startswith(_OF_BOARD) else key
