"""Boards as shown: selecting board rows, their status at a time, and their documents.

Used by queries and by sections that are filled from a snapshot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date as Date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Row, ScalarSelect, Select, bindparam, exists, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.content.trends.board_entries import BoardEntry, unpack
from app.content.trends.board_filter import EVERYTHING, BoardFilter, chosen
from app.content.trends.places import Place
from app.content.trends.ranking import ACROSS_KINDS_METHOD, MAX_ENTRIES, MOVERS_METHOD, ranks
from app.content.trends.score_parts import score_parts
from app.models.base import UtcInstant, columns
from app.models.board import Board, BoardList
from app.models.snapshot import Snapshot
from app.models.source import SOURCES
from app.models.subject import PROFILE_FIELDS, SubjectProfile
from app.models.values import Window, format_instant

STALE_AFTER = timedelta(hours=36)
"""Age at which a board is stale: half a day after the next daily board is due."""
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any snapshot."""
NO_SNAPSHOT = "no_snapshot"
LATER_RUN_FAILED = "later_run_failed"
NO_LATER_RUN = "no_later_run"


@dataclass(frozen=True, slots=True)
class ShownBoard:
    """A board at a time, with all of its entries."""

    ids: tuple[int, ...]
    """Ids of the board rows it is made from."""
    head: Mapping[str, object]
    places: Sequence[Place]
    stale_since: datetime | None
    """When it became stale for lack of a later snapshot, if it did."""
    next_change_at: datetime | None
    """When it becomes stale if no snapshot follows, or when the requested day begins."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The requested board; without source or kind the boards of all kinds combined."""

    list: BoardList
    window: Window
    source: str | None = None
    kind: str | None = None
    date: Date | None = None
    filter: BoardFilter = EVERYTHING


def end_of(date: Date | None, *, now: datetime) -> datetime:
    """Return the end of a date, as an upper bound of `observed_at`; without a date, now."""
    if date is None:
        return now + timedelta(microseconds=1)
    # Not the start of the next day, which the last representable date does not have.
    return datetime.combine(date, time.max, tzinfo=UTC)


def begins_at(date: Date | None, *, now: datetime) -> datetime | None:
    """Return the start of a day in the future; `None` for today and days before it."""
    return _start_of(date) if date is not None and date > now.date() else None


def _start_of(date: Date) -> datetime:
    return datetime.combine(date, time.min, tzinfo=UTC)


def _select_boards() -> Select[Any]:
    """Boards with their entries, and whether a later sync of the kind failed by `until`."""
    failed = aliased(Snapshot)
    later_failure = exists().where(
        col(failed.source) == col(Board.source),
        col(failed.kind) == col(Board.kind),
        col(failed.status) == "failed",
        col(failed.observed_at) > col(Board.observed_at),
        col(failed.observed_at) <= bindparam("until", type_=UtcInstant),
    )
    return select(
        *columns(Board, *Board.model_fields),
        later_failure.label("is_superseded"),
    ).order_by(col(Board.source), col(Board.kind))


@cache
def select_boards(*, by_source: bool, by_kind: bool) -> Select[Any]:
    """Select the newest boards of a list and window at `until`.

    Each is found by an index seek, independent of the length of its history.
    """
    newest: list[ScalarSelect[Any]] = []
    for source in SOURCES:
        for kind in source.kinds:
            found = _newest(source.name, kind)
            if by_source:
                found = found.where(literal(source.name) == bindparam("source"))
            if by_kind:
                found = found.where(literal(kind) == bindparam("kind"))
            newest.append(found.scalar_subquery())
    return _select_boards().where(col(Board.id).in_(newest))


def _newest(source: str, kind: str) -> Select[Any]:
    """Select the id of the newest board of a source and kind."""
    board = aliased(Board)
    return (
        select(col(board.id))
        .where(
            col(board.source) == literal(source),
            col(board.kind) == literal(kind),
            col(board.list) == bindparam("list"),
            col(board.window) == bindparam("window"),
            col(board.observed_at) <= bindparam("until", type_=UtcInstant),
        )
        .order_by(col(board.observed_at).desc(), col(board.id).desc())
        .limit(1)
    )


