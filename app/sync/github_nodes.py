"""Refreshing many repositories in one GraphQL query, tolerating errors of single ones.

An answer with errors has status 200; an error about one node has a `path` such as `["nodes", 17]`.
GitHub GraphQL, rate and node limits, read 2026-11.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from app.models.sighting import KnownSubject, Sighting
from app.sync import rows
from app.sync.client import Client
from app.sync.errors import UpstreamError
from app.sync.github_rows import FIELDS, node
from app.sync.tally import Tally

BATCH = 100
"""Ids per query, which costs one point; more are rejected."""
LEAST_BATCH = 10
"""If no query of this size succeeds, the source is down rather than one repository at fault."""
_QUERY = f"query($ids:[ID!]!){{nodes(ids:$ids){{__typename ...on Repository{{{FIELDS}}}}}}}"
NOT_FOUND = "not_found"
MAX_MESSAGE = 500
_LIMITED = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
_HALVED = frozenset({"server_error", "not_json", "timeout", "bad_shape"})


@dataclass(slots=True)
class Nodes:
    """The results of requests by node id."""

    client: Client
    tally: Tally
    found: dict[str, Sighting] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unclear: list[KnownSubject] = field(default_factory=list)
    """Subjects to look up one by one: not found, or without a result."""
    _is_answered: bool = False
    _has_unnamed: bool = False
    """Whether the last answer had an error that names no node."""

    async def see(self, subjects: Sequence[KnownSubject]) -> None:
        """Request all subjects. Raises `UpstreamError` if the source fails as a whole."""
        waiting = [subjects[start : start + BATCH] for start in range(0, len(subjects), BATCH)]
        while waiting:
            batch = waiting.pop(0)
            try:
                nodes, errors = await self._ask(batch)
            except UpstreamError as error:
                self._split(batch, waiting, error)
                continue
            self._is_answered = True
            again = []
            for place, each in enumerate(batch):
                if nodes[place] is None and place not in errors and self._has_unnamed:
                    again.append(each)
                else:
                    self._take(each, nodes[place], errors.get(place))
            if again:
                # The unnamed error means that some were left out because the query was too heavy.
                half = (len(again) + 1) // 2
                waiting[:0] = [part for part in (again[:half], again[half:]) if part]

    def _split(
        self,
        batch: Sequence[KnownSubject],
        waiting: list[Sequence[KnownSubject]],
        error: UpstreamError,
    ) -> None:
        """Retry in halves: the query was too heavy, or one node cannot be answered."""
        if error.reason not in _HALVED or not (self._is_answered or len(batch) > LEAST_BATCH):
            raise error
        if len(batch) == 1:
            self.unclear.append(batch[0])
            return
        half = (len(batch) + 1) // 2
        waiting[:0] = [batch[:half], batch[half:]]

    async def _ask(self, batch: Sequence[KnownSubject]) -> tuple[list[Any], dict[int, str]]:
        """Return the nodes in order, and the reasons of errors by index."""
        ids = [each.handle for each in batch]
        answer = await self.client.post("/graphql", {"query": _QUERY, "variables": {"ids": ids}})
        body = answer.body if isinstance(answer.body, Mapping) else {}
        given = body.get("errors")
        errors = [each for each in given if isinstance(each, Mapping)] if _is_list(given) else []
        if any(_is_limit(each) for each in errors):
            self.client.stop("rate_limited")
            raise UpstreamError("rate_limited")
        shown = body.get("data")
        nodes = shown.get("nodes") if isinstance(shown, Mapping) else None
        if not _is_list(nodes) or len(nodes) != len(batch):
            raise UpstreamError("server_error" if errors else "bad_shape")
        named = {place: _kind(each) for each in errors if (place := _place(each)) is not None}
        self._has_unnamed = len(named) < len(errors)
        if self._has_unnamed and not any(nodes):
            raise UpstreamError("server_error")
        return nodes, named

    def _take(self, each: KnownSubject, shown: object, reason: str | None) -> None:
        if shown is None and reason is not None and reason != NOT_FOUND:
            self.refused[each.upstream_id] = reason
        elif not isinstance(shown, Mapping) or shown.get("isPrivate") is True:
            self.unclear.append(each)
        else:
            try:
                self.found[each.upstream_id] = node(shown, each)
                self.tally.note_read(each.upstream_id)
            except rows.BadRow:
                self.tally.note_bad(each.upstream_id)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_limit(error: Mapping[str, Any]) -> bool:
    """Whether an error reports a rate limit rather than one repository."""
    message = str(error.get("message"))[:MAX_MESSAGE].lower()
    return error.get("type") in _LIMITED or ("rate limit" in message and _place(error) is None)


def _place(error: Mapping[str, Any]) -> int | None:
    """Return the index of the node that an error is about."""
    path = error.get("path")
    if not _is_list(path) or len(path) < 2 or path[0] != "nodes":
        return None
    return path[1] if isinstance(path[1], int) and not isinstance(path[1], bool) else None


def _kind(error: Mapping[str, Any]) -> str:
    kind = error.get("type")
    is_code = isinstance(kind, str) and re.fullmatch(r"[A-Z_]{1,40}", kind)
    return str(kind).lower() if is_code else "refused"
