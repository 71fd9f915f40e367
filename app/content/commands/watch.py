"""The watch list: subjects that are followed even if no listing shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import Field
from sqlalchemy import delete, exists, func, or_, select, update
from sqlmodel import col

from app.content.commands.transaction import Transaction
from app.content.validation import invalid
from app.errors import Conflict, Fault, NotFound, quoted
from app.models.source import missing_kind
from app.models.subject import Subject
from app.models.values import EntryKind, ExternalId, Shape, SourceName
from app.models.watch import Watch

MAX_WATCHED = 500
"""Entries of the list: each costs one request a day unless a listing shows it."""
ASK_AGAIN = timedelta(hours=22)


class WatchInput(Shape):
    """A thing to be followed."""

    source: SourceName = Field(description="Where it lives.")
    kind: EntryKind = Field(description="What it is.")
    external_id: ExternalId = Field(description='Its name there: "owner/name", or an arXiv id.')


@dataclass(frozen=True, slots=True)
class Found:
    """The result of looking up the name of an entry."""

    watch_id: int
    upstream_id: str | None
    reason: str | None = None


def add_watch(tx: Transaction, wanted: WatchInput) -> Watch:
    """Add a subject to the watch list; the next sync run looks it up by name.

    Raises:
        Forbidden: without `sync:run`.
        ContentInvalid: the source has no such kind.
        Conflict: it is already on the list, ignoring letter case, or the list is full.
    """
    tx.principal.require("sync:run")
    if sentence := missing_kind(wanted.source, wanted.kind):
        raise invalid([Fault("/kind", "kind_not_of_source", sentence)])
    tx.lock("watch list")
    if tx.session.scalar(_id_of(wanted)) is not None:
        raise Conflict("already_watched", f"{quoted(wanted.external_id)} is on the watch list.")
    if (tx.session.scalar(select(func.count()).select_from(Watch)) or 0) >= MAX_WATCHED:
        raise Conflict("watch_list_full", f"The watch list has {MAX_WATCHED} entries; remove some.")
    watch = Watch(
        source=wanted.source,
        kind=wanted.kind,
        external_id=wanted.external_id,
        created_at=tx.now,
    )
    tx.session.add(watch)
    tx.session.flush()
    return watch


def remove_watch(tx: Transaction, watch_id: int) -> None:
    """Remove an entry; its subject stays known and is followed like any other.

    Raises:
        Forbidden: without `sync:run`.
        NotFound: there is no such entry.
    """
    tx.principal.require("sync:run")
    found = tx.session.get(Watch, watch_id)
    if found is None:
        raise NotFound("watch_not_found", "The watch list has no entry of this id.")
    tx.session.execute(delete(Watch).where(col(Watch.id) == watch_id))


def remove_named(tx: Transaction, wanted: WatchInput) -> None:
    """Remove an entry by name, ignoring letter case. Raises as `remove_watch` does."""
    tx.principal.require("sync:run")
    watch_id = tx.session.scalar(_id_of(wanted))
    if watch_id is None:
        raise NotFound("watch_not_found", f"{quoted(wanted.external_id)} is not on the watch list.")
    remove_watch(tx, watch_id)


def names_to_ask(tx: Transaction, source: str, kind: str, *, most: int) -> Mapping[int, str]:
    """Return the names of due entries without a subject, by entry id, longest waiting first."""
    tx.principal.require("sync:run")
    rows = tx.session.execute(
        select(col(Watch.id), col(Watch.external_id))
        .where(
            col(Watch.source) == source,
            col(Watch.kind) == kind,
            # A killed run may have stored an identity without a subject.
            ~exists().where(
                col(Subject.source) == col(Watch.source),
                col(Subject.kind) == col(Watch.kind),
                col(Subject.upstream_id) == col(Watch.upstream_id),
            ),
            or_(col(Watch.asked_at).is_(None), col(Watch.asked_at) <= tx.now - ASK_AGAIN),
        )
        .order_by(col(Watch.asked_at).is_not(None), col(Watch.asked_at), col(Watch.id))
        .limit(most)
    )
    return {row.id: row.external_id for row in rows}


def note_found(tx: Transaction, found: list[Found]) -> None:
    """Store the results of looking up names."""
    tx.principal.require("sync:run")
    tx.session.execute(
        update(Watch),
        [
            {
                "id": each.watch_id,
                "upstream_id": each.upstream_id,
                "reason": each.reason,
                "asked_at": tx.now,
            }
            for each in found
        ],
    )


def _id_of(wanted: WatchInput) -> Any:
    return select(col(Watch.id)).where(
        col(Watch.source) == wanted.source,
        col(Watch.kind) == wanted.kind,
        # Lowered by the database on both sides: SQLite lowers ASCII letters alone.
        func.lower(col(Watch.external_id)) == func.lower(wanted.external_id),
    )
