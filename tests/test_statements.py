"""How many statements a request costs: counted, on both engines, where it would be slow to slip."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests import factories
from tests.counted import counted

pytestmark = pytest.mark.both_databases

Headers = dict[str, str]
Count = Callable[[], Any]


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/v1/issues/4", 1),
        ("/v1/issues/2026-04-21", 1),
        ("/v1/issues/latest", 1),
        ("/v1/issues/4.md", 1),
        ("/v1/issues/4?fields=title", 1),
        ("/v1/issues/4/sections/forty-one-ways-to-say-it-a-speech-model-goes-home", 1),
        ("/v1/issues/404", 1),
        ("/v1/issues", 2),
        ("/v1/issues?limit=5&from=2026-04-20", 2),
        ("/v1/sections", 2),
        ("/v1/tools?category=agents", 2),
        ("/v1/reading", 2),
        ("/v1/entries?section=movers", 2),
        # What is fresh; the hits of the page; the total, where it does not follow from them; long
        # texts, eight at a time. Fewer than five hits: the words in print, once per publication.
        ("/v1/search?q=the&sort=newest", 3),
        ("/v1/search?q=bittern&limit=100&sort=newest", 3),
        ("/v1/search?q=hourglass&sort=newest", 3),
        # By relevance: what is fresh; the ids of the hits, whose number decides how many are
        # ranked; the words of those; the hits of the page, or the words in print as above.
        ("/v1/search?q=hourglass", 4),
        ("/v1/search?q=bittern", 4),
        ("/v1/search?q=nothingofthekind", 4),
        ("/v1/issues/4/claims", 5),
        ("/v1/issues/4/printings", 2),
        ("/v1/corrections", 2),
        ("/v1/events", 1),
        ("/v1/events?types=issue.*&limit=5", 1),
        # The end of the log, and the page that begins there.
        ("/v1/events?after=latest", 2),
        # However many facts: the boards of all sources, with those that they are compared with.
        ("/v1/brief", 11),
        ("/v1/publication", 0),
        ("/v1/limits", 0),
        ("/livez", 0),
        ("/readyz", 1),
    ],
)
@pytest.mark.usefixtures("twelve_issues")
async def test_a_public_read_costs(client: httpx.AsyncClient, path: str, statements: int) -> None:
    with counted() as seen:
        answer = await client.get(path)

    assert answer.status_code in {200, 404}
    assert len(seen) == statements, seen


@pytest.mark.usefixtures("twelve_issues")
async def test_a_list_of_twenty_is_one_statement_and_its_total_another(
    client: httpx.AsyncClient,
) -> None:
    with counted() as seen:
        await client.get("/v1/issues?limit=20")

    assert sum("count(*)" in statement for statement in seen) == 1
    assert len(seen) == 2
    assert all("document" not in statement for statement in seen), "a list reads no document"


@pytest.mark.usefixtures("twelve_issues")
async def test_what_is_ready_costs_nothing_more(client: httpx.AsyncClient) -> None:
    etag = (await client.get("/v1/issues/4")).headers["etag"]

    with counted() as seen:
        again = await client.get("/v1/issues/4")
        unchanged = await client.get("/v1/issues/4", headers={"If-None-Match": etag})

    assert (again.status_code, unchanged.status_code) == (200, 304)
    assert seen == []


@pytest.mark.usefixtures("twelve_issues")
async def test_a_key_costs_one_statement_more(client: httpx.AsyncClient, editor: Headers) -> None:
    await client.get("/v1/limits", headers=editor)  # its last use is noted, once a minute

    with counted() as seen:
        await client.get("/v1/issues/4", headers=editor)

    assert len(seen) == 2


async def test_a_write_costs_the_same_however_rich_the_issue(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    await client.get("/v1/me", headers=editor)  # the key's use of this minute is noted
    costs = []
    for document in (factories.issue(), factories.whole_issue(date="2026-05-04")):
        with counted() as seen:
            made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
        assert made.status_code == 201, made.text
        costs.append(len(seen))

    # Rows of one table go in together: a rich issue fills three tables more than a plain one.
    assert costs[1] - costs[0] <= 3
    # Six are for the events: what is due, the printed answer and its ETag, two counters, the rows.
    # One is for the printing, and up to three read the names that figures are checked against.
    assert costs[0] <= 25, seen
