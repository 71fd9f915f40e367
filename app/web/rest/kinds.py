"""The kinds of sections as a closed list of words, for parameters: it follows the registry."""

from typing import TYPE_CHECKING, Literal, TypeAlias

from app.content.blocks.registry import KINDS

if TYPE_CHECKING:
    SectionKind: TypeAlias = str
else:
    SectionKind = Literal[KINDS]
