"""The kinds of sections as a `Literal` for parameters, derived from the registry of blocks."""

from typing import TYPE_CHECKING, Literal, TypeAlias

from app.content.blocks.registry import KINDS

if TYPE_CHECKING:
    SectionKind: TypeAlias = str
else:
    SectionKind = Literal[KINDS]
