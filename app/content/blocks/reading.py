"""Weekend reading."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from app.content.blocks.base import SectionInput, SectionOutput
from app.content.blocks.list_block import ListBlock
from app.content.marks import Marks
from app.models.reading import ReadingItem, ReadingItemShape


class ReadingInput(SectionInput):
    """Weekend reading as it is posted."""

    kind: Literal["reading"]
    items: list[ReadingItemShape] | None = Field(
        default=None, max_length=50, description="What to read, in print order."
    )


class ReadingSection(SectionOutput):
    """Weekend reading as it is read."""

    kind: Literal["reading"]
    items: list[ReadingItemShape] = Field(
        max_length=50, description="What to read, in print order."
    )


class ReadingBlock(ListBlock[ReadingInput, ReadingSection]):
    """Weekend reading: rows of `ReadingItem`."""

    headings: ClassVar[dict[str, str]] = {"reading": "Weekend Reading"}
    at_most_once = True
    input = ReadingInput
    output = ReadingSection
    field = "items"
    table = ReadingItem

    def words(self, item: ReadingItemShape) -> Sequence[str | None]:
        return item.title, item.author, item.source, item.summary

    def line(self, item: ReadingItemShape, marks: Marks) -> str:
        said = marks.link(item.title, item.url)
        minutes = f"{item.minutes} min" if item.minutes is not None else None
        about = ", ".join(marks.text(part) for part in (item.author, item.source, minutes) if part)
        if about:
            said += f" ({about})"
        return f"{said}: {marks.text(item.summary)}" if item.summary else said
