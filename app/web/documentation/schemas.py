"""The component schemas: every public shape, named for requests and for responses.

A shape of both has two schemas: members of `ToolInput` are optional, `Tool` has all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from app.content.blocks.registry import BLOCKS
from app.content.commands.api_keys import KeyInput
from app.content.commands.publishing import ScheduleInput
from app.content.commands.watch import WatchInput
from app.content.documents import IssueCreate, IssueInput
from app.content.shapes import Problem
from app.models.source import SOURCES
from app.models.values import FORBIDDEN_CHARACTERS
from app.web.rest import trending_shapes
from app.web.rest.router import ROUTERS

Schema = dict[str, Any]

SENT: tuple[type[BaseModel], ...] = (
    IssueCreate,
    IssueInput,
    KeyInput,
    ScheduleInput,
    trending_shapes.SyncRunInput,
    WatchInput,
)
"""Shapes of request bodies."""


def _response_shapes() -> list[type[BaseModel]]:
    """The `response_model` of every route, and the problem document."""
    routes = [route for router in ROUTERS for route in router.routes]
    models = [route.response_model for route in routes if isinstance(route, APIRoute)]
    return [Problem, *(model for model in models if isinstance(model, type))]


_READ_NAMES = {
    "IssueDocument": "Issue",
    "RevisionDocument": "Revision",
    "ReadMetrics": "Metrics",
    "PrintedEntry": "TrendingEntry",
    "BoardShape": "Board",
    "ObservationShape": "Observation",
    "SubjectShape": "Subject",
    "BoardHistoryShape": "BoardHistory",
    "BoardFilterShape": "BoardFilter",
    "ScorePartsShape": "ScoreParts",
    "SyncRunShape": "SyncRun",
    "WatchShape": "Watch",
}
_SENT_NAMES = {
    "IssueCreate": "IssueCreate",
    "StoryInput": "StorySectionInput",
    **{
        f"{kind}Input": f"{kind}SectionInput" for kind in ("Tools", "Trending", "Movers", "Reading")
    },
}

_REF = "#/components/schemas/"
_TEXT = f"^[^{FORBIDDEN_CHARACTERS}]*$"
_MAYBE_ABSENT = {
    "Issue": {"published_revision"},
    "IssueSummary": {"published_revision"},
    "Problem": {"instance", "request_id", "errors"},
    "ProblemError": {"pointer", "parameter"},
}
"""Members of responses that are omitted instead of null."""


def name_of(shape: str) -> str:
    """Name the component that describes responses of a shape."""
    return _READ_NAMES.get(shape, shape.removesuffix("Shape"))


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
        _visit(schema, _forbid_control_characters)
    _add_rules(sent)
    _name_union(sent, "SectionInput", "A section of any kind in a request.")
    _name_union(read, "Section", "A section of any kind.")
    _add_patches(sent)
    _add_parts(read)
    doubled = sent.keys() & read.keys()
    assert not doubled, f"a name serves requests and answers: {doubled}"
    return {**sent, **read}


def _generated(
    models: Sequence[type[BaseModel]], mode: JsonSchemaMode, rename: Callable[[str], str]
) -> dict[str, Schema]:
    _, whole = models_json_schema(
        [(model, mode) for model in models],
        ref_template=_REF + "{model}",
        schema_generator=_Untitled,
    )
    definitions: dict[str, Schema] = whole["$defs"]
    names = {_REF + name: _REF + rename(name) for name in definitions}
    assert len(set(names.values())) == len(names), "two shapes would have one name"

    def point_elsewhere(schema: Schema) -> None:
        if "$ref" in schema:
            schema["$ref"] = names[schema["$ref"]]
        mapping = schema.get("discriminator", {}).get("mapping", {})
        mapping.update({kind: names[ref] for kind, ref in mapping.items()})

    for schema in definitions.values():
        _visit(schema, point_elsewhere)
        schema.pop("title", None)
    return {rename(name): schema for name, schema in definitions.items()}


def _visit(schema: object, change: Callable[[Schema], None]) -> None:
    """Change a schema and every schema in it, inner ones first."""
    if isinstance(schema, list):
        for member in schema:
            _visit(member, change)
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        if keyword == "properties":
            _visit(list(value.values()), change)
        elif keyword not in ("const", "enum", "default", "discriminator", "examples"):
            _visit(value, change)
    change(schema)


def _open(schema: Schema, *, may_be_absent: set[str]) -> None:
    """Describe a response: every member is required, and unknown members are allowed."""
    schema.pop("additionalProperties", None)
    if "properties" in schema:
        schema["required"] = [n for n in schema["properties"] if n not in may_be_absent]
        for member in schema["properties"].values():
            member.pop("default", None)


def _forbid_control_characters(schema: Schema) -> None:
    is_text = schema.get("type") == "string" and "maxLength" in schema
    if is_text and "pattern" not in schema:
        schema["pattern"] = _TEXT


def _add_rules(sent: dict[str, Schema]) -> None:
    """Add the rules across fields that JSON Schema can express."""
    once = [kind for block in BLOCKS if block.at_most_once for kind in block.kinds]
    for name in ("IssueCreate", "IssueInput"):
        members = sent[name]["properties"]
        sections = next(s for s in members["sections"]["anyOf"] if s.get("type") == "array")
        sections["allOf"] = [
            {
                "contains": _members(kind={"const": kind}),
                "minContains": 0,
                "maxContains": 1,
            }
            for kind in once
        ]
        members["sections"]["description"] += (
            " Their slugs are unique in the issue. A published issue has exactly one `lead`."
        )
    entry = sent["TrendingEntryInput"]
    kinds = [kind for source in SOURCES for kind in source.kinds]
    never = [
        _members(source={"const": s.name}, kind={"enum": [k for k in kinds if k not in s.kinds]})
        for s in SOURCES
    ]
    never.append(_members(kind={"const": "repository"}, external_id={"pattern": "^[^/]*$"}))
    entry["not"] = {"anyOf": never}
    entry["properties"]["rank"]["description"] += (
        " In `trending` it is unique inside one source and kind."
    )


def _members(**members: Schema) -> Schema:
    return {"properties": members, "required": list(members)}


def _add_patches(sent: dict[str, Schema]) -> None:
    """Derive merge patches: nothing is required, and null resets a member to its default."""
    patch = deepcopy(sent["IssueInput"])
    patch["description"] = (
        "A JSON Merge Patch (RFC 7396) of an issue: omitted members stay, null resets a member "
        "to its default, lists are replaced whole."
    )
    patch["properties"]["date"] = deepcopy(sent["IssueCreate"]["properties"]["date"])
    sent["IssuePatch"] = patch
    names = []
    for block in BLOCKS:
        section = deepcopy(sent[_sent_name(block.input.__name__)])
        section.pop("required")
        name = block.output.__name__ + "Patch"
        section["description"] = f"A JSON Merge Patch of a section of kind {_any_of(block.kinds)}."
        names.append(name)
        sent[name] = section
    sent["SectionPatch"] = {
        "description": "A JSON Merge Patch (RFC 7396) of a section of any kind.",
        "anyOf": [{"$ref": _REF + name} for name in names],
    }


def _name_union(schemas: dict[str, Schema], name: str, description: str) -> None:
    """Replace every union of all sections by a reference to one named schema."""
    union: Schema = {}
    reference = {"$ref": _REF + name}

    def take(schema: Schema) -> None:
        items = schema.get("items", {})
        if items.get("discriminator", {}).get("propertyName") == "kind":
            targets = {choice["$ref"] for choice in items["oneOf"]}
            if not any(target.endswith("InPrint") for target in targets):
                union.update(items)
                schema["items"] = reference

    for schema in schemas.values():
        _visit(schema, take)
    schemas[name] = {"description": description, **union}


def _any_of(words: Sequence[str]) -> str:
    return " or ".join(f"`{word}`" for word in words)


def _add_parts(read: dict[str, Schema]) -> None:
    """Derive the schemas of responses narrowed by `fields`: any members of the whole."""
    for name in ("Issue", "IssueSummary"):
        part = deepcopy(read[name])
        part.pop("required")
        part["description"] = f"The members of {name} that `fields` asked for."
        read[name + "Part"] = part
    items = read["IssuePage"]["properties"]["data"]
    items["items"] = {
        "anyOf": [{"$ref": _REF + "IssueSummary"}, {"$ref": _REF + "IssueSummaryPart"}]
    }
