"""openapi/openapi.json: it is what the code says, byte for byte, and it leaves nothing out."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from app.config import Settings
from app.main import create_app
from app.web.documentation.openapi import describe
from app.web.problems.registry import OF_REST
from tests.each import each

ROOT = Path(__file__).resolve().parents[1]
EXPORTED = ROOT / "openapi" / "openapi.json"

Json = dict[str, Any]

# The first test holds it against the code. To write it anew takes a second, which each worker of a
# run would spend only to learn the names of the tests.
DOCUMENT: Json = json.loads(EXPORTED.read_bytes())
REGISTRY: Registry[Any] = Registry().with_resource(
    "urn:contract", Resource.from_contents(DOCUMENT, default_specification=DRAFT202012)
)


@cache
def written() -> bytes:
    """The document as the code says it."""
    return describe(create_app(Settings(_env_file=None)))


def operations() -> Iterator[tuple[str, Json]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


OPERATIONS = dict(operations())
each_operation = each(OPERATIONS)


def resolved(part: Json) -> Json:
    """Follow a reference to its component."""
    while "$ref" in part:
        _, _, kind, name = part["$ref"].split("/")
        part = DOCUMENT["components"][kind][name]
    return part


def examples_of(content: Json) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    return [resolved(example)["value"] for example in content.get("examples", {}).values()]


def faults(schema: Json, value: object) -> list[str]:
    here = json.loads(json.dumps(schema).replace('"#/', '"urn:contract#/'))
    validator = Draft202012Validator(here, registry=REGISTRY, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(value)]


def test_the_exported_file_is_what_the_code_says() -> None:
    assert EXPORTED.read_bytes() == written(), (
        "openapi/openapi.json is not what the code says; run: make openapi"
    )


@pytest.mark.slow
def test_settings_change_nothing() -> None:
    settings = Settings(
        _env_file=None,
        public_url="https://elsewhere.example",
        rate_limit="5/1",
        max_body_bytes=2048,
        telegram_url="https://t.example/paper",
    )

    assert describe(create_app(settings)) == written()


@pytest.mark.trial
@pytest.mark.end_to_end
@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_another_process_writes_the_same_bytes(seed: str) -> None:
    code = (
        "import sys; from app.config import Settings; from app.main import create_app; "
        "from app.web.documentation.openapi import describe; "
        "sys.stdout.buffer.write(describe(create_app(Settings(_env_file=None))))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )

    assert done.stdout == written()


@pytest.mark.slow
def test_it_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]

    assert len(ids) == len(set(ids))


@each_operation
def test_every_operation_is_described(operation: Json) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}


@each_operation
def test_every_operation_has_examples_of_all_it_takes_and_gives(operation: Json) -> None:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    bodies += [resolved(answer) for answer in operation["responses"].values()]

    for body in bodies:
        contents = body.get("content", {}).values()
        assert not contents or any(examples_of(content) for content in contents)


@each_operation
def test_examples_are_what_their_schemas_say(operation: Json) -> None:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    bodies += [resolved(answer) for answer in operation["responses"].values()]

    for body in bodies:
        for content in body.get("content", {}).values():
            for example in examples_of(content):
                assert faults(content["schema"], example) == []
    for parameter in map(resolved, operation.get("parameters", [])):
        if "example" in parameter:
            assert faults(parameter["schema"], parameter["example"]) == []


@each_operation
def test_refusals_are_problems_of_their_status(operation: Json) -> None:
    refusals = {s: resolved(a) for s, a in operation["responses"].items() if int(s) >= 400}

    assert {"400", "401", "500", "503"} <= refusals.keys()
    for status, refusal in refusals.items():
        assert list(refusal["content"]) == ["application/problem+json"]
        for example in examples_of(refusal["content"]["application/problem+json"]):
            assert example["status"] == int(status)
            assert OF_REST[example["code"]].status == int(status)
            assert example["type"] == f"https://paper.example/problems/{example['code']}"


def test_every_problem_has_an_example() -> None:
    components = DOCUMENT["components"]
    shown = [example["value"] for example in components["examples"].values()]
    shown += components["schemas"]["Problem"].get("examples", [])

    assert {problem["code"] for problem in shown} == set(OF_REST)
    for problem in shown:
        assert faults({"$ref": "#/components/schemas/Problem"}, problem) == []


def test_every_reference_leads_somewhere() -> None:
    def references(part: object) -> Iterator[Json]:
        if isinstance(part, dict):
            if "$ref" in part:
                yield part
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for member in part:
                yield from references(member)

    for part in references(DOCUMENT):
        assert resolved(part)


def test_links_lead_to_operations_and_their_parameters() -> None:
    by_id = {operation["operationId"]: operation for operation in OPERATIONS.values()}

    for link in DOCUMENT["components"]["links"].values():
        taken = {
            name
            for parameter in map(resolved, by_id[link["operationId"]]["parameters"])
            for name in (parameter["name"], f"{parameter['in']}.{parameter['name']}")
        }
        assert set(link["parameters"]) <= taken
