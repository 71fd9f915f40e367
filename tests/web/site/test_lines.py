"""The lines beside entries: each entry that we know has its own, however many there are."""

from datetime import timedelta

import httpx
from fastapi import FastAPI

from tests.conftest import Clock
from tests.counted import counted
from tests.factories import lead
from tests.snapshots import record_models
from tests.web.site.test_pages import Headers, post


async def test_the_fullest_issue_has_a_line_for_every_entry(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers, clock: Clock
) -> None:
    names = [f"acme/model-{number}" for number in range(250)]
    for days in (2, 1):
        at = clock.now - timedelta(days=days)
        await record_models(app.state.database, dict.fromkeys(names, 100 - days), at=at)
    known = {"source": "huggingface", "kind": "model", "observed_at": at.isoformat()}
    entries = [{**known, "external_id": name} for name in names]
    lists = [
        {"kind": "trending", "entries": entries[:200]},
        {"kind": "movers", "entries": entries[200:]},
    ]
    await post(client, editor, {"date": "2026-05-03", "sections": [lead(), *lists]})

    with counted() as statements:
        page = (await client.get("/")).text

    assert page.count('<svg class="spark"') == 250
    assert page.count('href="/trending/huggingface/model/acme/model-') == 250
    assert len(statements) == 3
