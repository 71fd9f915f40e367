"""The unions of sections in the document: each kind by its `kind`, and a branch for new kinds."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from app.content.blocks.base import SectionOutput
from app.content.blocks.registry import BLOCKS
from app.content.shapes import InPrint
from app.web.documentation.schema_tree import REFERENCE, Schema, visit
from app.wording import as_code


class OtherSection(SectionOutput):
    """A section of a kind that this document does not name yet.

    New kinds are added without a new version of the API. Such a section has at least these members.
    """


class OtherSectionInPrint(InPrint, OtherSection):
    """A section of a kind that this document does not name yet, and where it was printed."""


def name_section_unions(sent: dict[str, Schema], read: dict[str, Schema]) -> None:
    """Replace every union of sections by a reference to a named schema."""
    _name_union(sent, "SectionInput", "A section of any kind in a request.")
    _name_union(read, "Section", "A section of any kind.")
    in_print = "A section of any kind, and where it was printed."
    _name_union(read, "SectionInPrint", in_print)
    # Look-ahead, since a client that tries all branches must find exactly one.
    kinds = "|".join(kind for block in BLOCKS for kind in block.kinds)
    for name in ("OtherSection", "OtherSectionInPrint"):
        read[name]["properties"]["kind"]["pattern"] = f"^(?!({kinds})$)"


def add_section_patch(sent: dict[str, Schema], names: Sequence[str]) -> None:
    """Derive the merge patch of a section: the members of all kinds, none of them required.

    `names`: the schemas of sections in requests. One object serves all kinds, since a patch need
    not repeat the `kind` that would tell them apart.
    """
    members: dict[str, Any] = {}
    for block, name in zip(BLOCKS, names, strict=True):
        for member, schema in sent[name]["properties"].items():
            first = members.setdefault(member, {**deepcopy(schema), "kinds": []})
            first["kinds"] += block.kinds
    everywhere = [kind for block in BLOCKS for kind in block.kinds]
    for schema in members.values():
        kinds = schema.pop("kinds")
        if kinds != everywhere:
            schema["description"] = f"{as_code(kinds)}: {schema['description']}"
    members["kind"] = {"type": "string", "enum": everywhere, "description": "Its present kind."}
    sent["SectionPatch"] = {
        "type": "object",
        "description": "A JSON Merge Patch (RFC 7396) of a section: omitted members stay, null "
        "resets a member to its default. The members that apply depend on the section's kind.",
        "properties": members,
        "additionalProperties": False,
    }


def _name_union(schemas: dict[str, Schema], name: str, description: str) -> None:
    reference = {"$ref": REFERENCE + name}
    ending = name.removeprefix("Section")
    union: Schema = {}

    def take(schema: Schema) -> None:
        items = schema.get("items", {})
        if items.get("discriminator", {}).get("propertyName") != "kind":
            return
        if (ending == "InPrint") == items["oneOf"][0]["$ref"].endswith("InPrint"):
            union.update(items)
            schema["items"] = reference

    for schema in schemas.values():
        visit(schema, take)
    mapping = _join_alike(schemas, union["discriminator"]["mapping"], ending)
    branches = list(dict.fromkeys(mapping.values()))
    if ending != "Input":
        branches.append(f"{REFERENCE}OtherSection{ending}")
    schemas[name] = {
        "description": description,
        "oneOf": [{"$ref": branch} for branch in branches],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }


def _join_alike(schemas: dict[str, Schema], mapping: dict[str, str], ending: str) -> dict[str, str]:
    """Describe kinds with the same members by one schema, and return the new mapping.

    Clients that do not look at `kind` could not tell them apart. The schema is named for the
    member that they share.
    """
    by_members: dict[tuple[str, ...], list[str]] = {}
    for name in dict.fromkeys(ref.removeprefix(REFERENCE) for ref in mapping.values()):
        by_members.setdefault(tuple(sorted(schemas[name]["properties"])), []).append(name)
    joined: dict[str, str] = {}
    for members, names in by_members.items():
        if len(names) > 1:
            own = next(m for m in members if m not in SectionOutput.model_fields)
            whole = f"{own.capitalize()}Section{ending}"
            found = [schemas.pop(name) for name in names]
            kinds = [schema["properties"]["kind"]["const"] for schema in found]
            found[0]["properties"]["kind"] = {"type": "string", "enum": kinds}
            found[0]["description"] = f"A section of kind {as_code(kinds, last=' or ')}."
            schemas[whole] = found[0]
            joined |= dict.fromkeys(names, whole)
    return {
        kind: REFERENCE + joined.get(ref.removeprefix(REFERENCE), ref.removeprefix(REFERENCE))
        for kind, ref in mapping.items()
    }
