"""The contract of a block: what a kind of section looks like going in, coming out, and in print."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Generic, TypeVar, cast

from anyascii import anyascii
from pydantic import Field

from app.content.markdown import Rendered, escape
from app.errors import Fault
from app.models.printed import Place, PrintRow
from app.models.values import Shape, ShortText, Slug, Summary

MAX_SLUG = 80


class SectionInput(Shape):
    """What every section may say, as it is posted."""

    kind: str = Field(description="What kind of section it is; decides the fields that follow.")
    slug: Slug | None = Field(
        default=None,
        description="Its address within the issue; made of its headline or heading by default.",
    )
    heading: ShortText | None = Field(
        default=None, description="The rubric as printed; the kind's own by default."
    )
    standfirst: Summary | None = Field(default=None, description="The sentence below the heading.")


class SectionOutput(Shape):
    """What every section says, as it is read: every field is there."""

    kind: str = Field(description="What kind of section it is; decides the fields that follow.")
    slug: Slug = Field(description="Its address within the issue.")
    heading: ShortText = Field(description="The rubric as printed.")
    standfirst: Summary | None = Field(description="The sentence below the heading.")


Posted = TypeVar("Posted", bound=SectionInput)
Read = TypeVar("Read", bound=SectionOutput)


class Block(ABC, Generic[Posted, Read]):
    """One kind of section, or a family of kinds that have the same fields."""

    headings: ClassVar[dict[str, str]]
    """The kinds that it serves, each with the rubric that stands above it by default."""
    at_most_once: ClassVar[bool]
    """Whether an issue may hold only one."""
    input: type[Posted]
    output: type[Read]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self.headings)

    def faults(self, section: Posted) -> Iterator[Fault]:
        """Say what is wrong with a section whose fields are each right; pointers start at it."""
        yield from ()

    def bodies(self, section: Posted) -> Iterator[tuple[str, str]]:
        """The Markdown in a section, each text with its pointer, which starts at the section."""
        yield from ()

    def with_bodies(self, section: Read, write: Callable[[str], str]) -> Read:
        """The section with its Markdown written anew, each body by itself."""
        return section

    def warnings(self, section: Posted) -> Iterator[Fault]:
        """Say what an editor would want to look at again."""
        yield from ()

    def complete(self, section: Posted) -> Posted:
        """Fill in the defaults, but for `slug`, which depends on the other sections."""
        if section.heading is not None:
            return section
        return section.model_copy(update={"heading": self.headings[section.kind]})

    def slug_source(self, section: Posted) -> str:
        """The text that a default slug is made of."""
        return section.heading or ""

    def read_form(self, section: Posted, rendered: Rendered) -> Read:
        """Turn a completed section into what readers get.

        `rendered`: where the HTML of its `bodies` is found.
        """
        return cast("Read", self.output.model_construct(**dict(section)))

    def print_rows(self, section: Read, place: Place) -> Sequence[PrintRow]:
        """The rows that its items have in tables of their own."""
        return ()

    def title(self, section: Read) -> str:
        """What a search shows it as: by default its heading."""
        return section.heading

    @abstractmethod
    def text(self, section: Read) -> str:
        """What a search should find, as plain text; its title, where it has it, comes first."""

    @abstractmethod
    def markdown(self, section: Read) -> str:
        """The section as Markdown, below its heading.

        Markdown that was posted is isolated already: it reaches nothing beside it.
        """

    @abstractmethod
    def html(self, section: Read) -> str:
        """The section as HTML, below its heading, for readers of feeds. Nothing is rendered."""


def slug_of(text: str) -> str:
    """Transliterate a text into a slug of at most 80 characters; empty when nothing is left."""
    words: list[str] = []
    for character in anyascii(text).lower():
        words.append(character if character.isascii() and character.isalnum() else " ")
    return "-".join("".join(words).split())[:MAX_SLUG].strip("-")


def lines(*parts: str | None) -> str:
    """Join paragraphs, leaving out those that are not there."""
    return "\n\n".join(part for part in parts if part)


def dashed(*parts: str | None) -> str:
    """Join what is said of one item, leaving out what is not there."""
    return " – ".join(part for part in parts if part and part.strip())


def emphasised(text: str | None) -> str | None:
    """A standfirst as Markdown writes one."""
    return f"*{escape(text)}*" if text and text.strip() else None
