"""The `from_snapshot` member of a section: which snapshot to fill entries from."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from app.models.values import EntryLimit, PositiveInteger, Shape, Window

LATEST = "latest"
DEFAULT_LIMIT = 10


def _which(value: object) -> str:
    """Discriminate by type, so that a wrong value gives one fault instead of two."""
    return "word" if isinstance(value, str) else "number"


SnapshotRef = Annotated[
    Annotated[Literal["latest"], Tag("word")] | Annotated[PositiveInteger, Tag("number")],
    Discriminator(_which),
    # One type of two values, which generators read better than a union of unnamed types.
    WithJsonSchema({"type": ["integer", "string"]}),
]
"""The id of a snapshot, or `latest`."""


class FromSnapshot(Shape):
    """Where the entries of a section come from; they are filled in and frozen when it is saved."""

    snapshot_id: SnapshotRef | None = Field(
        default=None,
        description='The id of a snapshot; "latest", the default, is the newest of each kind.',
    )
    window: Window | None = Field(
        default=None, description="How far back the comparison looks; a week by default."
    )
    limit: EntryLimit | None = Field(
        default=None,
        description="How many entries: of each board in a trending section, of all together among "
        "movers (at most 50); 10 by default.",
    )
