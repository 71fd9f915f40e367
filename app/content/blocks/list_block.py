"""The common part of blocks that are plain lists of items."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from app.content.blocks.base import (
    Block,
    SectionInput,
    SectionOutput,
    dashed,
    emphasised,
    lines,
)
from app.content.marks import HTML, MARKDOWN, Marks, standfirst
from app.models.printed import Place, PrintedBase, PrintRow

Posted = TypeVar("Posted", bound=SectionInput)
Read = TypeVar("Read", bound=SectionOutput)


class ListBlock(Block[Posted, Read]):
    """A section with one list of items, each of which is a row in a table of its own."""

    field: ClassVar[str]
    """The member that holds the items."""
    table: ClassVar[type[PrintedBase]]

    @abstractmethod
    def words(self, item: Any) -> Sequence[str | None]:
        """Return the searchable texts of an item."""

    @abstractmethod
    def line(self, item: Any, marks: Marks) -> str:
        """Format an item as one line of Markdown or HTML."""

    def complete(self, section: Posted) -> Posted:
        section = super().complete(section)
        if getattr(section, self.field) is not None:
            return section
        return section.model_copy(update={self.field: []})

    def print_rows(self, section: Read, place: Place) -> Sequence[PrintRow]:
        return [
            (self.table, {**place, "position": position, **dict(item)})
            for position, item in enumerate(self._items(section))
        ]

    def text(self, section: Read) -> str:
        items = (dashed(*self.words(item)) for item in self._items(section))
        return lines(section.heading, section.standfirst, *items)

    def markdown(self, section: Read) -> str:
        return lines(emphasised(section.standfirst), self._list(section, MARKDOWN))

    def html(self, section: Read) -> str:
        return standfirst(section.standfirst) + self._list(section, HTML)

    def _list(self, section: Read, marks: Marks) -> str:
        return marks.items([self.line(item, marks) for item in self._items(section)])

    def _items(self, section: Read) -> Sequence[Any]:
        items: Sequence[Any] = getattr(section, self.field)
        return items
