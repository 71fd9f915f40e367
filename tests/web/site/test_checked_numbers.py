"""A checked number on a page carries its observation: a mark, and a line in a list."""

import re
from html import unescape

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import Clock
from tests.factories import entry, issue, lead
from tests.web.rest.test_claims import OPENBB, observe

KERAS = "keras-team/keras"
BODY = """\
OpenBB has **66,912** stars. Keras has 63,000 stars, and OpenBB has 70,100 stars.

[OpenBB has 66,912 stars](https://example.com), and `OpenBB has 66,912 stars`. Orca has 5,000 stars.

| Project | Stars |
|---|---|
| Keras | 63,518 |
"""


@pytest.fixture
async def page(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], clock: Clock
) -> str:
    """The page of an issue with numbers of each verdict, in every place that shows them."""
    await observe(app, clock, {OPENBB: 65_460, KERAS: 63_000}, hours_ago=7 * 24)
    await observe(app, clock, {OPENBB: 66_912, KERAS: 63_518}, hours_ago=6)
    box = {
        "items": [
            {"label": "OpenBB", "value": "66.9k stars"},
            {"label": "Orca", "value": "9k stars"},
        ]
    }
    story = lead(headline="OpenBB Has 66,912 Stars", slug="the-lead", body=BODY, metrics=box)
    board = {"kind": "trending", "slug": "board", "entries": [entry(OPENBB, stars=66_912, rank=1)]}
    wrong = {"kind": "movers", "slug": "moved", "entries": [entry(KERAS, stars=1, rank=1)]}
    document = issue(number=95, sections=[story, board, wrong])
    made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
    assert made.status_code == 201, made.text
    answer = await client.get("/issues/95")
    assert answer.status_code == 200
    return answer.text


def marks_of(html: str) -> list[tuple[str, str, str]]:
    """The text before each mark, its class and what it says."""
    found = re.finditer(
        r'<a class="check (\w+)" href="#[\w-]+" aria-label="([^"]*)"',
        html,
    )
    return [(_text_before(html, each.start()), each[1], unescape(each[2])) for each in found]


def _text_before(html: str, end: int) -> str:
    """Twelve characters at most. A search for text and mark at once takes ten seconds on a page."""
    before = re.search(r"([^<>]*)(?:</[a-z]+>)?([^<>]*)$", html[max(0, end - 100) : end])
    assert before is not None
    return f"{before[1]}{before[2]}"[-12:].strip()


async def test_a_mark_stands_behind_each_number_and_says_what_was_observed(page: str) -> None:
    marks = marks_of(page)

    assert [(text, verdict) for text, verdict, _ in marks] == [
        ("66,912 stars", "supported"),
        ("63,000 stars", "stale"),
        ("70,100 stars", "contradicted"),
        ("63,518", "supported"),
        ("66.9k stars", "supported"),
    ]
    said = [text for _, _, text in marks]
    seen = "observed 3 May 2026, 00:00 UTC"
    assert said[0] == f"confirmed: {OPENBB}: 66,912 stars, {seen}"
    assert said[1].startswith(
        f"out of date: {KERAS}: 63,000 stars, observed 26 Apr 2026, 06:00 UTC"
    )
    assert said[2] == f"differs: {OPENBB}: 66,912 stars, {seen}"


async def test_every_mark_leads_to_a_line_of_the_list(page: str) -> None:
    targets = re.findall(r'class="check \w+" href="#([\w-]+)"', page)
    lines = re.findall(r'<li id="(checked-[\w-]+)">(.*?)</li>', page, re.DOTALL)

    assert len(targets) == len(set(targets)) == 5
    assert set(targets) <= {id_ for id_, _ in lines}
    listed = dict(lines)
    assert f'href="https://github.com/{OPENBB}"' in listed[targets[0]]
    # The headline and the wrong entry have no mark of their own; a right entry shows its number.
    text = " ".join(listed.values())
    assert "66,912 Stars" in text
    assert "1 stars" in text
    assert not any(id_.startswith("checked-board") for id_ in listed)
    assert "5 confirmed, 1 out of date, 1 different" in page
    assert "1 confirmed</summary>" in page, "the board"


async def test_a_number_in_a_link_or_in_code_has_no_mark(page: str) -> None:
    assert ">OpenBB has 66,912 stars</a>" in page
    assert "<code>OpenBB has 66,912 stars</code>" in page
    assert "Orca has 5,000 stars.<" in page
