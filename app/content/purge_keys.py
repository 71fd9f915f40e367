"""Which surrogate keys the events of the log purge. Pure functions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Any, Literal, Protocol

import orjson

from app.models.source import SOURCES
from app.models.surrogate_key import (
    FEEDS,
    LATEST,
    LISTS,
    PAGES,
    SEARCH,
    TRENDING,
    board_keys,
    issue_key,
)

Scale = Literal["named", "print", "everything"]


class Logged(Protocol):
    """The part of an event that decides what it purges."""

    @property
    def type(self) -> str: ...

    @property
    def data(self) -> bytes:
        """The member `data` as JSON."""
        ...


@dataclass(frozen=True, slots=True)
class Purge:
    """What some events purge."""

    keys: frozenset[str]
    days: frozenset[Date] = frozenset()
    """Days of issues that came into print or left it: their neighbours link to others now."""
    scale: Scale = "named"
    """`print`: every issue too. `everything`: whatever an edge cache may have."""


_WHOLE_PRINT = frozenset({LATEST, LISTS, SEARCH, PAGES, FEEDS})


def purge_of(events: Iterable[Logged]) -> Purge:
    """Work out what events purge; drafts and everything private purge nothing."""
    keys: set[str] = set()
    days: set[Date] = set()
    scale: Scale = "named"
    for event in events:
        data: Mapping[str, Any] = orjson.loads(event.data)
        match event.type:
            case "issue.published" | "issue.unpublished":
                keys |= _of_issue(data)
                days.add(Date.fromisoformat(data["issue"]["date"]))
            case "issue.updated" | "issue.corrected":
                keys |= _of_issue(data)
            case "trending.updated":
                keys |= {TRENDING, *board_keys(data["source"], data["kind"])}
            case "sync.finished":
                # Boards of a failed source are stale from now on, without a new board.
                keys |= {TRENDING, *_boards(each["name"] for each in data["sources"])}
            case "content.rebuilt" if data["reason"] == "indexed":
                keys.add(SEARCH)
            case "content.rebuilt":
                scale = "print"
    if scale == "print":
        keys |= _WHOLE_PRINT
    return Purge(frozenset(keys), frozenset(days), scale)


def purge_of_everything() -> Purge:
    """What to purge where events are no longer known."""
    boards = _boards(source.name for source in SOURCES)
    return Purge(frozenset({*_WHOLE_PRINT, TRENDING, *boards}), scale="everything")


def _of_issue(data: Mapping[str, Any]) -> set[str]:
    return {issue_key(data["issue"]["number"]), LISTS, SEARCH}


def _boards(names: Iterable[str]) -> Iterator[str]:
    wanted = set(names)
    for source in SOURCES:
        if source.name in wanted:
            for kind in source.kinds:
                yield from board_keys(source.name, kind)
