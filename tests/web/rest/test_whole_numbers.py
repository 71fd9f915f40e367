"""Whole numbers in queries and paths are digits: what else Pydantic takes for one is refused."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.factories import issue
from tests.web.rest.conftest import Desk

NO_DIGITS = ("5.0", "%2B5", "%205", "5_0", "%D9%A5", "5e0")


def whole_numbers(app: FastAPI) -> list[tuple[str, str]]:
    """Each parameter of a GET that takes a whole number, with the path it belongs to."""
    return [
        (path, parameter["name"])
        for path, item in app.openapi()["paths"].items()
        for parameter in item.get("get", {}).get("parameters", ())
        if parameter["in"] == "query" and "integer" in types_of(parameter["schema"])
    ]


def types_of(schema: Any) -> set[str]:
    return {schema.get("type", "")} | {each.get("type", "") for each in schema.get("anyOf", ())}


async def test_every_whole_number_of_a_query_is_digits(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    asked = whole_numbers(app)
    values = {"source": "github", "kind": "repository", "date": "2026-05-03"}

    answers = {
        (path, name, value): await client.get(
            f"{path.format_map(Values(values))}?{name}={value}", headers=editor
        )
        for path, name in asked
        for value in NO_DIGITS
    }

    assert len(asked) > 15
    assert [
        (which, answer.status_code, answer.text)
        for which, answer in answers.items()
        if answer.status_code != 400 or f"The parameter {which[1]} must be" not in answer.text
    ] == []


class Values(dict[str, str]):
    """Values for the parameters of a path; `1` for all others."""

    def __missing__(self, name: str) -> str:
        return "1"


@pytest.mark.parametrize("number", NO_DIGITS)
async def test_a_number_in_a_path_is_digits(desk: Desk, number: str) -> None:
    await desk.create(issue(number=95))
    read = await desk.get("/v1/issues/95/revisions/1")

    answer = await desk.get(f"/v1/issues/95/revisions/{number.replace('5', '1')}")

    assert read.status_code == 200
    assert answer.status_code == 404
