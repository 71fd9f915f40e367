"""Weekend reading."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from app.content.blocks.base import (
    Block,
    SectionInput,
    SectionOutput,
    dashed,
    emphasised,
    lines,
)
from app.content.marks import HTML, MARKDOWN, Marks, standfirst
from app.models.printed import Place, PrintRow
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


class ReadingBlock(Block[ReadingInput, ReadingSection]):
    """Weekend reading: rows of `ReadingItem`."""

    headings: ClassVar[dict[str, str]] = {"reading": "Weekend Reading"}
    at_most_once = True
    input = ReadingInput
    output = ReadingSection

    def complete(self, section: ReadingInput) -> ReadingInput:
        section = super().complete(section)
        return section if section.items is not None else section.model_copy(update={"items": []})

    def print_rows(self, section: ReadingSection, place: Place) -> Sequence[PrintRow]:
        return [
            (ReadingItem, {**place, "position": position, **dict(item)})
            for position, item in enumerate(section.items)
        ]

    def text(self, section: ReadingSection) -> str:
        return lines(
            section.heading,
            section.standfirst,
            *(dashed(item.title, item.author, item.source, item.summary) for item in section.items),
        )

    def markdown(self, section: ReadingSection) -> str:
        return lines(
            emphasised(section.standfirst),
            MARKDOWN.items([_line(item, MARKDOWN) for item in section.items]),
        )

    def html(self, section: ReadingSection) -> str:
        return standfirst(section.standfirst) + HTML.items(
            [_line(item, HTML) for item in section.items]
        )


def _line(item: ReadingItemShape, marks: Marks) -> str:
    said = marks.link(item.title, item.url)
    minutes = f"{item.minutes} min" if item.minutes is not None else None
    about = ", ".join(marks.text(part) for part in (item.author, item.source, minutes) if part)
    if about:
        said += f" ({about})"
    return f"{said}: {marks.text(item.summary)}" if item.summary else said
