"""Rules over the whole document, each for a generator of clients that fails on the other form.

`.ci/contract/generators` generates, compiles and runs the clients themselves.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.web.documentation.generator_forms import constant
from tests.each import each_of
from tests.test_contract import DOCUMENT, OPERATIONS, each_operation, resolved

Json = dict[str, Any]

SCHEMAS: dict[str, Json] = DOCUMENT["components"]["schemas"]

each_schema = each_of(SCHEMAS)


def inside(schema: Json) -> Iterator[Json]:
    """A schema and every schema in it; references are not followed."""
    yield schema
    below = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    below += schema.get("oneOf", []) + schema.get("allOf", []) + schema.get("prefixItems", [])
    below += [schema[word] for word in ("items", "additionalProperties", "not") if word in schema]
    for part in below:
        if isinstance(part, dict):
            yield from inside(part)


def sent() -> set[str]:
    """The schemas of request bodies, and those that they refer to."""
    bodies = [o["requestBody"] for o in OPERATIONS.values() if "requestBody" in o]
    waiting = [c["schema"] for body in bodies for c in body["content"].values()]
    found: set[str] = set()
    while waiting:
        for part in inside(waiting.pop()):
            name = part.get("$ref", "").rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(SCHEMAS[name])
    return found


@each_schema
def test_names_are_short_and_say_one_thing(name: str) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]{1,39}", name)
    # Go has a constructor `NewKey` for every schema `Key`.
    assert name.removeprefix("New") == name or name.removeprefix("New") not in SCHEMAS
    assert not re.search(r"\d$", name), "a number at the end looks like a collision"


def test_names_differ_in_more_than_case() -> None:
    assert len({name.lower() for name in SCHEMAS}) == len(SCHEMAS)


@each_schema
def test_a_schema_says_what_it_is(name: str) -> None:
    for part in inside(SCHEMAS[name]):
        assert part.keys() & {"type", "$ref", "anyOf", "oneOf"}, f"no type: {part}"
        # openapi-generator and hey-api make `unknown` or broken types of these.
        assert not part.keys() & {"not", "contains", "allOf", "if", "patternProperties"}
        if part.keys() & {"pattern", "minLength", "maxLength", "format"}:
            assert "string" in part["type"], part


@each_schema
def test_a_default_is_never_null(name: str) -> None:
    """openapi-typescript takes a member with a default for one that is always there."""
    for part in inside(SCHEMAS[name]):
        assert part.get("default", "") is not None
        assert "default" not in part or name not in sent(), f"say it in the description: {part}"


@each_schema
def test_patterns_are_read_by_every_dialect(name: str) -> None:
    r"""RE2 of Go has no look-around and no `\u`; its validator takes a comma for the end."""
    for part in inside(SCHEMAS[name]):
        pattern = part.get("pattern", "")
        re.compile(pattern)
        if name.startswith("Other"):
            continue  # the last branch of a union is what no other branch is
        assert not re.search(r"\(\?[^:]|\\u|,", pattern), pattern


@each_schema
def test_unions_are_told_apart_by_a_member(name: str) -> None:
    """TypeScript narrows by the discriminator of `oneOf`; the last branch is for new kinds.

    No two branches have the same members: Go does not look at the values of `kind`.
    """
    for part in inside(SCHEMAS[name]):
        choices = part.get("oneOf", [])
        if not choices:
            assert len(part.get("anyOf", [])) in (0, 2)
            assert part.get("anyOf", [{"type": "null"}])[-1] == {"type": "null"}
            continue
        mapped = set(part["discriminator"]["mapping"].values())
        branches = [choice["$ref"] for choice in choices]
        members = [tuple(SCHEMAS[b.rpartition("/")[2]]["properties"]) for b in branches]
        assert len(set(members)) == len(members)
        others = [branch for branch in branches if branch not in mapped]
        if name in sent():
            assert others == []
        else:
            assert others == branches[-1:]
            assert others[0].rpartition("/")[2].startswith("Other")


@each_schema
def test_nullable_values_have_no_union(name: str) -> None:
    """orval writes a file for each union, also for that of a string and null."""
    for part in inside(SCHEMAS[name]):
        choices = part.get("anyOf", [])
        if {"type": "null"} in choices and len(choices) == 2:
            assert "$ref" in choices[0], part


def test_lists_of_values_have_one_name_each() -> None:
    """Else generators number them: Status, Status1, Status2."""
    named = {name: tuple(s["enum"]) for name, s in SCHEMAS.items() if "enum" in s}
    inline = [
        f"{name}.{member}"
        for name, schema in SCHEMAS.items()
        for member, value in schema.get("properties", {}).items()
        for part in inside(value)
        if len(part.get("enum", [])) > 1 and not (member == "kind" and "Section" in name)
    ]

    assert inline == []
    assert len(set(named.values())) == len(named)
    # Constants of Go are global to the package.
    constants = Counter(
        word
        for name, schema in SCHEMAS.items()
        if "enum" in schema
        for word in schema.get("x-enum-varnames", [constant(v) for v in schema["enum"]])
    )
    assert [word for word, count in constants.items() if count > 1] == []


@each_operation
def test_operations_have_short_names(operation: Json) -> None:
    """Method names of clients derive from them: `listIssues`, `list_issues`."""
    assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"])
    assert len(operation["operationId"]) <= 30


@each_operation
def test_bodies_have_a_type(operation: Json) -> None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        assert "$ref" in content["schema"] or "type" in content["schema"]


@each_operation
def test_bodies_and_answers_come_in_forms_that_generators_read(operation: Json) -> None:
    """An address that has more than one form documents the first; prose names the others.

    A form that a generator does not know (a picture, a column file) makes it leave the operation
    out with a warning: such an address stays out of the document (`include_in_schema=False`).
    """
    sent_as = operation.get("requestBody", {}).get("content", {})
    assert all(re.fullmatch(r"application/(.+\+)?(json|octet-stream)", form) for form in sent_as)
    for status, answer in operation["responses"].items():
        forms = list(resolved(answer).get("content", {}))
        if status.startswith("2"):
            assert all(re.fullmatch(r"application/.*json|text/.+", form) for form in forms)
            assert len(forms) <= 1 or "application/json" not in forms, forms


def test_each_error_status_has_one_response() -> None:
    statuses = {s for o in OPERATIONS.values() for s in o["responses"] if int(s) >= 400}
    responses = DOCUMENT["components"]["responses"]

    assert len(responses) == len(statuses)
    for name, response in responses.items():
        assert re.fullmatch(r"[A-Z][A-Za-z]{1,39}", name)
        (content,) = response["content"].values()
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}


@each_operation
def test_an_optional_key_is_no_requirement_of_the_operation(operation: Json) -> None:
    """openapi-python-client takes `[{}, …]` on an operation for "needs a key"."""
    assert DOCUMENT["security"] == [{}, {"apiKey": []}]
    assert {} not in operation.get("security", [])


@each_operation
def test_every_code_of_an_operation_is_listed(operation: Json) -> None:
    codes = operation["x-problem-codes"]
    statuses = {status for status in operation["responses"] if int(status) >= 400}
    shown = {
        code
        for status in statuses
        for code in resolved(operation["responses"][status])["content"]["application/problem+json"][
            "examples"
        ]
    }

    assert len(set(codes)) == len(codes)
    assert set(codes) <= shown
