"""What goes wrong is a page where HTML is asked for by name, else a problem document."""

import logging

import httpx
import pytest

from tests.factories import make_issue

pytestmark = pytest.mark.anyio

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
WRONG = {
    "/nope": 404,
    "/issues/": 404,
    "/issues/999": 404,
    "/trending/github": 404,
    "/trending/nobody/model": 404,
    "/preview/": 404,
    "/preview/nothing": 404,
    "/issues/%00": 400,
    "/?api_key=x": 400,
    "/search?q=amp_abc": 400,
    "/issues?cursor=x": 400,
}


@pytest.mark.parametrize("path", WRONG)
async def test_a_browser_is_shown_a_page(client: httpx.AsyncClient, path: str) -> None:
    shown = await client.get(path, headers=BROWSER)

    assert shown.status_code == WRONG[path]
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["cache-control"] == "no-store"
    assert "<h1" in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize(
    "accept",
    [None, "*/*", "application/json", "text/html;q=0", "text/html;q=0.1, */*", "text/*;q=0.1, */*"],
)
async def test_all_others_get_the_document(client: httpx.AsyncClient, accept: str | None) -> None:
    headers = {} if accept is None else {"Accept": accept}
    for path, status in WRONG.items():
        told = await client.get(path, headers=headers)
        assert told.status_code == status
        assert told.headers["content-type"] == "application/problem+json", (path, accept)


async def test_a_method_that_a_page_does_not_take(client: httpx.AsyncClient) -> None:
    shown = await client.post("/issues", headers=BROWSER)

    assert shown.status_code == 405
    assert shown.headers["allow"] == "GET, HEAD"
    assert shown.headers["content-type"] == "text/html; charset=utf-8"


async def test_programs_are_told_in_json_whatever_they_accept(client: httpx.AsyncClient) -> None:
    for path in ("/v1/issues/999", "/v1/nope", "/graphql/nope", "/v1/issues?api_key=x"):
        told = await client.get(path, headers=BROWSER)
        assert told.headers["content-type"] == "application/problem+json", path


async def test_the_address_of_a_preview_stands_in_no_log_and_no_problem(
    client: httpx.AsyncClient, editor: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    await client.post("/v1/issues", json=make_issue(number=95), headers=editor)
    made = await client.post("/v1/issues/95/preview", headers=editor)
    token = made.json()["url"].rpartition("/")[2]

    with caplog.at_level(logging.INFO):
        shown = await client.get(f"/preview/{token}")
        wrong = await client.get(f"/preview/{token}x")

    assert shown.status_code == 200
    assert wrong.json()["instance"] == "/preview/REDACTED"
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("app."))
    assert "/preview/REDACTED" in ours
    assert token not in ours
