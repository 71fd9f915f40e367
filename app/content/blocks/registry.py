"""The list of blocks, with the section kinds and unions that follow from it."""

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
    """Return the block of a kind. Raises `KeyError` for an unknown kind."""
    return _BY_KIND[kind]


if TYPE_CHECKING:
    # For type checkers the common base is enough; validation and OpenAPI use the union of all
    # registered blocks.
    AnySectionInput: TypeAlias = SectionInput
    AnySection: TypeAlias = SectionOutput
else:
    # Built at run time, which `X | Y` cannot express.
    AnySectionInput = Annotated[
        Union[tuple(block.input for block in BLOCKS)],  # noqa: UP007
        Field(discriminator="kind"),
    ]
    AnySection = Annotated[
        Union[tuple(block.output for block in BLOCKS)],  # noqa: UP007
        Field(discriminator="kind"),
    ]
