"""What trending and sync operations may answer, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

_NOON = "2026-05-03T12:00:00Z"
_JSON = "application/json"

_ENTRY = {
    "source": "github",
    "kind": "repository",
    "external_id": "demo-robotics/gripper",
    "rank": 1,
    "name": "gripper",
    "url": "https://github.com/demo-robotics/gripper",
    "summary": "Hands for robots.",
    "task": None,
    "language": "Python",
    "stars": 1840,
    "likes": None,
    "downloads": None,
    "forks": 96,
    "score": 19.4211,
    "previous_rank": 4,
    "change": 612,
    "window": "week",
    "observed_at": _NOON,
    "snapshot_id": 41,
}
_BOARD = {
    "source": "github",
    "kind": "repository",
    "window": "week",
    "date": "2026-05-03",
    "span_days": 7.002,
    "observed_at": _NOON,
    "snapshot_id": 41,
    "baseline_snapshot_id": 6,
    "tracked": 812,
    "method": "rise/2",
    "status": "ok",
    "reason": None,
    "filter": None,
}
_NOTE = {
    "external_id": "demo-robotics/gripper",
    "streak_days": 3,
    "is_newcomer": False,
    "has_returned": False,
    "is_burst": False,
    "basis": "observed",
    "parts": {"gain": 612, "size": 1228, "smoothing": 100, "boost": 1.156},
    "base_model": None,
    "copies": [],
}
_CHANGE = {
    "board": _BOARD,
    "previous": {**_BOARD, "date": "2026-05-02", "observed_at": "2026-05-02T12:00:00Z"},
    "entered": [_ENTRY],
    "entered_notes": [_NOTE],
    "left": [{**_ENTRY, "external_id": "demo-robotics/old-hand", "name": "old-hand", "rank": 9}],
}
_HISTORY = {
    "board": _BOARD,
    "dates": ["2026-05-01", "2026-05-02", "2026-05-03"],
    "subjects": [
        {**{name: _ENTRY[name] for name in ("external_id", "name", "url")}, "ranks": [None, 4, 1]}
    ],
}
_SEEN = {
    "observed_at": _NOON,
    "snapshot_id": 41,
    "stars": 1840,
    "likes": None,
    "downloads": None,
    "forks": 96,
    "score": 19.4211,
    "rank": 1,
}
_SUBJECT = {
    **{name: _ENTRY[name] for name in ("source", "kind", "external_id")},
    "upstream_id": "710000001",
    **{name: _ENTRY[name] for name in ("name", "url", "summary", "task", "language")},
    "status": "active",
    "status_since": "2026-04-01T12:00:00Z",
    "first_seen_at": "2026-04-01T12:00:00Z",
    "names": [{"external_id": "demo-robotics/gripper", "from": "2026-04-01T12:00:00Z", "to": None}],
    "latest": _SEEN,
    "history": [_SEEN],
}
_PART = {
    "name": "github",
    "status": "running",
    "requests": 0,
    "observations": 0,
    "skipped": 0,
    "refused": 0,
    "bytes": 0,
    "reason": None,
}
_BEGUN = {
    "id": 12,
    "status": "running",
    "started_at": _NOON,
    "finished_at": None,
    "sources": [_PART],
}
_ENDED = {
    **_BEGUN,
    "status": "complete",
    "finished_at": "2026-05-03T12:01:10Z",
    "sources": [
        {**_PART, "status": "complete", "requests": 36, "observations": 812, "bytes": 310244}
    ],
}
_HEALTH = {
    "name": "github",
    "status": "ok",
    "last_success_at": "2026-05-03T12:01:10Z",
    "last_run_at": "2026-05-03T12:01:10Z",
    "age_seconds": 340,
    "subjects": 812,
    "skipped": 0,
    "refused": 0,
    "reason": None,
}

_WATCHED = {
    "id": 3,
    "source": "github",
    "kind": "repository",
    "external_id": "demo-robotics/gripper",
    "subject": "demo-robotics/gripper",
    "created_at": _NOON,
    "asked_at": "2026-05-03T12:01:10Z",
    "reason": None,
}


def trending_examples(*, reference: Mapping[str, Any]) -> dict[str, Any]:
    """The answers by operation id and media type; `reference`: of the issue that printed it."""
    board = {**_page(_ENTRY), "board": _BOARD, "notes": [_NOTE]}
    moved = {**_BOARD, "method": "net-change/1"}
    mover = {**_page({**_ENTRY, "score": None}), "board": moved, "notes": [_NOTE]}
    printed = {"issue": reference, "section": "trending", "rank": 2}
    return {
        "readBoards": {_JSON: {"data": [{"board": _BOARD, "entries": [_ENTRY], "notes": [_NOTE]}]}},
        "readBoardChanges": {_JSON: {"data": [_CHANGE]}},
        "readBoard": {_JSON: board},
        "readBoardHistory": {_JSON: _HISTORY},
        "listMovers": {_JSON: mover},
        "readSubject": {_JSON: {**_SUBJECT, "appearances": [printed]}},
        "listSources": {_JSON: _page(_HEALTH)},
        "listRuns": {_JSON: _page(_ENDED)},
        "readRun": {_JSON: _ENDED},
        "startRun": {_JSON: _BEGUN},
        "listWatched": {_JSON: _page(_WATCHED)},
        "watchSubject": {_JSON: {**_WATCHED, "subject": None, "asked_at": None}},
    }


def _page(row: object) -> dict[str, object]:
    page = {"limit": 20, "next_cursor": None, "has_more": False, "total": 1}
    return {"data": [row], "page": page}
