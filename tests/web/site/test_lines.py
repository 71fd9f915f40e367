"""The lines beside entries: each entry that we know has its own, however many there are."""

import re
from datetime import timedelta

import httpx
from fastapi import FastAPI

from app.models.sighting import Look, Sighting
from tests.conftest import Clock
from tests.counted import counted
from tests.factories import lead
from tests.snapshots import record, record_models
from tests.web.site.test_pages import Headers, post


async def test_bars_have_one_scale_and_their_cells_the_same_content(
    app: FastAPI, client: httpx.AsyncClient, clock: Clock
) -> None:
    """A bar has the same room in each row, with a sparkline beside it or without."""
    then = {"lab/old": 100, "lab/young": 100, "lab/falls": 1_000, "lab/still": 40}
    await record_models(app.state.database, {"lab/old": 50}, at=clock.now - timedelta(days=27))
    await record_models(app.state.database, then, at=clock.now - timedelta(days=7))
    now = {"lab/old": 1_220, "lab/young": 1_121, "lab/falls": 720, "lab/still": 40}
    await record_models(app.state.database, now, at=clock.now)

    page = (await client.get("/trending/huggingface/model")).text

    cells = re.findall(r'<span class="move">(.*?)</span>\s*</td>', page, re.DOTALL)
    widths = [
        float(width) for width in re.findall(r'class="fill" width="([\d.]+)"', "".join(cells))
    ]
    assert widths == [100, 91.16, 25]
    assert ['class="spark"' in cell for cell in cells] == [True, False, False]
    css = (await client.get(re.findall(r'href="(/assets/[^"]+/site.css)"', page)[0])).text
    # The columns of a cell do not depend on what stands in them.
    assert ".movers .move { display: grid; grid-template-columns: 1fr 4.6rem;" in css


async def test_an_entry_that_did_not_move_is_neither_up_nor_down(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    known = {"source": "github", "kind": "repository", "stars": 5}
    entries = [{**known, "external_id": "a/b", "change": 0, "window": "day"}]
    await post(
        client,
        editor,
        {"date": "2026-05-03", "sections": [lead(), {"kind": "trending", "entries": entries}]},
    )

    page = (await client.get("/")).text
    written = (await client.get("/v1/issues/1.md")).text

    assert re.findall(r'<span class="change (\w+)">([^<]*)</span>', page) == [("same", "unchanged")]
    assert "(5 stars, unchanged in a day)" in written


async def test_a_paper_is_shown_by_its_title(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers, clock: Clock
) -> None:
    title = "Knowing When to Stop"
    for days, upvotes in ((7, 10), (0, 90)):
        seen = Sighting(
            upstream_id="9912.00001",
            external_id="9912.00001",
            name=title,
            url="https://huggingface.co/papers/9912.00001",
            likes=upvotes,
        )
        at = clock.now - timedelta(days=days)
        await record(app.state.database, Look("huggingface", "paper", at, "complete", None, [seen]))
    entries = (await client.get("/v1/trending?source=huggingface&kind=paper")).json()["data"]
    await post(
        client,
        editor,
        {"date": "2026-05-03", "sections": [lead(), {"kind": "trending", "entries": entries}]},
    )

    link = f'<a href="/trending/huggingface/paper/9912.00001">{title}</a>'
    for path in ("/", "/trending", "/trending/huggingface/paper"):
        page = (await client.get(path)).text
        assert link in page, path
        assert '<small class="id">9912.00001</small>' in page
    subject = (await client.get("/trending/huggingface/paper/9912.00001")).text
    assert f'<h1 class="page-title" dir="auto">{title}</h1>' in subject
    assert f"<title>{title} · The AI Morning Post</title>" in subject
    assert f"[{title}](" in (await client.get("/v1/issues/1.md")).text
    feed = (await client.get("/feeds/movers.json")).json()
    assert feed["items"][0]["title"] == f"{title}: +80 upvotes in a week"


async def test_the_fullest_issue_has_a_line_for_every_entry(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers, clock: Clock
) -> None:
    names = [f"acme/model-{number}" for number in range(250)]
    for days in (17, 1):
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
    assert len(statements) == 4
