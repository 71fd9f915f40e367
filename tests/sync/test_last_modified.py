"""What moves with time alone moves its date too: a client that asks by date misses nothing."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.conftest import Clock
from tests.factories import entry, issue, lead
from tests.sync.conftest import RunDay

pytestmark = pytest.mark.databases_in_turn

SUBJECT = "/v1/trending/github/repository/lab/repo-1"
SUBJECTS = (
    SUBJECT,
    SUBJECT.removeprefix("/v1"),
    '/graphql?query={subject(source:GITHUB,kind:REPOSITORY,externalId:"lab/repo-1")'
    "{appearances{issue{number}}}}",
)
BOARDS = (
    "/v1/trending?source=github&kind=repository&window=day",
    "/v1/trending/movers?window=day",
    "/v1/trending/boards?window=day",
    "/graphql?query={trending(source:GITHUB,kind:REPOSITORY,window:DAY){board{status}}}",
    "/graphql?query={movers(window:DAY){board{status}}}",
)


MINUTE = timedelta(minutes=1)
"""Within the second of a change nobody is told a date."""


async def _date_of(client: httpx.AsyncClient, address: str) -> datetime:
    return parsedate_to_datetime((await client.get(address)).headers["last-modified"])


async def _since(client: httpx.AsyncClient, address: str, date: datetime) -> httpx.Response:
    since = date.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return await client.get(address, headers={"If-Modified-Since": since})


@pytest.mark.parametrize("address", SUBJECTS)
async def test_a_subject_is_dated_by_an_issue_that_appears_by_schedule(
    client: httpx.AsyncClient,
    editor: dict[str, str],
    clock: Clock,
    run_day: RunDay,
    address: str,
) -> None:
    await run_day()
    entries = [entry("lab/repo-1", name="repo-1")]
    document: dict[str, Any] = issue(
        date=clock.now.date().isoformat(),
        sections=[lead(), {"kind": "trending", "entries": entries}],
    )
    posted = await client.post("/v1/issues", json=document, headers=editor)
    assert posted.status_code == 201, posted.text
    number, etag = posted.json()["number"], posted.headers["etag"]
    due = clock.now + timedelta(hours=2)
    scheduled = await client.post(
        f"/v1/issues/{number}/schedule",
        json={"publish_at": due.isoformat()},
        headers={**editor, "If-Match": etag},
    )
    assert scheduled.status_code == 200, scheduled.text
    clock.now += MINUTE
    before = await _date_of(client, address)
    assert (await _since(client, address, before)).status_code == 304

    clock.now = due + MINUTE

    assert await _date_of(client, address) == due.replace(microsecond=0)
    assert (await _since(client, address, before)).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("address", BOARDS)
async def test_a_board_is_dated_by_the_time_at_which_it_is_late(
    client: httpx.AsyncClient, clock: Clock, run_day: RunDay, address: str
) -> None:
    await run_day()
    await run_day()
    seen = clock.now
    clock.now += MINUTE
    before = await _date_of(client, address)
    assert (await _since(client, address, before)).status_code == 304

    clock.now = seen + timedelta(hours=36) + MINUTE

    late = await _since(client, address, before)
    assert late.status_code == 200
    assert "stale" in late.text.lower()
    since = await _date_of(client, address)
    assert since == (seen + timedelta(hours=36)).replace(microsecond=0)
    assert (await _since(client, address, since)).status_code == 304
