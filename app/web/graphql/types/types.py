"""The types that come out: made of the public shapes, linked by hand.

Values are the members of documents, so that a field is a look-up by its name: `sources.py` puts in
what documents lack (ids, short cuts, the way back to the issue). A field that takes more than a
look-up names a pure function, which projections call as well.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import strawberry
from strawberry.types.field import StrawberryField

from app.content.blocks.base import SectionOutput
from app.content.blocks.registry import BLOCKS
from app.content.blocks.story import ReadMetrics
from app.content.blocks.trending import PrintedEntry
from app.content.publication import Publication as PublicationShape, Rubric
from app.content.shapes import IssueDocument
from app.content.trends.shapes import (
    BoardFilterShape,
    BoardHistoryShape,
    BoardShape,
    EntryNote,
    ObservationShape,
    ScorePartsShape,
)
from app.models.reading import ReadingItemShape
from app.models.tool import ToolShape
from app.web.graphql.types.builder import Builder, Member
from app.web.graphql.types.enums import EntryKind, SearchType, SectionKind, Source, SubjectStatus
from app.web.graphql.types.pure_fields import (
    Value,
    history_of,
    next_of,
    previous_of,
    sections_of,
    trending_of,
)

TYPENAME = "__typename"
"""Where a value says what it is, if its field may hold several types."""
PURE = "pure"
"""Where a field keeps the function that makes its value of its parent and its arguments."""


def _is_type_of(value: Value, info: object) -> bool:
    return True


def type_name(value: Value, info: object, abstract: object) -> str:
    """What a value says it is, where its field may hold several types."""
    name: str = value[TYPENAME]
    return name


_OBJECT = {"is_type_of": staticmethod(_is_type_of)}
_ABSTRACT = {"resolve_type": staticmethod(type_name)}


def _plain(description: str) -> StrawberryField:
    declared: StrawberryField = strawberry.field(description=description)
    return declared


def _pure(resolver: Callable[..., Any], gives: Any, description: str) -> Member:
    """A field that a pure function answers."""
    declared = strawberry.field(
        resolver, graphql_type=gives, description=description, metadata={PURE: resolver}
    )
    return gives, declared


def _list_of(type_: Any) -> Any:
    """A list type made at run time, which type checkers need not follow."""
    return list[type_]


def _lazy(name: str) -> Any:
    return Annotated[name, strawberry.lazy(__name__)]


_ISSUE = _lazy("Issue")
_IN_PRINT: dict[str, Member] = {
    "issue": (_ISSUE, _plain("The issue that printed it.")),
    "section": (str, _plain("The slug of its section in that issue.")),
}
_MAYBE_IN_PRINT: dict[str, Member] = {
    "issue": (_ISSUE | None, _plain("The issue that printed it; null on a board of today.")),
    "section": (str | None, _plain("The slug of its section in that issue.")),
}

BUILDER = Builder(
    names={
        ReadMetrics: "Metrics",
        PrintedEntry: "TrendingEntry",
        ReadingItemShape: "ReadingItem",
        ToolShape: "Tool",
        BoardShape: "Board",
        BoardFilterShape: "BoardFilter",
        BoardHistoryShape: "BoardHistory",
        ScorePartsShape: "ScoreParts",
        ObservationShape: "Observation",
    },
    extra={
        ToolShape: _IN_PRINT,
        ReadingItemShape: _IN_PRINT,
        PrintedEntry: _MAYBE_IN_PRINT,
        Rubric: {"kind": (SectionKind, _plain("The kind of section."))},
    },
)

_NodeType = strawberry.interface(
    type(
        "Node",
        (),
        {
            "__annotations__": {"id": strawberry.ID},
            "__module__": __name__,
            "id": _plain("Opaque, and the same for ever."),
            **_ABSTRACT,
        },
    ),
    name="Node",
    description="Whatever can be asked for by its id.",
)
_ToolType = BUILDER.type_of(ToolShape)
_EntryType = BUILDER.type_of(PrintedEntry)
_ReadingType = BUILDER.type_of(ReadingItemShape)
_PublicationType = BUILDER.type_of(PublicationShape)


def _section_types() -> tuple[type, dict[str, type]]:
    """The interface of sections, and the type of each family of kinds."""
    shared = BUILDER.members_of(SectionOutput)
    shared["kind"] = (SectionKind, _plain("What kind of section it is."))
    shared["issue"] = (_ISSUE, _plain("The issue that printed it."))
    space = {key: declared for key, (_, declared) in shared.items()}
    annotations = {key: type_ for key, (type_, _) in shared.items()}
    body = {"__annotations__": annotations, "__module__": __name__, **space, **_ABSTRACT}
    interface = strawberry.interface(
        type("Section", (_NodeType,), body),
        name="Section",
        description="A block of the paper; what it holds depends on its kind.",
    )
    families = {}
    for block in BLOCKS:
        shape = block.output
        own = BUILDER.members_of(shape, without=tuple(shared))
        families[shape.__name__] = BUILDER.make(
            shape.__name__,
            own,
            description=shape.__doc__ or "",
            bases=(interface,),
            further=_OBJECT,
        )
    return interface, families


_SectionType, SECTION_TYPES = _section_types()

TYPE_OF_KIND = {kind: block.output.__name__ for block in BLOCKS for kind in block.kinds}
"""What the sections of each kind are called."""

_IssueType = BUILDER.make(
    "Issue",
    {
        **BUILDER.members_of(IssueDocument, without=("sections",)),
        "url": (str, _plain("The issue as JSON.")),
        "sections": _pure(sections_of, _list_of(_SectionType), "Its sections, in print order."),
        "lead": (
            SECTION_TYPES["StorySection"] | None,
            _plain("Its lead story; null in a draft that has none yet."),
        ),
        "tools": (_list_of(_ToolType), _plain("Its tools of the week.")),
        "trending": _pure(trending_of, _list_of(_EntryType), "What is trending."),
        "movers": (_list_of(_EntryType), _plain("The biggest movers.")),
        "reading": (_list_of(_ReadingType), _plain("Weekend reading.")),
        "previous": _pure(previous_of, _ISSUE | None, "The issue before it in print."),
        "next": _pure(next_of, _ISSUE | None, "The issue after it in print."),
    },
    description="A whole issue of the paper.",
    bases=(_NodeType,),
    further=_OBJECT,
)

_SearchHitType = BUILDER.make(
    "SearchHit",
    {
        "type": (SearchType, _plain("What it is; `ENTRY` is a trending or mover entry.")),
        "score": (
            float | None,
            _plain(
                "How well it answers: larger is better, to be compared within one search. "
                "Null with `sort: NEWEST`."
            ),
        ),
        "title": (str, _plain("Its title, headline or name.")),
        "snippet": (
            str,
            _plain(
                "HTML: about 200 characters around the first match, each match in `<mark>`, "
                "everything else escaped."
            ),
        ),
        "issue": (_ISSUE, _plain("The issue that printed it.")),
        "section": (
            str | None,
            _plain("The slug of the section that it is or stands in; null of an issue."),
        ),
        "url": (str, _plain("The issue or the section as JSON.")),
    },
    description="Something in print that has the words that were looked for.",
)

_PageInfoType = BUILDER.make(
    "PageInfo",
    {
        "has_next_page": (bool, _plain("Whether there is more after the last of these.")),
        "has_previous_page": (bool, _plain("Whether there is more before the first of these.")),
        "start_cursor": (str | None, _plain("The cursor of the first; null where there is none.")),
        "end_cursor": (str | None, _plain("The cursor of the last; null where there is none.")),
    },
    description="Where a page stands in its list, as Relay has it.",
)


def _connection(
    node: type,
    name: str,
    *,
    total: Any = int,
    said: str = "",
    further: Mapping[str, Member] = MappingProxyType({}),
) -> type:
    edge = BUILDER.make(
        f"{name}Edge",
        {
            "cursor": (str, _plain("Its place in the list, for `after` and `before`.")),
            "node": (node, _plain("What stands there.")),
        },
        description="One place in a list.",
    )
    return BUILDER.make(
        f"{name}Connection",
        {
            "edges": (_list_of(edge), _plain("This page, with a cursor for each.")),
            "nodes": (_list_of(node), _plain("This page.")),
            "page_info": (_PageInfoType, _plain("Where this page stands.")),
            "total_count": (total, _plain(f"How many on all pages, counted when asked.{said}")),
            **further,
        },
        description="A page of a list.",
    )


_SubjectNameType = BUILDER.make(
    "SubjectName",
    {
        "external_id": (str, _plain("The name.")),
        "since": (
            datetime,
            strawberry.field(name="from", description="When it was first seen under it."),
        ),
        "to": (
            datetime | None,
            _plain("When it was first seen under another; null: it bears it now."),
        ),
    },
    description="A name that a subject bore.",
)
_AppearanceType = BUILDER.make(
    "Appearance",
    {**_IN_PRINT, "rank": (int, _plain("Its printed rank."))},
    description="Where a subject was printed.",
)
_SubjectType = BUILDER.make(
    "Subject",
    {
        "source": (Source, _plain("Where it lives.")),
        "kind": (EntryKind, _plain("What it is.")),
        "external_id": (str, _plain("Its present name.")),
        "upstream_id": (str, _plain("The source's own identity, which survives renames.")),
        "name": (str, _plain("How it is shown.")),
        "url": (str, _plain("Its page upstream.")),
        "summary": (str | None, _plain("What it is, in its own words.")),
        "task": (str | None, _plain("What a model is for.")),
        "language": (str | None, _plain("What a repository is mostly written in.")),
        "status": (
            SubjectStatus,
            _plain("`REFUSED`: the source does not show it to us; `GONE`: it is not there."),
        ),
        "status_since": (datetime, _plain("When `status` became what it is.")),
        "first_seen_at": (datetime, _plain("When it was first seen here.")),
        "names": (_list_of(_SubjectNameType), _plain("Its names, oldest first.")),
        "latest": (BUILDER.type_of(ObservationShape), _plain("What was seen last.")),
        "history": _pure(
            history_of,
            _list_of(BUILDER.type_of(ObservationShape)),
            "What was seen, oldest first; of the newest 1,000.",
        ),
        "appearances": (
            _list_of(_AppearanceType),
            _plain("The issues that printed it, newest first; 100 at most."),
        ),
    },
    description="A model, dataset, space, paper or repository, and all that was seen of it.",
    bases=(_NodeType,),
    further=_OBJECT,
)

_TrendingUpdateType = BUILDER.make(
    "TrendingUpdate",
    {
        "source": (Source, _plain("The source that was looked at.")),
        "kind": (EntryKind, _plain("What it was asked for.")),
        "observed_at": (datetime, _plain("When the numbers were read.")),
        "snapshot_id": (int, _plain("The snapshot that they stand in.")),
    },
    description="News of the boards and movers of a source and kind.",
)

_Connections = {
    "board": _connection(
        _EntryType,
        "Board",
        further={
            "board": (BUILDER.type_of(BoardShape), _plain("What the board is.")),
            "notes": (
                _list_of(BUILDER.type_of(EntryNote)),
                _plain("What else is to be said of each node, in the same order."),
            ),
        },
    ),
    "issues": _connection(_IssueType, "Issue"),
    "sections": _connection(_SectionType, "Section"),
    "tools": _connection(_ToolType, "Tool"),
    "reading": _connection(_ReadingType, "ReadingItem"),
    "entries": _connection(_EntryType, "TrendingEntry"),
    "search": _connection(
        _SearchHitType, "SearchHit", total=int | None, said=" Null above 1,000 hits."
    ),
}

if TYPE_CHECKING:
    # What resolvers hand over: the members of a document.
    Issue: TypeAlias = Value
    Section: TypeAlias = Value
    Node: TypeAlias = Value
    Publication: TypeAlias = Value
    IssueConnection: TypeAlias = Value
    SectionConnection: TypeAlias = Value
    ToolConnection: TypeAlias = Value
    ReadingItemConnection: TypeAlias = Value
    TrendingEntryConnection: TypeAlias = Value
    SearchHitConnection: TypeAlias = Value
    BoardConnection: TypeAlias = Value
    BoardHistory: TypeAlias = Value
    Subject: TypeAlias = Value
    TrendingUpdate: TypeAlias = Value
else:
    Issue = _IssueType
    Section = _SectionType
    Node = _NodeType
    Publication = _PublicationType
    IssueConnection = _Connections["issues"]
    SectionConnection = _Connections["sections"]
    ToolConnection = _Connections["tools"]
    ReadingItemConnection = _Connections["reading"]
    TrendingEntryConnection = _Connections["entries"]
    SearchHitConnection = _Connections["search"]
    BoardConnection = _Connections["board"]
    BoardHistory = BUILDER.type_of(BoardHistoryShape)
    Subject = _SubjectType
    TrendingUpdate = _TrendingUpdateType

CONNECTIONS = frozenset(f"{made.__name__}" for made in _Connections.values())
"""The names of the types whose cost is multiplied by their page size."""
