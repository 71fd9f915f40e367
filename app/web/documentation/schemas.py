"""The component schemas: every public shape, named for requests and for responses.

A shape of both has two schemas: members of `ToolInput` are optional, `Tool` has all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import get_args

from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from app.content.access import Scope
from app.content.blocks.registry import BLOCKS
from app.content.commands.api_keys import KeyInput
from app.content.commands.corrections import PublishInput
from app.content.commands.publishing import ScheduleInput
from app.content.commands.watch import WatchInput
from app.content.commands.webhooks import ReplayInput, WebhookChangeInput, WebhookInput
from app.content.documents import IssueCreate, IssueInput
from app.content.shapes import Problem
from app.models.source import EntryKind, SourceName
from app.models.sync_run import RunStatus
from app.models.values import Window
from app.web.documentation.generator_forms import name_enums, simplify, tell_default
from app.web.documentation.schema_tree import REFERENCE, Schema, visit
from app.web.documentation.sections import (
    OtherSection,
    OtherSectionInPrint,
    add_section_patch,
    name_section_unions,
)
from app.web.rest import trending_shapes
from app.web.rest.router import ROUTERS
from app.wording import as_code

SENT: tuple[type[BaseModel], ...] = (
    IssueCreate,
    IssueInput,
    KeyInput,
    PublishInput,
    ScheduleInput,
    trending_shapes.SyncRunInput,
    WatchInput,
    WebhookInput,
    WebhookChangeInput,
    ReplayInput,
)
"""Shapes of request bodies."""


def _response_shapes() -> list[type[BaseModel]]:
    """The `response_model` of every route, and the problem document."""
    routes = [route for router in ROUTERS for route in router.routes]
    models = [route.response_model for route in routes if isinstance(route, APIRoute)]
    named = [model for model in models if isinstance(model, type)]
    return [Problem, OtherSection, OtherSectionInPrint, *named]


_READ_NAMES = {
    "IssueDocument": "Issue",
    "RevisionDocument": "Revision",
    "ReadMetrics": "Metrics",
    "PrintedEntry": "TrendingEntry",
    "CorrectionShape": "Correction",
    "ChangeShape": "Change",
    "PrintingDocument": "Printing",
    "BoardShape": "Board",
    "ObservationShape": "Observation",
    "SubjectShape": "Subject",
    "BoardHistoryShape": "BoardHistory",
    "BoardFilterShape": "BoardFilter",
    "ScorePartsShape": "ScoreParts",
    "SyncRunShape": "SyncRun",
    "WatchShape": "Watch",
    "WebhookShape": "Webhook",
    "AttemptShape": "Attempt",
}
_SENT_NAMES = {
    "IssueCreate": "IssueCreate",
    "StoryInput": "StorySectionInput",
    **{
        f"{kind}Input": f"{kind}SectionInput" for kind in ("Tools", "Trending", "Movers", "Reading")
    },
}

_ENUMS = {
    get_args(values): name
    for name, values in {
        "SourceName": SourceName,
        "EntryKind": EntryKind,
        "Window": Window,
        "Scope": Scope,
        "RunStatus": RunStatus,
    }.items()
}
"""Names of closed lists that several shapes share."""
_MAYBE_ABSENT = {
    "Issue": {"published_revision"},
    "IssueSummary": {"published_revision"},
    "Problem": {"instance", "request_id", "trace_id", "errors"},
    "EditorWarning": {"printed", "observed"},
    "PublishedIssue": {"published_revision", "warnings"},
    "ProblemError": {"pointer", "parameter"},
}
"""Members of responses that are omitted instead of null."""


def name_of(shape: str) -> str:
    """Name the component that describes responses of a shape."""
    return _READ_NAMES.get(shape, shape.removesuffix("Shape"))


def enum_named(schema: Schema) -> str | None:
    """Name the component that lists the values of a schema, if it has one."""
    return _ENUMS.get(tuple(schema.get("enum", ())))


def _sent_name(shape: str) -> str:
    return _SENT_NAMES.get(shape, shape.removesuffix("Shape").removesuffix("Input") + "Input")


class _Untitled(GenerateJsonSchema):
    """Omits `title`, which repeats the name."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


