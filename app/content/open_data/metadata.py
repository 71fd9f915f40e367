"""What describes a file: its columns, and where its numbers come from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import Field

from app.content.open_data.columns import Columns, ColumnType
from app.content.open_data.csv_text import GUARD
from app.content.publication import PUBLICATION
from app.models.source import SOURCES, source_named
from app.models.values import (
    EntryKind,
    FiniteNumber,
    Instant,
    PositiveInteger,
    Shape,
    SmallCount,
    SourceName,
)

LICENCE_NOTE = (
    "The counts are facts that the public APIs of the sources showed at the time of each "
    "observation; the terms of the sources apply to names and descriptions. The paper claims no "
    "rights in the numbers. Name the paper and the source where you use them."
)
METHOD_PAGE = "/trending/method"


class ColumnShape(Shape):
    """A column of the file."""

    name: str = Field(description="As in the first line of the CSV.")
    type: ColumnType = Field(
        description="`datetime` is an instant of RFC 3339 in UTC, `number` a double."
    )
    unit: str | None = Field(description="What is counted, or the time zone.")
    description: str = Field(description="What the column holds.")


class DataSource(Shape):
    """A source of the numbers."""

    name: SourceName = Field(description="As in the column `source`.")
    label: str = Field(description="Its own spelling of its name.")
    url: str = Field(description="Its API.")


class DataMethod(Shape):
    """How the rows were ranked."""

    name: str = Field(description="The versioned name of the formula.")
    url: str = Field(description="The page that explains it.")


class DataSnapshot(Shape):
    """A snapshot that the rows come from."""

    id: PositiveInteger = Field(description="As in the column `snapshot_id`.")
    source: SourceName | None = Field(description="The source.")
    kind: EntryKind | None = Field(description="The kind of subjects.")
    observed_at: Instant = Field(description="When it was made.")
    status: str = Field(description="`ok` or `complete`: whole. `partial`: subjects are missing.")
    reason: str | None = Field(description="Why it is not whole.")
    baseline_snapshot_id: PositiveInteger | None = Field(
        description="The earlier snapshot that a board compares with."
    )
    span_days: FiniteNumber | None = Field(description="Days between the two.")
    observations: SmallCount | None = Field(description="Subjects in it.")


class FileMetadata(Shape):
    """Describes a file of open data. Read it before the file."""

    title: str = Field(description="What the file is.")
    description: str = Field(description="What it has a row for, and in which order.")
    url: str = Field(description="The CSV.")
    formats: dict[str, str] = Field(description="The address of each form, by media type.")
    columns: list[ColumnShape] = Field(description="In order.")
    null: str = Field(description="What stands for null in the CSV: nothing.")
    guard: str = Field(
        description="In the CSV, stands before a text that a spreadsheet would run as a formula."
    )
    source: list[DataSource] = Field(description="Where the numbers come from.")
    licence_note: str = Field(description="What you may do with them.")
    method: DataMethod | None = Field(description="How rows are ranked; null where they are not.")
    snapshot: list[DataSnapshot] = Field(
        description="The snapshots behind the rows, oldest first; empty where each row names one."
    )
    citation: str = Field(description="How to cite the file.")
    as_of: Instant | None = Field(description="When its newest numbers were read.")
    is_final: bool = Field(description="Whether the file at this address no longer changes.")


def file_metadata(
    *,
    title: str,
    description: str,
    columns: Columns,
    formats: Mapping[str, str],
    base_url: str,
    as_of: str | None,
    sources: Iterable[str] = (),
    method: str | None = None,
    snapshots: Sequence[Mapping[str, Any]] = (),
    is_final: bool = False,
) -> dict[str, Any]:
    """Describe a file.

    `formats`: the address of each form by media type, the CSV first. `as_of`: RFC 3339. `sources`:
    their names; all of them if there are none. `snapshots`: members of `DataSnapshot`; what is
    left out is null.
    """
    url = next(iter(formats.values()))
    named = list(sources) or [source.name for source in SOURCES]
    until = f", as of {as_of}" if as_of else ""
    return {
        "title": title,
        "description": description,
        "url": url,
        "formats": dict(formats),
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "unit": column.unit,
                "description": column.description,
            }
            for column in columns
        ],
        "null": "",
        "guard": GUARD,
        "source": [_source(name) for name in named],
        "licence_note": LICENCE_NOTE,
        "method": None if method is None else {"name": method, "url": base_url + METHOD_PAGE},
        "snapshot": [{**dict.fromkeys(DataSnapshot.model_fields), **each} for each in snapshots],
        "citation": f"{PUBLICATION.title}: {title}{until}. {url}",
        "as_of": as_of,
        "is_final": is_final,
    }


def _source(name: str) -> dict[str, str]:
    source = source_named(name)
    return {"name": source.name, "label": source.label, "url": source.api}
