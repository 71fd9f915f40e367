"""Every published issue, read both ways, has the same values: generated from the schemas."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from app.web.graphql.schema.schema import schema
from app.web.graphql.types.issue import SECTION_TYPES, TYPE_OF_KIND
from tests.web.graphql.conftest import Partner

pytestmark = [pytest.mark.usefixtures("twelve_issues"), pytest.mark.databases_in_turn]

ONLY_HERE = {
    "id",
    "url",
    "issue",
    "section",
    "lead",
    "tools",
    "trending",
    "movers",
    "reading",
    "previous",
    "next",
}
"""What only a graph has; `tools`, `url` and the like are members of other objects in REST."""
BY_TYPE: Mapping[str, set[str]] = {
    "Issue": ONLY_HERE,
    "Tool": {"issue", "section"},
    "ReadingItem": {"issue", "section"},
    "TrendingEntry": {"issue", "section", "subject"},
    "Correction": {"issue"},
    **{name: {"id", "issue"} for name in SECTION_TYPES},
}


def everything(type_: Any) -> str:
    """The selection of all that REST has too."""
    if is_abstract_type(type_):
        parts = [
            f"... on {possible.name} {{ {everything(possible)} }}"
            for possible in schema().get_possible_types(type_)
        ]
        return "__typename " + " ".join(parts)
    fields = []
    for name, field in type_.fields.items():
        if name in BY_TYPE.get(type_.name, ()):
            continue
        inner = get_named_type(field.type)
        # Sections of several types may have the same field with other nullability.
        fields.append(name if is_leaf_type(inner) else f"{name} {{ {everything(inner)} }}")
    return " ".join(fields)


def as_rest(value: Any, type_: Any) -> Any:
    """What GraphQL told, in the words of REST."""
    if isinstance(value, list):
        return [as_rest(item, type_) for item in value]
    if value is None:
        return None
    if isinstance(type_, GraphQLEnumType):
        return type_.values[value].value
    if is_leaf_type(type_):
        return value
    if isinstance(type_, GraphQLInterfaceType):
        type_ = schema().get_type(value["__typename"])
    assert isinstance(type_, GraphQLObjectType)
    shown = {}
    for name, field in type_.fields.items():
        if name in value:
            member = field.extensions["strawberry-definition"].python_name
            shown[member] = as_rest(value[name], get_named_type(field.type))
    return shown


async def numbers(client: httpx.AsyncClient) -> list[int]:
    listed = (await client.get("/v1/issues?limit=100")).json()["data"]
    return [issue["number"] for issue in listed]


async def test_each_issue_has_the_same_values_both_ways(partner: Partner) -> None:
    type_ = schema().type_map["Issue"]
    query = f"query($n: Int!) {{ issue(number: $n) {{ {everything(type_)} sections {{ "
    query += f"{everything(schema().type_map['Section'])} }} }} }}"
    for number in await numbers(partner.client):
        shown = as_rest((await partner.ask(query, n=number))["issue"], type_)
        rest = (await partner.client.get(f"/v1/issues/{number}")).json()
        shown.pop("published_revision")  # REST shows it to `drafts:read` alone
        claims = (await partner.client.get(f"/v1/issues/{number}/claims")).json()["data"]
        assert shown.pop("claims") == claims
        assert shown == rest


async def test_short_cuts_are_what_the_sections_hold(partner: Partner) -> None:
    query = """query($n: Int!) { issue(number: $n) {
        lead { slug } tools { name } trending { externalId rank } movers { externalId change }
        models: trending(source: HUGGINGFACE, kind: MODEL) { externalId }
        leads: sections(kind: LEAD) { slug } reading { title } } }"""
    for number in await numbers(partner.client):
        issue = (await partner.ask(query, n=number))["issue"]
        rest = (await partner.client.get(f"/v1/issues/{number}")).json()["sections"]
        by_kind = {section["kind"]: section for section in rest}
        assert issue["leads"] == [issue["lead"]] == [{"slug": by_kind["lead"]["slug"]}]

        def of(kind: str, items: str, *names: str) -> list[dict[str, Any]]:
            found = by_kind.get(kind, {items: []})[items]  # noqa: B023
            return [{name: item[name] for name in names} for item in found]

        assert issue["tools"] == of("tools", "tools", "name")
        assert issue["reading"] == of("reading", "items", "title")
        entries = of("trending", "entries", "external_id", "rank", "source", "kind")
        assert [(e["externalId"], e["rank"]) for e in issue["trending"]] == [
            (e["external_id"], e["rank"]) for e in entries
        ]
        assert [e["externalId"] for e in issue["models"]] == [
            e["external_id"]
            for e in entries
            if (e["source"], e["kind"]) == ("huggingface", "model")
        ]
        movers = of("movers", "entries", "external_id", "change")
        assert [(e["externalId"], e["change"]) for e in issue["movers"]] == [
            (e["external_id"], e["change"]) for e in movers
        ]


@pytest.mark.parametrize(
    ("path", "field", "type_name", "without"),
    [
        ("/v1/tools", "tools", "Tool", ()),
        ("/v1/reading", "reading", "ReadingItem", ()),
        ("/v1/entries", "entries", "TrendingEntry", ()),
        ("/v1/sections", "sections", "Section", ("section",)),
        ("/v1/search?q=model*", 'search(query: "model*", first: 40)', "SearchHit", ()),
        (
            "/v1/search?q=a*&type=entry&group=subject",
            'search(query: "a*", type: ENTRY, group: SUBJECT, first: 40)',
            "SearchHit",
            (),
        ),
        (
            "/v1/search?q=the&sort=newest",
            'search(query: "the", sort: NEWEST, first: 40)',
            "SearchHit",
            (),
        ),
    ],
)
async def test_each_list_has_the_same_values_both_ways(
    partner: Partner, path: str, field: str, type_name: str, without: tuple[str, ...]
) -> None:
    type_ = schema().type_map[type_name]
    reference = "issue { number date slug title url }"
    own = "" if type_name in ("Section", "SearchHit") else "section"
    if type_name == "SearchHit":
        printings = f"printings {{ total {reference.replace('issue', 'issues')} }}"
        selection = f"type score title snippet {reference} section url {printings}"
    elif type_name == "Section":
        selection = f"{reference} {everything(type_)}"
    else:
        selection = f"{everything(type_)} {reference} {own}"
    asked = field if "(" in field else f"{field}(first: 40)"
    query = f"{{ list: {asked} {{ nodes {{ {selection} }} totalCount }} }}"
    told = (await partner.ask(query))["list"]

    glue = "&" if "?" in path else "?"
    rest = (await partner.client.get(f"{path}{glue}limit=40")).json()
    assert told["totalCount"] == rest["page"]["total"]
    shown = as_rest(told["nodes"], type_)
    wanted = [{k: v for k, v in item.items() if k not in without} for item in rest["data"]]
    assert shown == wanted


async def test_publication_has_the_same_values_both_ways(partner: Partner) -> None:
    type_ = schema().type_map["Publication"]
    told = await partner.ask(f"{{ publication {{ {everything(type_)} }} }}")

    rest = (await partner.client.get("/v1/publication")).json()
    assert as_rest(told["publication"], type_) == rest


async def test_every_kind_of_section_has_its_type() -> None:
    section = schema().type_map["Section"]
    assert isinstance(section, GraphQLInterfaceType)
    names = {possible.name for possible in schema().get_possible_types(section)}

    assert set(TYPE_OF_KIND.values()) == names == set(SECTION_TYPES)
