"""Values of issues, sections and subjects: documents with the members that only GraphQL has.

An issue gets its id, its short cuts and its neighbours; what is in it gets its issue.
"""

from collections.abc import Mapping, Set
from typing import Any

from app.content.queries.issue_nodes import IssueNode
from app.content.queries.subjects import SubjectPage
from app.web.graphql.documents.summary import NEIGHBOURS
from app.web.graphql.types.fields import TYPENAME
from app.web.graphql.types.issue import TYPE_OF_KIND
from app.web.graphql.types.node_id import NodeId, parse_node_id, subject_id_of
from app.web.graphql.types.pure_fields import NOT_READ

Members = dict[str, Any]

_WAYS_BACK = frozenset({"issue", "section"})
_ITEMS = ("tools", "entries", "items")
"""Members of sections that are lists of printed items."""


def issue_source(node: IssueNode, names: Set[str]) -> Members:
    """Return the value of an issue, with its sections and links if the node was read with them.

    `names`: of all fields that are selected. Ids, and the way back to the issue, are left out where
    no field asks for them.
    """
    has_ids, has_ways_back = "id" in names, not names.isdisjoint(_WAYS_BACK)
    issue = node.members
    issue[TYPENAME] = "Issue"
    if has_ids:
        issue["id"] = str(NodeId(node.public_id))
    if "links" in issue:
        issue["url"] = issue["links"]["self"]
        for side in NEIGHBOURS:
            issue[side] = None if issue["links"][side] is None else NOT_READ
    for correction in issue["corrections"]:
        correction["issue"] = issue
    if "sections" in issue:
        issue.update(lead=None, tools=[], trending=[], movers=[], reading=[])
        for section in issue["sections"]:
            section[TYPENAME] = TYPE_OF_KIND[section["kind"]]
            if has_ids:
                section["id"] = str(NodeId(node.public_id, section["slug"]))
            if has_ways_back:
                link_section(section, issue)
            _add_short_cut(issue, section)
    return issue


def link_section(section: Members, issue: Mapping[str, Any]) -> None:
    """Link a section and its items to their issue."""
    section[TYPENAME] = TYPE_OF_KIND[section["kind"]]
    section["issue"] = issue
    slug = section["slug"]
    for name in _ITEMS:
        for item in section.get(name, ()):
            item["issue"] = issue
            item["section"] = slug


def _add_short_cut(issue: Members, section: Members) -> None:
    kind = section["kind"]
    if kind == "lead" and issue["lead"] is None:
        issue["lead"] = section
    elif kind == "tools":
        issue["tools"] = section["tools"]
    elif kind in ("trending", "movers"):
        issue[kind] = section["entries"]
    elif kind == "reading":
        issue["reading"] = section["items"]


def subject_source(page: SubjectPage) -> Members:
    """Return the value of a subject, with its histories by their days."""
    names = page.document["names"]
    assert isinstance(names, list)
    return {
        **page.document,
        TYPENAME: "Subject",
        "id": subject_id_of(page.row_id),
        "names": [{**name, "since": name["from"]} for name in names],
        "histories": page.histories,
    }


def section_id(issue: Members, slug: str) -> str:
    """Return the id of a section of an issue."""
    own = parse_node_id(issue["id"])
    assert own is not None, "an issue has an id"
    return str(NodeId(own.public_id, slug))


def section_in(issue: Members, slug: str) -> Members | None:
    """Return the section of an issue with a slug."""
    found: Members | None = next((s for s in issue["sections"] if s["slug"] == slug), None)
    return found
