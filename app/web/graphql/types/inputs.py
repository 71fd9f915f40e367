"""Input types, built from the shapes that REST accepts, and their values as REST's JSON.

The types check names and scalars only. The commands validate the document, as they do for REST.
"""

import dataclasses
import re
from datetime import date as CalendarDate, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel
from strawberry import UNSET

from app.content.blocks.from_snapshot import FromSnapshot
from app.content.blocks.registry import BLOCKS
from app.content.blocks.story import Metric, Metrics, MetricSource
from app.content.commands.corrections import CorrectionInput as CorrectionShape
from app.content.documents import Dateline, IssueCreate, IssueInput as IssueShape, Weather
from app.models.provenance import Provenance
from app.models.reading import ReadingItemShape
from app.models.tool import ToolShape
from app.models.trending import TrendingEntryShape
from app.models.values import MAX_COUNT, format_instant
from app.web.graphql.types.builder import Builder, Member, optional
from app.web.graphql.types.enums import SectionKind

_NAMED: dict[type[BaseModel], str] = {
    Dateline: "DatelineInput",
    Weather: "WeatherInput",
    Provenance: "ProvenanceInput",
    Metrics: "MetricsInput",
    Metric: "MetricInput",
    MetricSource: "MetricSourceInput",
    ToolShape: "ToolInput",
    TrendingEntryShape: "TrendingEntryInput",
    FromSnapshot: "FromSnapshotInput",
    ReadingItemShape: "ReadingItemInput",
}
_BUILDER = Builder(names=_NAMED, inputs=True)
_SHAPES: list[type[BaseModel]] = [IssueCreate, *_NAMED, *(block.input for block in BLOCKS)]
_SENT = frozenset(name for shape in _SHAPES for name in shape.model_fields)
"""All names of input fields, in REST's spelling."""
_QUOTED = re.compile("([`'\"])([a-z0-9_]+)\\1")


def _section_members() -> dict[str, Member]:
    """Collect the fields of all kinds of sections, each optional."""
    members: dict[str, Member] = {}
    for block in BLOCKS:
        for name, (annotation, declared) in _BUILDER.members_of(block.input).items():
            members.setdefault(name, optional(annotation, declared.description))
    members["kind"] = optional(SectionKind, "What kind of section it is; decides its other fields.")
    return members


_SectionInput = _BUILDER.make(
    "SectionInput",
    _section_members(),
    description="A section as it is sent: its kind, and the fields of that kind.",
)
_SECTIONS = optional(list[_SectionInput], "The blocks of the paper, in print order.")  # type: ignore[valid-type]


def _issue(name: str, shape: type[BaseModel], description: str) -> type:
    members = _BUILDER.members_of(shape, without=("sections",))
    return _BUILDER.make(name, {**members, "sections": _SECTIONS}, description=description)


if TYPE_CHECKING:
    IssueInput: TypeAlias = Any
    IssuePatch: TypeAlias = Any
    CorrectionInput: TypeAlias = Any
else:
    CorrectionInput = _BUILDER.type_of(CorrectionShape)
    IssueInput = _issue(
        "IssueInput",
        IssueCreate,
        "A new issue; what is left out is filled in when it is saved.",
    )
    IssuePatch = _issue(
        "IssuePatch",
        IssueShape,
        "A change of an issue: what is left out stays, null asks for the default again, lists are "
        "replaced as a whole.",
    )


def members_sent(value: Any) -> Any:
    """Convert an input to the JSON that REST accepts; fields that were left out stay out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return {name: members_sent(v) for name, v in given.items() if v is not UNSET}
    if isinstance(value, list):
        return [members_sent(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, CalendarDate):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_COUNT:
        return int(value)  # a Float does not keep whether it was written as a whole number
    return value


def pointer_sent(pointer: str) -> str:
    """Convert a JSON pointer to the camel case of inputs."""
    return "/".join(_camel(step) for step in pointer.split("/"))


def detail_sent(detail: str) -> str:
    """Convert the quoted field names of a message to the camel case of inputs."""
    return _QUOTED.sub(
        lambda found: f"{found[1]}{_camel(found[2])}{found[1]}" if found[2] in _SENT else found[0],
        detail,
    )


def _camel(step: str) -> str:
    first, *others = step.split("_")
    return first + "".join(word.capitalize() for word in others)
