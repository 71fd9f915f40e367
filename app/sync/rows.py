"""Parsing the values of upstream rows; invalid rows are rejected."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any, TypeVar

from app.models.values import FORBIDDEN_CHARACTERS, MAX_COUNT, is_external_id, parse_instant

MAX_ROWS = 2_000
"""Rows parsed per answer: twice the longest requested page."""
SLICE = 100
"""Rows parsed before other tasks of the event loop may run."""

_FORBIDDEN = re.compile(f"[{FORBIDDEN_CHARACTERS}\ud800-\udfff]")
_NONCHARACTERS = re.compile(
    f"[{''.join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))}]"
)
"""Noncharacters beyond the first plane; `_FORBIDDEN` has the others."""


T = TypeVar("T")


class BadRow(Exception):
    """A row that is not valid."""


def count(row: Mapping[str, Any], name: str, *, is_required: bool = False) -> int | None:
    """Parse a counter: an integer from 0 to 2^53 - 1. Raises `BadRow` for any other value."""
    value = row.get(name)
    if value is None and not is_required:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        raise BadRow(name)
    return value


def number(row: Mapping[str, Any], name: str) -> float | None:
    """Parse a finite number; anything else is `None`."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:
        return None


def identity(row: Mapping[str, Any], name: str, pattern: str) -> str:
    """Parse an identity as a string. Raises `BadRow`."""
    found = find_identity(row, name, pattern)
    if found is None:
        raise BadRow(name)
    return found


def find_identity(row: object, name: str, pattern: str) -> str | None:
    """Return the identity in a row of any shape; `None` if it has none."""
    value = row.get(name) if isinstance(row, Mapping) else None
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if re.fullmatch(pattern, text) else None


def external_id(value: object) -> str:
    """Parse a name such as "owner/name". Raises `BadRow`."""
    if not isinstance(value, str) or not is_external_id(value):
        raise BadRow("id")
    return value


def text(value: object, *, most: int) -> str | None:
    """Parse untrusted text as one truncated line; `None` if there is none."""
    if not isinstance(value, str):
        return None
    line = " ".join(_FORBIDDEN.sub(" ", value[: most * 4]).split())
    line = _NONCHARACTERS.sub("", line)
    return (line if len(line) <= most else line[: most - 1].rstrip() + "…") or None


async def in_slices(values: Sequence[T]) -> AsyncIterator[T]:
    """Yield the first `MAX_ROWS` rows, letting other tasks run between slices."""
    for place, value in enumerate(values[:MAX_ROWS]):
        if place % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        yield value


def words(values: object, *, most: int = 1000) -> str | None:
    """Join topics or tags with spaces: at most 20 of at most 50 characters each."""
    if not isinstance(values, list):
        return None
    found: list[str] = []
    for value in values[:200]:
        word = text(value, most=50)
        if word is not None and " " not in word and "…" not in word and word not in found:
            found.append(word)
    joined = " ".join(found[:20])
    return joined if 0 < len(joined) <= most else None


def instant(value: object) -> datetime | None:
    """Parse an instant; `None` if it is invalid."""
    try:
        return parse_instant(value) if isinstance(value, str) else None
    except ValueError:
        return None
