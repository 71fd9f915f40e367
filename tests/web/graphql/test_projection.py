"""What is projected is what graphql-core would have answered, whatever is asked of an issue."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from starlette.requests import Request

from app.content.access import PUBLIC
from app.web.graphql.endpoint import context_for
from app.web.graphql.errors import QueryRefused
from app.web.graphql.execution import Prepared
from app.web.graphql.schema import schema
from tests.web.graphql.documents import document

ROOTS = ("latestIssue", "issues(first:3)", "sections(first:6)", "entries(first:4)", "publication")


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("root", ROOTS)
async def test_it_is_what_graphql_core_answers(app: FastAPI, root: str) -> None:
    compared = 0

    async def compare(text: str) -> None:
        nonlocal compared
        try:
            read = app.state.graphql.documents.judged(text)
        except QueryRefused:
            return  # too many aliases, say
        operation = read.operation(None)
        told: list[object] = []
        for projects in (True, False):
            request = Request({"type": "http", "app": app, "headers": [], "state": {}})
            context = context_for(request, PUBLIC)
            try:
                prepared = Prepared(read, operation, None, context, projects=projects)
            except QueryRefused as refused:
                told.append(refused.code)
                continue
            outcome = await prepared.carry_out()
            told.append((outcome.data, [str(error) for error in outcome.errors], outcome.cost))
        assert told[0] == told[1], text
        compared += 1

    found: list[str] = []

    @given(document(schema(), root=root, hostile=False))
    @settings(
        max_examples=60,
        deadline=timedelta(seconds=60),
        suppress_health_check=list(HealthCheck),
    )
    def draw(text: str) -> None:
        found.append(text)

    draw()
    for text in dict.fromkeys(found):
        await compare(text)
    assert compared >= 20
