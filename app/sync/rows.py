"""Reading the rows of upstream answers: each is as it should be, or is left out."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any, TypeVar

from app.models.values import FORBIDDEN_CHARACTERS, MAX_COUNT, is_external_id, parse_instant

MAX_ROWS = 2_000
"""Of one answer that are read: twice the longest page that is asked for."""
SLICE = 100
"""Rows read before other tasks of the event loop are let in."""

_FORBIDDEN = re.compile(f"[{FORBIDDEN_CHARACTERS}\ud800-\udfff]")


T = TypeVar("T")


class BadRow(Exception):
    """A row that is not believed."""


def count(row: Mapping[str, Any], name: str, *, is_required: bool = False) -> int | None:
    """A counter: an integer from 0 to 2^53 - 1. Raises `BadRow` for anything else that is there."""
    value = row.get(name)
    if value is None and not is_required:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        raise BadRow(name)
    return value


def number(row: Mapping[str, Any], name: str) -> float | None:
    """An opinion: any finite number, else nothing."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:
        return None


def identity(row: Mapping[str, Any], name: str, pattern: str) -> str:
    """An identity, as a string. Raises `BadRow`."""
    value = row.get(name)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not re.fullmatch(pattern, text):
        raise BadRow(name)
    return text


def external_id(value: object) -> str:
    """A name such as "owner/name". Raises `BadRow`."""
    if not isinstance(value, str) or not is_external_id(value):
        raise BadRow("id")
    return value


def text(value: object, *, most: int) -> str | None:
    """A text of one line, cut; `None` where there is none. It is its author's, and hostile."""
    if not isinstance(value, str):
        return None
    line = " ".join(_FORBIDDEN.sub(" ", value[: most * 4]).split())
    # Noncharacters beyond the first plane too.
    line = "".join(c for c in line if ord(c) < 0x10000 or ord(c) & 0xFFFE != 0xFFFE)
    return (line if len(line) <= most else line[: most - 1].rstrip() + "…") or None


async def in_slices(values: Sequence[T]) -> AsyncIterator[T]:
    """The first `MAX_ROWS` rows of an answer, with a turn for other tasks between slices."""
    for place, value in enumerate(values[:MAX_ROWS]):
        if place % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        yield value


def words(values: object, *, most: int = 1000) -> str | None:
    """Topics or tags as one text, separated by spaces: at most 20 of at most 50 characters each."""
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
    """An instant, where it is one."""
    try:
        return parse_instant(value) if isinstance(value, str) else None
    except ValueError:
        return None
