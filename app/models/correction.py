"""Corrections: what was changed in print with a note to readers; never removed."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field as ShapeField, WithJsonSchema
from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from app.models.base import BigKey, UtcInstant
from app.models.values import Instant, PositiveInteger, Shape, Slug

ID_PATTERN = r"^cor_[0-9a-f]{20}$"

MAX_CHANGES = 50
"""Changes that a correction or a diff lists; further ones are left out."""
MAX_TEXT = 300
"""Characters of a text in a change."""


class Correction(SQLModel, table=True):
    """One correction. `issue.compiled_corrections` repeats those of an issue for its document."""

    __tablename__ = "correction"
    __table_args__ = (
        Index("ix_correction_newest", "corrected_at", "public_id"),
        Index("ix_correction_issue_id", "issue_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    public_id: str = Field(unique=True, max_length=40)
    issue_id: int = Field(foreign_key="issue.id", ondelete="CASCADE")
    corrected_at: datetime = Field(sa_type=UtcInstant)
    """When the corrected revision was put in print."""
    note: str = Field(max_length=1000)
    from_revision: int
    to_revision: int
    changes: str = Field(sa_type=Text)
    """JSON: a list of `ChangeShape`."""


Printed = Annotated[Any, WithJsonSchema({"type": ["string", "number", "null"]})]
"""A text, a number or nothing, as it stands in print."""


class ChangeShape(Shape):
    """One difference between two revisions."""

    pointer: str = ShapeField(
        description="RFC 6901 pointer into the later revision; of what was removed, into the "
        "earlier one."
    )
    section: Slug | None = ShapeField(
        description="The slug of the section; null for a member of the issue itself."
    )
    before: Printed = ShapeField(
        description="What the earlier revision has there: a text (at most 300 characters around "
        "the first difference), a number, or null. Of a section or an item that was removed, its "
        "name."
    )
    after: Printed = ShapeField(
        description="What the later revision has there, in the same form. Of a section or an item "
        "that was added, its name."
    )


class CorrectionShape(Shape):
    """A correction of an issue in print."""

    id: str = ShapeField(pattern=ID_PATTERN, description="Its id, unique.")
    at: Instant = ShapeField(description="When the corrected revision was put in print.")
    note: str = ShapeField(
        min_length=1, max_length=1000, description="What was wrong, in the words of the editor."
    )
    from_revision: PositiveInteger = ShapeField(description="The revision that was in print.")
    to_revision: PositiveInteger = ShapeField(description="The revision that replaced it.")
    changes: list[ChangeShape] = ShapeField(
        max_length=MAX_CHANGES, description="What differs, in the order of the document."
    )
