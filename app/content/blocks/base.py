"""The interface of a block: input, output and print form of a kind of section."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Generic, TypeVar, cast

from anyascii import anyascii
from pydantic import Field

from app.content.markdown import Rendered, escape
from app.errors import Fault
from app.models.printed import Place, PrintRow
from app.models.provenance import Provenance
from app.models.values import MAX_SLUG, Shape, ShortText, Slug, Summary

PROVENANCE = "Who or what wrote it; null: what the issue says holds."


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
    provenance: Provenance | None = Field(default=None, description=PROVENANCE)


class SectionOutput(Shape):
    """What every section says, as it is read: every field is there."""

    kind: str = Field(description="What kind of section it is; decides the fields that follow.")
    slug: Slug = Field(description="Its address within the issue.")
    heading: ShortText = Field(description="The rubric as printed.")
    standfirst: Summary | None = Field(description="The sentence below the heading.")
    # Revisions that an older compiler compiled do not have it.
    provenance: Provenance | None = Field(default=None, description=PROVENANCE)


_SLUG_WORD = re.compile("[a-z0-9]+")

Posted = TypeVar("Posted", bound=SectionInput)
Read = TypeVar("Read", bound=SectionOutput)


class Block(ABC, Generic[Posted, Read]):
    """A kind of section, or several kinds with the same fields."""

    headings: ClassVar[dict[str, str]]
    """The kinds it serves, each with its default heading."""
    at_most_once: ClassVar[bool]
    """Whether an issue may have only one."""
    input: type[Posted]
    output: type[Read]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self.headings)

    def faults(self, section: Posted) -> Iterator[Fault]:
        """Yield faults of a section whose fields are valid; pointers are relative to it."""
        yield from ()

    def bodies(self, section: Posted) -> Iterator[tuple[str, str]]:
        """Yield the Markdown bodies of a section, each with its pointer relative to it."""
        yield from ()

    def with_bodies(self, section: Read, write: Callable[[str], str]) -> Read:
        """Return the section with `write` applied to each Markdown body."""
        return section

    def warnings(self, section: Posted) -> Iterator[Fault]:
        """Yield warnings for an editor."""
        yield from ()

    def complete(self, section: Posted) -> Posted:
        """Fill in defaults, except `slug`, which depends on the other sections."""
        if section.heading is not None:
            return section
        return section.model_copy(update={"heading": self.headings[section.kind]})

    def slug_source(self, section: Posted) -> str:
        """Return the text that a default slug is made from."""
        return section.heading or ""

    def read_form(self, section: Posted, rendered: Rendered) -> Read:
        """Convert a completed section to its read form; `rendered` has the HTML of its bodies."""
        return cast("Read", self.output.model_construct(**vars(section)))

    def print_rows(self, section: Read, place: Place) -> Sequence[PrintRow]:
        """Return the rows of its items in their own tables."""
        return ()

    def byline(self, section: Read) -> str | None:
        """Return who wrote it; `None` if it does not say."""
        return None

    def title(self, section: Read) -> str:
        """Return the title of its search hit."""
        return section.heading

    @abstractmethod
    def text(self, section: Read) -> str:
        """Return its searchable plain text, starting with its title."""

    @abstractmethod
    def markdown(self, section: Read) -> str:
        """Return the section as Markdown, without its heading.

        Posted Markdown has been isolated, so it does not affect what surrounds it.
        """

    @abstractmethod
    def html(self, section: Read) -> str:
        """Return the section as HTML for feeds, without its heading. Renders nothing."""


def slug_of(text: str) -> str:
    """Transliterate a text into a slug of at most 80 characters; may be empty."""
    words = _SLUG_WORD.findall(anyascii(text).lower())
    return "-".join(words)[:MAX_SLUG].strip("-")


def lines(*parts: str | None) -> str:
    """Join paragraphs, skipping empty ones."""
    return "\n\n".join(part for part in parts if part)


def dashed(*parts: str | None) -> str:
    """Join the parts of an item with dashes, skipping empty ones."""
    return " – ".join(part for part in parts if part and part.strip())


def emphasised(text: str | None) -> str | None:
    """Format a standfirst as Markdown."""
    return f"*{escape(text)}*" if text and text.strip() else None
