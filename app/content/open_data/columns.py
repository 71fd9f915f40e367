"""The columns of each file: name, type, unit, description. Descriptions come from the shapes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.content.trends.shapes import EntryNote, ObservationShape
from app.models.trending import TrendingEntryShape
from app.models.values import Shape

ColumnType = Literal["string", "integer", "number", "boolean", "date", "datetime"]
"""`datetime`: an instant of RFC 3339 in UTC. `number`: a double."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file."""

    name: str
    type: ColumnType
    description: str
    unit: str | None = None


Columns = tuple[Column, ...]

_TYPES: Mapping[str, ColumnType] = {
    "rank": "integer",
    "stars": "integer",
    "likes": "integer",
    "downloads": "integer",
    "forks": "integer",
    "score": "number",
    "previous_rank": "integer",
    "change": "integer",
    "observed_at": "datetime",
    "snapshot_id": "integer",
    "streak_days": "integer",
    "is_newcomer": "boolean",
    "has_returned": "boolean",
    "is_burst": "boolean",
}
"""The type of each column that is not a string."""

_UNITS: Mapping[str, str] = {
    "stars": "stars",
    "likes": "likes",
    "downloads": "downloads in 30 days",
    "forks": "forks",
    "change": "stars or likes",
    "streak_days": "days",
    "observed_at": "UTC",
}


def _of(shape: type[Shape], *names: str) -> Columns:
    """Describe columns as the members of a shape are described; all members without names."""
    return tuple(
        Column(
            name,
            _TYPES.get(name, "string"),
            shape.model_fields[name].description or "",
            _UNITS.get(name),
        )
        for name in names or shape.model_fields
    )


_NOTES = ("streak_days", "is_newcomer", "has_returned", "is_burst", "basis")

BOARD: Columns = (*_of(TrendingEntryShape), *_of(EntryNote, *_NOTES))
"""A board or mover list: the entries as in JSON, and what `notes` says of each."""

HISTORY: Columns = _of(ObservationShape)
"""The observations of one subject."""

ENTRIES: Columns = (
    *_of(TrendingEntryShape),
    Column("issue_number", "integer", "The number of the issue that printed the entry."),
    Column("issue_date", "date", "The day of that issue."),
    Column("issue_slug", "string", "The slug of that issue."),
    Column("issue_title", "string", "The title of that issue."),
    Column("issue_url", "string", "The address of that issue."),
    Column("section", "string", "The slug of the section that printed the entry."),
)
"""Printed entries, each with the issue and section that printed it."""

OBSERVATIONS: Columns = (
    *_of(ObservationShape, "observed_at", "snapshot_id"),
    *_of(TrendingEntryShape, "source", "kind"),
    Column("upstream_id", "string", "The source's own identity, which survives renames."),
    *_of(TrendingEntryShape, "external_id", "name", "url", "task", "language"),
    *_of(ObservationShape, "stars", "likes", "downloads", "forks", "score", "rank"),
)
"""Every subject that was observed on a day, under the name that it had then."""
