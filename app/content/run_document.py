"""The document of a sync run, in answers and in events."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from app.models.sync_run import SyncRun, SyncRunSource
from app.models.values import format_instant


def run_document(
    run: Row[Any] | SyncRun, parts: Sequence[Row[Any] | SyncRunSource]
) -> dict[str, object]:
    """Make the document of a run."""
    names = ("name", "status", "requests", "observations", "skipped", "refused", "bytes", "reason")
    return {
        "id": run.id,
        "status": run.status,
        "started_at": format_instant(run.started_at),
        "finished_at": format_instant(run.finished_at) if run.finished_at else None,
        "sources": [{name: getattr(part, name) for name in names} for part in parts],
    }