def _of_list(statement: Select[Any], *, by_source: bool, by_kind: bool) -> Select[Any]:
    """Restrict a statement to a list and window, and optionally to a source and kind."""
    statement = statement.where(
        col(Board.list) == bindparam("list"), col(Board.window) == bindparam("window")
    )
    if by_source:
        statement = statement.where(col(Board.source) == bindparam("source"))
    if by_kind:
        statement = statement.where(col(Board.kind) == bindparam("kind"))
    return statement


@cache
def select_boards_by_ids(*, by_source: bool, by_kind: bool) -> Select[Any]:
    """Select boards of a list and window by id, observed by `until`."""
    statement = _select_boards().where(
        col(Board.id).in_(bindparam("ids", expanding=True)),
        col(Board.observed_at) <= bindparam("until", type_=UtcInstant),
    )
    return _of_list(statement, by_source=by_source, by_kind=by_kind)


@cache
def select_boards_of_snapshot() -> Select[Any]:
    """Select a list and window of one snapshot."""
    return _select_boards().where(
        col(Board.snapshot_id) == bindparam("snapshot_id"),
        col(Board.list) == bindparam("list"),
        col(Board.window) == bindparam("window"),
    )


@cache
def select_profiles() -> Select[Any]:
    """Select profiles by id."""
    return select(*columns(SubjectProfile, "id", *PROFILE_FIELDS, "base_model")).where(
        col(SubjectProfile.id).in_(bindparam("ids", expanding=True))
    )


def parameters_of(asked: Asked, *, now: datetime) -> dict[str, object]:
    """Return the parameters of `select_boards`."""
    has_begun = begins_at(asked.date, now=now) is None
    given: dict[str, object] = {
        "list": asked.list,
        "window": asked.window,
        "until": end_of(asked.date, now=now) if has_begun else _BEFORE_ALL,
    }
    if asked.source is not None:
        given["source"] = asked.source
    if asked.kind is not None:
        given["kind"] = asked.kind
    return given


def show(row: Row[Any], asked: Asked, *, now: datetime) -> ShownBoard:
    """Show one board row."""
    standing = _standing(row, asked, now=now)
    head: dict[str, object] = {
        "source": row.source,
        "kind": row.kind,
        "window": row.window,
        "date": row.observed_at.date().isoformat(),
        "span_days": row.span_days,
        "observed_at": format_instant(row.observed_at),
        "snapshot_id": row.snapshot_id,
        "baseline_snapshot_id": row.baseline_snapshot_id,
        "tracked": row.tracked,
        "method": row.method,
        "status": standing.status,
        "reason": standing.reason,
        "filter": None,
    }
    places = [
        Place(row.source, row.kind, row.window, row.observed_at, row.snapshot_id, entry)
        for entry in unpack(row.entries)
    ]
    return ShownBoard((row.id,), head, places, standing.stale_since, standing.next_change_at)


def narrowed(board: ShownBoard, wanted: BoardFilter, facts: Mapping[int, Row[Any]]) -> ShownBoard:
    """Filter the entries of a board; its header still describes the whole board."""
    return replace(
        board,
        head={**board.head, "filter": wanted.head(len(board.places))},
        places=chosen(board.places, wanted, facts)[:MAX_ENTRIES],
    )


def show_nothing(asked: Asked, *, method: str, now: datetime) -> ShownBoard:
    """Show a board that does not exist yet."""
    head: dict[str, object] = {
        "source": asked.source,
        "kind": asked.kind,
        "window": asked.window,
        "date": None,
        "span_days": None,
        "observed_at": None,
        "snapshot_id": None,
        "baseline_snapshot_id": None,
        "tracked": 0,
        "method": method,
        "status": "withheld",
        "reason": NO_SNAPSHOT,
        "filter": asked.filter.head(0) if asked.filter.reads_facts else None,
    }
    return ShownBoard((), head, (), None, begins_at(asked.date, now=now))


