"""Feeds name a WebSub hub, and the hub is told which of them a publication changed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as Xml

import httpx
import pytest

from app.config import Settings
from app.content.blocks.registry import KINDS
from app.content.queries.events import LoggedEvent
from app.delivery.websub import FORMS, RETRY_SECONDS, HubReader, topics_of
from app.web.application import Application
from tests import factories
from tests.conftest import Clock
from tests.snapshots import record_models

HUB = "https://hub.test/publish"
Headers = dict[str, str]


class Hub:
    """Stands in for a hub: notes the topics, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.topics: list[str] = []
        self.failures: list[httpx.Response | Exception] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        form = parse_qs(request.content.decode())
        assert str(request.url) == HUB
        assert form["hub.mode"] == ["publish"]
        self.topics += form["hub.url"]
        return httpx.Response(204)


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
async def reader(app: Application, hub: Hub) -> AsyncIterator[HubReader]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(hub)) as http:
        reader = HubReader(
            *(app.state.database, http, HUB),
            base_url="http://paper.test",
            clock=app.state.clock,
        )
        assert await reader.turn() is None  # begins at the end of the log
        yield reader


async def publish(client: httpx.AsyncClient, editor: Headers, number: int) -> None:
    made = await client.post(
        "/v1/issues?publish=true", json=factories.make_issue(number), headers=editor
    )
    assert made.status_code == 201, made.text


def feeds(*paths: str) -> set[str]:
    return {f"http://paper.test/feeds/{path}.{form}" for path in paths for form in FORMS}


@pytest.mark.both_databases
async def test_a_hub_is_told_of_what_changed_in_print(
    client: httpx.AsyncClient,
    editor: Headers,
    app: Application,
    reader: HubReader,
    hub: Hub,
    clock: Clock,
) -> None:
    await client.post("/v1/issues", json=factories.make_issue(9), headers=editor)
    assert await reader.turn() is None
    assert hub.topics == []

    await publish(client, editor, 1)
    assert await reader.turn() is None
    assert set(hub.topics) == feeds(
        "issues", "corrections", *(f"sections/{kind}" for kind in KINDS)
    )

    hub.topics.clear()
    await record_models(app.state.database, {"acme/orca": 5}, at=clock())
    assert await reader.turn() is None
    assert await reader.turn() is None
    assert sorted(hub.topics) == sorted(feeds("movers"))


@pytest.mark.parametrize(
    ("event_type", "changes"), [("issue.corrected", True), ("issue.updated", False)]
)
def test_the_feed_of_corrections_changes_with_corrections(event_type: str, changes: bool) -> None:
    event = LoggedEvent(1, 1, "evt_1", event_type, datetime(2026, 5, 3, tzinfo=UTC), 1, b"{}")

    topics = topics_of([event], base_url="http://paper.test")

    assert (feeds("corrections") <= set(topics)) is changes


async def test_a_hub_that_fails_is_told_again(
    client: httpx.AsyncClient, editor: Headers, reader: HubReader, hub: Hub
) -> None:
    await publish(client, editor, 1)
    hub.failures = [httpx.ConnectError("refused"), httpx.Response(503)]

    assert await reader.turn() == RETRY_SECONDS
    assert await reader.turn() == RETRY_SECONDS
    assert hub.topics == []
    assert await reader.turn() is None
    assert "http://paper.test/feeds/issues.atom" in hub.topics


class TestFeeds:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"websub_hub": HUB})

    async def test_the_first_page_of_a_feed_names_the_hub_and_itself(
        self, client: httpx.AsyncClient, editor: Headers
    ) -> None:
        await publish(client, editor, 1)
        here = "http://paper.test/feeds/issues"

        answers = {form: await client.get(f"/feeds/issues.{form}") for form in FORMS}

        for form, answer in answers.items():
            assert answer.headers["link"] == f'<{HUB}>; rel="hub", <{here}.{form}>; rel="self"'
        assert answers["json"].json()["hubs"] == [{"type": "WebSub", "url": HUB}]
        for form in ("atom", "rss"):
            assert links(answers[form].content)["hub"] == HUB
            assert links(answers[form].content)["self"] == f"{here}.{form}"


async def test_a_feed_without_a_hub_names_none(client: httpx.AsyncClient, editor: Headers) -> None:
    await publish(client, editor, 1)

    for form in FORMS:
        answer = await client.get(f"/feeds/issues.{form}")
        assert "link" not in answer.headers
        assert 'rel="hub"' not in answer.text
        assert '"hubs"' not in answer.text


def links(document: bytes) -> dict[str, Any]:
    """The addresses of a feed by their relation."""
    root = Xml.fromstring(document)
    found = root.iter("{http://www.w3.org/2005/Atom}link")
    return {link.get("rel", ""): link.get("href") for link in found}
