"""What an older version compiled: found, and cleaned as it is today, once `migrate` has run."""

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import Session

from app.config import Settings
from app.content.access import COMMAND_LINE
from app.content.commands.recompiling import recompile
from app.content.commands.transaction import transaction
from app.content.documents import COMPILER_VERSION
from app.migrations import downgrade, upgrade
from app.models import IssueRevision, Section
from app.models.values import format_instant
from tests.conftest import Clock
from tests.factories import issue, lead, make_issue

pytestmark = pytest.mark.both_databases

Headers = dict[str, str]


async def titles(client: httpx.AsyncClient, *, limit: int) -> list[str]:
    """The issues found; another `limit` each time, for the same answer would be ready."""
    query: dict[str, str | int] = {"q": "title", "type": "issue", "sort": "newest", "limit": limit}
    answer = await client.get("/v1/search", params=query)
    assert answer.status_code == 200, answer.text
    return [hit["title"] for hit in answer.json()["data"]]


@pytest.mark.slow
async def test_what_was_in_print_before_is_found_after(
    client: httpx.AsyncClient, editor: Headers, settings: Settings, engine: Engine, clock: Clock
) -> None:
    guarded = {**editor, "If-Match": "*"}
    for number in (1, 2, 3):
        await client.post("/v1/issues", json=make_issue(number), headers=editor)
    await client.post("/v1/issues/1/publish", headers=guarded)
    when = {"publish_at": (clock() + timedelta(hours=1)).isoformat()}
    await client.post("/v1/issues/2/schedule", json=when, headers=guarded)
    downgrade(settings.database, "0001")
    upgrade(settings.database)
    with Session(engine) as session:
        session.execute(update(IssueRevision).values(compiler_version=COMPILER_VERSION - 1))
        session.commit()
    before = await titles(client, limit=1)

    with transaction(engine, principal=COMMAND_LINE, now=clock()) as tx:
        compiled = recompile(tx)
    with transaction(engine, principal=COMMAND_LINE, now=clock()) as tx:
        rest = recompile(tx)
    after = await titles(client, limit=2)
    clock.advance(seconds=3601)

    assert before == []
    assert (compiled, rest) == (3, 0)
    assert after == ["Plain title 1"]
    assert await titles(client, limit=3) == ["Plain title 2", "Plain title 1"]


async def test_relative_addresses_of_older_html_go(
    client: httpx.AsyncClient, editor: Headers, engine: Engine, clock: Clock
) -> None:
    document = issue(sections=[lead(body="[One](/issues/1), [two](//evil.test/x).")])
    await client.post("/v1/issues?publish=true", json=document, headers=editor)
    with Session(engine) as session:
        for table, column in ((IssueRevision, "compiled_sections"), (Section, "compiled")):
            row = session.scalars(select(table)).one()
            older = getattr(row, column).replace(b"<p>One, two.</p>", b"<a href='//evil.test/x'>")
            assert b"href" in older
            setattr(row, column, older)
        session.execute(update(IssueRevision).values(compiler_version=2))
        session.commit()

    with transaction(engine, principal=COMMAND_LINE, now=clock()) as tx:
        recompile(tx)

    (listed,) = (await client.get("/v1/sections")).json()["data"]
    (section,) = (await client.get("/v1/issues/1")).json()["sections"]
    assert [each["body_html"] for each in (listed, section)] == ["<p>One, two.</p>\n"] * 2


async def test_a_date_is_no_304_for_bytes_that_recompiling_changed(
    client: httpx.AsyncClient, editor: Headers, engine: Engine, clock: Clock
) -> None:
    document = issue(sections=[lead(body="[One](/issues/1)")])
    await client.post("/v1/issues?publish=true", json=document, headers=editor)
    printed = clock()
    with Session(engine) as session:
        for table, column in ((IssueRevision, "compiled_sections"), (Section, "compiled")):
            row = session.scalars(select(table)).one()
            setattr(row, column, getattr(row, column).replace(b"<p>One</p>", b"<p>Older</p>"))
        session.execute(update(IssueRevision).values(compiler_version=COMPILER_VERSION - 1))
        session.commit()
    clock.advance(seconds=3600)

    with transaction(engine, principal=COMMAND_LINE, now=clock()) as tx:
        recompile(tx)
    clock.advance(seconds=10)

    since = {"If-Modified-Since": format_datetime(printed + timedelta(minutes=1), usegmt=True)}
    for path in ("/v1/issues/1", "/v1/issues/1/sections/open-weights-catch-up", "/issues/1"):
        assert (await client.get(path, headers=since)).status_code == 200
    (entry,) = (await client.get("/feeds/issues.json")).json()["items"]
    assert entry["date_modified"] == format_instant(printed)