def show_together(boards: Sequence[ShownBoard], asked: Asked) -> ShownBoard:
    """Combine the mover lists of several kinds, ordered by absolute change.

    Each entry keeps the snapshot its numbers come from. The header gives the shortest span. All
    entries are kept, so that a filter can select among them.
    """
    places = sorted(
        (place for board in boards for place in board.places),
        key=lambda place: -abs(place.entry.change or 0),
    )
    found = ranks([abs(place.entry.change or 0) for place in places])
    ranked = [
        replace(place, entry=place.entry._replace(rank=rank, previous_rank=None))
        for place, rank in zip(places, found, strict=True)
    ]
    heads = [board.head for board in boards]
    statuses = [str(head["status"]) for head in heads]
    spans = [head["span_days"] for head in heads if isinstance(head["span_days"], float)]
    seen = [str(head["observed_at"]) for head in heads]
    status = _together(statuses)
    head: dict[str, object] = {
        "source": asked.source,
        "kind": asked.kind,
        "window": asked.window,
        "date": min(str(head["date"]) for head in heads),
        "span_days": min(spans, default=None),
        "observed_at": min(seen),
        "snapshot_id": None,
        "baseline_snapshot_id": None,
        "tracked": sum(head["tracked"] for head in heads if isinstance(head["tracked"], int)),
        "method": ACROSS_KINDS_METHOD if len(heads) > 1 else MOVERS_METHOD,
        "status": status,
        "reason": None
        if status == "ok"
        else ", ".join(
            f"{head['source']}/{head['kind']}: {head['reason'] or head['status']}"
            for head in heads
            if head["status"] != "ok"
        )[:200],
        "filter": None,
    }
    return ShownBoard(
        tuple(row_id for board in boards for row_id in board.ids),
        head,
        ranked,
        max((b.stale_since for b in boards if b.stale_since is not None), default=None),
        min((b.next_change_at for b in boards if b.next_change_at is not None), default=None),
    )


def entry_of(place: Place, profile: Row[Any]) -> dict[str, object]:
    """Make the trending entry of a place, with the names its subject had at the time."""
    entry = place.entry
    return {
        "source": place.source,
        "kind": place.kind,
        "external_id": profile.external_id,
        "rank": entry.rank,
        "name": profile.name,
        "url": profile.url,
        "summary": profile.summary,
        "task": profile.task,
        "language": profile.language,
        "stars": entry.stars,
        "likes": entry.likes,
        "downloads": entry.downloads,
        "forks": entry.forks,
        "score": entry.score,
        "previous_rank": entry.previous_rank,
        "change": entry.change,
        "window": place.window,
        "observed_at": format_instant(place.observed_at),
        "snapshot_id": place.snapshot_id,
    }


def note_of(place: Place, profile: Row[Any]) -> dict[str, object]:
    """Make the note of a place; it is separate so that the entry can be posted unchanged."""
    entry = place.entry
    return {
        "external_id": profile.external_id,
        "streak_days": entry.streak,
        "is_newcomer": entry.is_newcomer,
        "has_returned": entry.has_returned,
        "is_burst": entry.is_burst,
        "basis": _basis_of(entry),
        "parts": _parts_of(place),
        "base_model": profile.base_model,
        "copies": list(place.copies),
    }


def _parts_of(place: Place) -> dict[str, object] | None:
    parts = score_parts(place.entry, place.kind)
    return None if parts is None else parts._asdict()


def _basis_of(entry: BoardEntry) -> str:
    # Boards of `rise/1` store no basis: without a change, the subject was created since.
    if entry.basis == "observed" and entry.change is None:
        return "created"
    return entry.basis


def profile_ids(places: Iterable[Place]) -> list[int]:
    """Return the `ids` parameter of `select_profiles`."""
    return [place.entry.profile_id for place in places]


class _Standing(NamedTuple):
    status: str
    reason: str | None = None
    stale_since: datetime | None = None
    next_change_at: datetime | None = None


def _standing(row: Row[Any], asked: Asked, *, now: datetime) -> _Standing:
    """Return the status of a board at the requested time, its reason and how long it holds."""
    # An older board is late from the start of the requested date, which had no board before.
    begun_at = None
    if asked.date is not None and row.observed_at.date() < asked.date:
        begun_at = _start_of(asked.date)
    if row.is_superseded:
        return _Standing("stale", LATER_RUN_FAILED, begun_at)
    late_at = row.observed_at + STALE_AFTER
    if begun_at is not None:
        late_at = min(late_at, begun_at)
    if min(end_of(asked.date, now=now), now) >= late_at:
        return _Standing("stale", NO_LATER_RUN, late_at)
    is_over = asked.date is not None and asked.date < now.date()
    return _Standing(row.status, row.reason, None, None if is_over else late_at)


def _together(statuses: Sequence[str]) -> str:
    if all(status == statuses[0] for status in statuses):
        return statuses[0]
    return "partial"
