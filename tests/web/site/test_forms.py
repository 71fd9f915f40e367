"""The page of an issue and its other forms: chosen by `Accept`, named by `Link`."""

import httpx
import pytest

from tests import factories

Headers = dict[str, str]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.fixture
async def printed(client: httpx.AsyncClient, editor: Headers) -> None:
    made = await client.post(
        "/v1/issues?publish=true", json=factories.whole_issue(), headers=editor
    )
    assert made.status_code == 201


@pytest.mark.usefixtures("printed")
@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/markdown", "text/markdown"),
        ("text/markdown, text/html;q=0.9, */*;q=0.1", "text/markdown"),
        ("text/markdown, text/html, */*", "text/markdown"),
        ("text/html, text/markdown;q=0.5", "text/html"),
        (BROWSER, "text/html"),
        ("*/*", "text/html"),
        ("application/json", "text/html"),
        (None, "text/html"),
    ],
)
async def test_a_page_is_markdown_for_those_who_prefer_it(
    client: httpx.AsyncClient, accept: str | None, form: str
) -> None:
    """Read twice: from the route, and from the response cache."""
    client.headers.pop("accept")
    headers = {} if accept is None else {"Accept": accept}
    for _ in range(2):
        answer = await client.get("/issues/95", headers=headers)

        assert answer.status_code == 200
        assert answer.headers["content-type"] == f"{form}; charset=utf-8"
        assert "Accept" in answer.headers["vary"].split(", ")
        is_private = answer.headers["cache-control"].startswith("private")
        assert is_private == (form == "text/markdown")
    if form == "text/markdown":
        assert answer.content == (await client.get("/v1/issues/95.md")).content


@pytest.mark.usefixtures("printed")
async def test_each_form_links_to_the_others(client: httpx.AsyncClient) -> None:
    addresses = {
        "text/html": "http://paper.test/issues/95",
        "application/json": "http://paper.test/v1/issues/95",
        "text/markdown": "http://paper.test/v1/issues/95.md",
    }
    for path in ("/issues/95", "/v1/issues/latest", "/v1/issues/95.md", "/v1/issues/2026-05-03"):
        answer = await client.get(path)
        here = answer.headers["content-type"].partition(";")[0]
        assert answer.headers["link"] == ", ".join(
            f'<{address}>; rel="alternate"; type="{form}"'
            for form, address in addresses.items()
            if form != here
        )


async def test_a_draft_has_no_other_form(client: httpx.AsyncClient, editor: Headers) -> None:
    await client.post("/v1/issues", json=factories.issue(number=1), headers=editor)

    assert "link" not in (await client.get("/v1/issues/1", headers=editor)).headers
    for accept in ("text/markdown", "text/html"):
        answer = await client.get("/issues/1", headers={**editor, "Accept": accept})
        assert answer.status_code == 404