@cache
def component_schemas() -> Mapping[str, Schema]:
    """Every component schema by name. Shared: copy before changing one."""
    sent = _generated(SENT, "validation", _sent_name)
    read = _generated(_response_shapes(), "serialization", name_of)
    for name, schema in read.items():
        _open(schema, may_be_absent=_MAYBE_ABSENT.get(name, set()))
    for schema in sent.values():
        visit(schema, tell_default)
    _describe_rules(sent)
    _type_read_members(sent, read)
    _add_patches(sent)
    name_section_unions(sent, read)
    doubled = sent.keys() & read.keys()
    assert not doubled, f"a name serves requests and answers: {doubled}"
    schemas = {**sent, **read}
    for schema in schemas.values():
        visit(schema, simplify)
    name_enums(schemas, _ENUMS)
    return schemas


def _generated(
    models: Sequence[type[BaseModel]], mode: JsonSchemaMode, rename: Callable[[str], str]
) -> dict[str, Schema]:
    _, whole = models_json_schema(
        [(model, mode) for model in models],
        ref_template=REFERENCE + "{model}",
        schema_generator=_Untitled,
    )
    definitions: dict[str, Schema] = whole["$defs"]
    names = {REFERENCE + name: REFERENCE + rename(name) for name in definitions}
    assert len(set(names.values())) == len(names), "two shapes would have one name"

    def point_elsewhere(schema: Schema) -> None:
        if "$ref" in schema:
            schema["$ref"] = names[schema["$ref"]]
        mapping = schema.get("discriminator", {}).get("mapping", {})
        mapping.update({kind: names[ref] for kind, ref in mapping.items()})

    for schema in definitions.values():
        visit(schema, point_elsewhere)
        schema.pop("title", None)
    return {rename(name): schema for name, schema in definitions.items()}


def _open(schema: Schema, *, may_be_absent: set[str]) -> None:
    """Describe a response: every member is required, and unknown members are allowed."""
    schema.pop("additionalProperties", None)
    if "properties" in schema:
        schema["required"] = [n for n in schema["properties"] if n not in may_be_absent]
        for member in schema["properties"].values():
            member.pop("default", None)


def _describe_rules(sent: dict[str, Schema]) -> None:
    """Describe the rules across members. Generators cannot use `contains` and `not`."""
    once = [kind for block in BLOCKS if block.at_most_once for kind in block.kinds]
    for name in ("IssueCreate", "IssueInput"):
        sent[name]["properties"]["sections"]["description"] += (
            f" At most one of each of the kinds {as_code(once, last=' and ')}. Their slugs are "
            "unique in the issue. A published issue has exactly one `lead`."
        )
        sent[name]["description"] += (
            " No text in it holds control characters other than newline, return and tab."
        )
    members = sent["TrendingEntryInput"]["properties"]
    members["kind"]["description"] += " One of the kinds of its source."
    members["external_id"]["description"] += ' Of a repository always "owner/name".'
    members["rank"]["description"] += " In `trending` it is unique inside one source and kind."


def _type_read_members(sent: dict[str, Schema], read: Mapping[str, Schema]) -> None:
    """Give members that a request may send back the type that responses give them, or null."""
    # A publication adds members to the issue that may be sent back like the others.
    shown = read["PublishedIssue"]["properties"] | read["IssueSummary"]["properties"]
    for name in ("IssueCreate", "IssueInput"):
        for member, schema in sent[name]["properties"].items():
            if schema.pop("readOnly", False):
                _may_be_null(schema, shown[member])
    body_html = sent["StorySectionInput"]["properties"]["body_html"]
    _may_be_null(body_html, read["StorySection"]["properties"]["body_html"])


def _may_be_null(schema: Schema, shown: Schema) -> None:
    told = {keyword: value for keyword, value in shown.items() if keyword != "description"}
    choices = told.get("anyOf") or [told, {"type": "null"}]
    schema["anyOf"] = deepcopy(choices)


def _add_patches(sent: dict[str, Schema]) -> None:
    """Derive merge patches: nothing is required, and null resets a member to its default."""
    patch = deepcopy(sent["IssueInput"])
    patch["description"] = (
        "A JSON Merge Patch (RFC 7396) of an issue: omitted members stay, null resets a member "
        "to its default, lists are replaced whole."
    )
    patch["properties"]["date"] = deepcopy(sent["IssueCreate"]["properties"]["date"])
    sent["IssuePatch"] = patch
    add_section_patch(sent, [_sent_name(block.input.__name__) for block in BLOCKS])
