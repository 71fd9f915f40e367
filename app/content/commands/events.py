"""Events: what a command records in its transaction, by the types of the contract, part 9.

`record_event` is for every type. The functions below it make the `data` of one family of types
each. Events of a transaction get their sequences when it settles, in the order of recording.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import orjson
from sqlalchemy import select
from sqlmodel import col

from app.content.commands.event_log import NewEvent, Recorder
from app.content.diff import changed_pointers
from app.content.issue_view import View, answer_of, reference_of, select_issue
from app.content.run_document import run_document
from app.database.prepared_writes import read
from app.entity_tag import etag_of
from app.models.event import MAX_EVENT_BYTES, EventType, OwnerType
from app.models.issue import Issue
from app.models.revision import IssueRevision
from app.models.sighting import Look
from app.models.sync_run import SyncRun, SyncRunSource
from app.models.values import format_instant

_ENVELOPE_BYTES = 300
"""Room for the members beside `data`; they take about 150 bytes."""

_JSON = "application/json"


def record_event(
    tx: Recorder,
    event_type: EventType,
    data: Mapping[str, object],
    *,
    issue_id: int | None = None,
    occurred_at: datetime | None = None,
    schedule_key: str | None = None,
) -> None:
    """Record an event; it is stored if the transaction commits.

    `issue_id` is the row id of its issue: webhooks deliver the events of one issue in order. An
    event has at most 20 kB: `changed` and the changes of `correction` are cut to fit.
    """
    written = _fitting(data)
    tx.record(NewEvent(event_type, written, issue_id, occurred_at, schedule_key))


def record_draft_event(
    tx: Recorder,
    event_type: OwnerType,
    issue: Issue,
    *,
    title: str | None,
    revision: int,
    **further: object,
) -> None:
    """Record an event that only callers with `drafts:read` see, about a revision of an issue."""
    data = {"issue": _reference(tx, issue, title), "revision": revision, **further}
    record_event(tx, event_type, data, issue_id=issue.id)


def record_published(
    tx: Recorder,
    issue: Issue,
    *,
    is_first: bool,
    occurred_at: datetime | None = None,
    schedule_key: str | None = None,
) -> None:
    """Record that an issue came into print; the caller has flushed it.

    `is_first`: it was never in print before.
    """
    record_event(
        tx,
        "issue.published",
        _printed(tx, issue, is_first=is_first),
        issue_id=issue.id,
        occurred_at=occurred_at,
        schedule_key=schedule_key,
    )


def record_updated(
    tx: Recorder,
    issue: Issue,
    *,
    before: str,
    after: str,
    correction: Mapping[str, object] | None = None,
) -> None:
    """Record that another revision of an issue is in print; the caller has flushed it.

    `before` and `after` are the documents of both revisions as JSON. With a correction the event is
    `issue.corrected`.
    """
    data = _printed(tx, issue, is_first=False)
    data["changed"] = changed_pointers(orjson.loads(before), orjson.loads(after))
    event_type: EventType = "issue.updated"
    if correction is not None:
        event_type = "issue.corrected"
        data["correction"] = dict(correction)
    record_event(tx, event_type, data, issue_id=issue.id)


def record_unpublished(tx: Recorder, issue: Issue, *, title: str | None) -> None:
    """Record that an issue left print."""
    data = {"issue": _reference(tx, issue, title)}
    record_event(tx, "issue.unpublished", data, issue_id=issue.id)


def record_boards(tx: Recorder, look: Look, *, snapshot_id: int) -> None:
    """Record that a source and kind have new boards."""
    query = f"source={look.source}&kind={look.kind}"
    record_event(
        tx,
        "trending.updated",
        {
            "source": look.source,
            "kind": look.kind,
            "snapshot_id": snapshot_id,
            "observed_at": format_instant(look.observed_at),
            "url": f"{tx.base_url}/v1/trending?{query}",
        },
    )


def record_finished_runs(tx: Recorder, run_ids: Sequence[int]) -> None:
    """Record that sync runs ended."""
    for run_id in run_ids:
        run = tx.session.get_one(SyncRun, run_id, populate_existing=True)
        parts = (
            select(SyncRunSource)
            .where(col(SyncRunSource.run_id) == run_id)
            .order_by(col(SyncRunSource.name).desc())
            .execution_options(populate_existing=True)
        )
        document = run_document(run, tx.session.scalars(parts).all())
        record_event(tx, "sync.finished", document)


def record_rebuilt(tx: Recorder, reason: Literal["compiled", "indexed"]) -> None:
    """Record that public answers may have changed although no revision did.

    `compiled`: the HTML of revisions of an older version; `indexed`: the search index.
    """
    record_event(tx, "content.rebuilt", {"reason": reason})


def printed_title(tx: Recorder, issue: Issue) -> str | None:
    """Return the title of the revision that an issue has in print."""
    revision = tx.session.get(IssueRevision, (issue.id, issue.print_revision))
    return None if revision is None else revision.title


def _printed(tx: Recorder, issue: Issue, *, is_first: bool) -> dict[str, object]:
    """Make the members that all events of an issue in print have, with the ETag of its answer."""
    tx.session.flush()
    statement = select_issue(View.PRINT, "id")
    (row,) = read(tx.session.connection(), statement, {"ref": issue.id, "now": tx.now})
    answer = answer_of(row, view=View.PRINT, now=tx.now, base_url=tx.base_url)
    return {
        "issue": _reference(tx, issue, orjson.loads(row.compiled_summary)["title"]),
        "revision": answer.revision,
        "etag": etag_of(answer.body, media_type=_JSON, stem=answer.stem),
        "html": f"{tx.base_url}/issues/{issue.number}",
        "first": is_first,
    }


def _reference(tx: Recorder, issue: Issue, title: str | None) -> dict[str, object]:
    return reference_of(
        number=issue.number, date=issue.date, slug=issue.slug, title=title, base_url=tx.base_url
    )


def _fitting(data: Mapping[str, object]) -> bytes:
    """Write `data` as JSON, without as many of its listed changes as would exceed the limit."""
    written = orjson.dumps(data)
    if len(written) <= MAX_EVENT_BYTES - _ENVELOPE_BYTES:
        return written
    changed, correction = data.get("changed"), data.get("correction")
    changes = correction.get("changes") if isinstance(correction, Mapping) else None
    if isinstance(correction, Mapping) and isinstance(changes, list) and changes:
        shorter = {**correction, "changes": changes[: len(changes) // 2]}
        return _fitting({**data, "correction": shorter})
    assert isinstance(changed, list), "only lists of changes can be long"
    assert changed, "an event without its lists fits"
    return _fitting({**data, "changed": changed[: len(changed) // 2]})
