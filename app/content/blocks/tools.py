"""Tools of the week."""

from collections.abc import Iterator, Sequence
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
from app.errors import Fault
from app.models.printed import Place, PrintRow
from app.models.tool import Tool, ToolShape


class ToolsInput(SectionInput):
    """Tools of the week as they are posted."""

    kind: Literal["tools"]
    tools: list[ToolShape] | None = Field(
        default=None, max_length=50, description="The tools, in print order."
    )


class ToolsSection(SectionOutput):
    """Tools of the week as they are read."""

    kind: Literal["tools"]
    tools: list[ToolShape] = Field(max_length=50, description="The tools, in print order.")


class ToolsBlock(Block[ToolsInput, ToolsSection]):
    """Tools of the week: rows of `Tool`."""

    headings: ClassVar[dict[str, str]] = {"tools": "Tools of the Week"}
    at_most_once = True
    input = ToolsInput
    output = ToolsSection

    def warnings(self, section: ToolsInput) -> Iterator[Fault]:
        for place, tool in enumerate(section.tools or ()):
            if tool.url is None:
                yield Fault(f"/tools/{place}/url", "no_url", "The tool has no address.")

    def complete(self, section: ToolsInput) -> ToolsInput:
        section = super().complete(section)
        return section if section.tools is not None else section.model_copy(update={"tools": []})

    def print_rows(self, section: ToolsSection, place: Place) -> Sequence[PrintRow]:
        return [
            (Tool, {**place, "position": position, **dict(tool)})
            for position, tool in enumerate(section.tools)
        ]

    def text(self, section: ToolsSection) -> str:
        return lines(
            section.heading,
            section.standfirst,
            *(dashed(tool.name, tool.category, tool.summary) for tool in section.tools),
        )

    def markdown(self, section: ToolsSection) -> str:
        return lines(
            emphasised(section.standfirst),
            MARKDOWN.items([_line(tool, MARKDOWN) for tool in section.tools]),
        )

    def html(self, section: ToolsSection) -> str:
        return standfirst(section.standfirst) + HTML.items(
            [_line(tool, HTML) for tool in section.tools]
        )


def _line(tool: ToolShape, marks: Marks) -> str:
    said = marks.strong(marks.link(tool.name, tool.url))
    if tool.category:
        said += f" ({marks.text(tool.category)})"
    return f"{said}: {marks.text(tool.summary)}" if tool.summary else said
