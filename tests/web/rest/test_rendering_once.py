"""Bodies are rendered when they change, and not again when anything else does."""

from typing import Any

import pytest

from app.content.markdown.rendering import render as original
from tests.factories import issue, lead, story
from tests.web.rest.conftest import Desk


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The bodies rendered, in order."""
    bodies: list[str] = []

    def render(body: str) -> str:
        bodies.append(body)
        return original(body)

    monkeypatch.setattr("app.content.markdown.rendered.render", render)
    return bodies


def sections(*bodies: str) -> list[dict[str, Any]]:
    return [lead(body=bodies[0]), *(story(headline=body, body=body) for body in bodies[1:])]


async def test_a_new_issue_renders_each_body_once(desk: Desk, counted: list[str]) -> None:
    await desk.create(issue(sections=sections("one[^1]\n\n[^1]: note", "two", "two")), publish=True)

    assert sorted(counted) == ["one[^1]\n\n[^1]: note", "two"]


async def test_a_change_renders_what_changed(desk: Desk, counted: list[str]) -> None:
    await desk.create(issue(sections=sections("one", "two", "three")))
    counted.clear()

    await desk.patch(1, {"title": "Other"})
    await desk.patch(1, {"sections": sections("one", "other", "three")})
    await desk.act(1, "publish")

    assert counted == ["other"]
