"""Tools of the week."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from app.content.blocks.base import SectionInput, SectionOutput
from app.content.blocks.list_block import ListBlock
from app.content.marks import Marks
from app.errors import Fault
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


class ToolsBlock(ListBlock[ToolsInput, ToolsSection]):
    """Tools of the week: rows of `Tool`."""

    headings: ClassVar[dict[str, str]] = {"tools": "Tools of the Week"}
    at_most_once = True
    input = ToolsInput
    output = ToolsSection
    field = "tools"
    table = Tool

    def warnings(self, section: ToolsInput) -> Iterator[Fault]:
        for place, tool in enumerate(section.tools or ()):
            if tool.url is None:
                yield Fault(f"/tools/{place}/url", "no_url", "The tool has no URL.")

    def words(self, item: ToolShape) -> Sequence[str | None]:
        return item.name, item.category, item.summary

    def line(self, item: ToolShape, marks: Marks) -> str:
        said = marks.strong(marks.link(item.name, item.url))
        if item.category:
            said += f" ({marks.text(item.category)})"
        return f"{said}: {marks.text(item.summary)}" if item.summary else said
