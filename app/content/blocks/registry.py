"""The one list of blocks, and what follows from it: kinds, unions, defaults."""

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, Union

from pydantic import Field

from app.content.blocks.base import Block, SectionInput, SectionOutput
from app.content.blocks.reading import ReadingBlock
from app.content.blocks.story import StoryBlock
from app.content.blocks.tools import ToolsBlock
from app.content.blocks.trending import MoversBlock, TrendingBlock

BLOCKS: tuple[Block[Any, Any], ...] = (
    StoryBlock(),
    ToolsBlock(),
    TrendingBlock(),
    MoversBlock(),
    ReadingBlock(),
)

KINDS: tuple[str, ...] = tuple(kind for block in BLOCKS for kind in block.kinds)

_BY_KIND: dict[str, Block[Any, Any]] = {kind: block for block in BLOCKS for kind in block.kinds}


def block_of(kind: str) -> Block[Any, Any]:
    """The block that serves a kind. Raises `KeyError` for a word that is none."""
    return _BY_KIND[kind]


if TYPE_CHECKING:
    # The type checker needs no more than what all sections share; everyone else (validation,
    # OpenAPI) sees the union of what is registered above.
    AnySectionInput: TypeAlias = SectionInput
    AnySection: TypeAlias = SectionOutput
else:
    # Built at run time, which `X | Y` cannot be.
    AnySectionInput = Annotated[
        Union[tuple(block.input for block in BLOCKS)],  # noqa: UP007
        Field(discriminator="kind"),
    ]
    AnySection = Annotated[
        Union[tuple(block.output for block in BLOCKS)],  # noqa: UP007
        Field(discriminator="kind"),
    ]
