"""Metrics: bounded by what the application is, cheap to read, and silent about drafts."""

import asyncio
import threading
from typing import Any

import httpx
import pytest

from app.web.application import Application
from app.web.observability import metrics
from app.web.observability.metrics import TEXT_SECONDS, Metrics
from tests import factories
from tests.routes import routes_of
from tests.sampling import sampled

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


@pytest.mark.slow
async def test_strangers_make_no_series_beside_those_of_public_routes(
    client: httpx.AsyncClient, app: Application
) -> None:
    templates = sampled(sorted({route.template for route in routes_of(app)}))
    for template in templates:
        path = template.replace("{", "").replace("}", "")
        for method in METHODS:
            await client.request(method, path)
            await client.request(method, f"{path}?no_such=1")
            await client.request(method, path, headers={"Accept": "image/png"})
            await client.request(method, path, headers={"Authorization": "Bearer amp_no_key"})

    recorded = app.state.metrics.public.tallies
    public = {(r.method, r.template) for r in routes_of(app) if r.scopes is None}
    public |= {("HEAD", template) for method, template in public if method == "GET"}
    public |= {(method, "/graphql") for method in ("GET", "HEAD", "POST", "OPTIONS")}
    beside = {
        (method, route, status)
        for method, route, status in recorded
        if route != "none" and (method, route) not in public
    }
    assert beside == set()
    assert len(recorded) < 6 * len(templates)
    assert len((await client.get("/metrics")).content) < 400_000


async def test_previews_are_among_the_requests_of_editors(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    await client.post("/v1/issues", json=factories.issue(), headers=editor)
    made = await client.post("/v1/issues/1/preview", headers={**editor, "If-Match": "*"})
    preview = httpx.URL(made.json()["url"]).path
    assert (await client.get(preview)).status_code == 200
    assert (await client.get("/preview/guess")).status_code == 404

    seen = (await client.get("/metrics", headers=editor)).text
    told = (await client.get("/metrics")).text

    assert 'route="/preview/{token}",status="200"} 1.0' in seen
    assert "preview" not in told


async def test_one_text_serves_all_who_ask_within_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[threading.Thread] = []
    write = metrics._write

    def counting(*arguments: Any) -> bytes:
        written.append(threading.current_thread())
        return write(*arguments)

    monkeypatch.setattr(metrics, "_write", counting)
    now = [100.0]
    found = Metrics(lambda: now[0])
    found.public.record("GET", "/a", 200, 0.1)

    texts = await asyncio.gather(*(found.text(whole=False) for _ in range(20)))
    found.public.record("GET", "/b", 200, 0.1)
    now[0] += TEXT_SECONDS / 2
    texts.append(await found.text(whole=False))

    assert len(set(texts)) == 1
    assert len(written) == 1
    assert written[0] is not threading.main_thread()
    now[0] += TEXT_SECONDS
    assert b'route="/b"' in await found.text(whole=False)
    assert len(written) == 2


async def test_a_caller_who_leaves_takes_the_text_from_nobody() -> None:
    found = Metrics()
    first = asyncio.create_task(found.text(whole=True))
    await asyncio.sleep(0)
    second = asyncio.create_task(found.text(whole=True))
    await asyncio.sleep(0)

    first.cancel()

    assert b"morningpost_requests" in await second
