"""An issue as Markdown: by `Accept` or by its ending, with validators of its own."""

from collections.abc import Callable

import pytest

from tests.factories import issue, whole_issue
from tests.web.rest.conftest import Desk, refusal

ISSUE = "/v1/issues/95"


@pytest.fixture(autouse=True)
async def paper(desk: Desk) -> None:
    await desk.create(whole_issue(), publish=True)
    await desk.patch(95, {"title": "Newer"})


@pytest.mark.parametrize("name", ["95", "2026-05-03", "open-weights", "latest"])
async def test_markdown_comes_by_ending_and_by_accept(public: Desk, name: str) -> None:
    by_ending = await public.get(f"/v1/issues/{name}.md")
    by_accept = await public.get(f"/v1/issues/{name}", accept="text/markdown")

    assert by_ending.status_code == 200
    assert by_ending.content == by_accept.content
    assert by_ending.headers["content-type"] == "text/markdown; charset=utf-8"
    assert by_ending.text.startswith('---\nnumber: 95\ndate: "2026-05-03"\n')
    assert 'title: "The day of the weights"' in by_ending.text


async def test_each_viewer_has_their_own(desk: Desk, public: Desk) -> None:
    assert 'title: "Newer"' in (await desk.get(f"{ISSUE}.md")).text
    assert 'title: "The day' in (await desk.get(f"{ISSUE}.md?view=published")).text
    assert 'title: "The day' in (await public.get(f"{ISSUE}.md")).text


async def test_markdown_and_json_are_two_representations(public: Desk) -> None:
    json = await public.get(ISSUE)
    markdown = await public.get(ISSUE, accept="text/markdown")

    assert json.headers["etag"] != markdown.headers["etag"]
    assert json.headers["vary"] == markdown.headers["vary"]
    assert json.headers["vary"] == "Accept-Encoding, Authorization, Accept"
    known = await public.get(ISSUE, accept="text/markdown", if_none_match=markdown.headers["etag"])
    other = await public.get(ISSUE, if_none_match=markdown.headers["etag"])
    assert (known.status_code, other.status_code) == (304, 200)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/markdown, application/json;q=0.5", "text/markdown"),
        ("text/markdown;q=0.5, application/json", "application/json"),
        ("text/*", "text/markdown"),
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("TEXT/MARKDOWN", "text/markdown"),
        ("text/markdown, */*;q=0.1", "text/markdown"),
    ],
)
async def test_accept_chooses(public: Desk, accept: str, media_type: str) -> None:
    answer = await public.get(ISSUE, accept=accept)

    assert answer.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (ISSUE, "text/html"),
        (ISSUE, "application/json;q=0, text/html"),
        (ISSUE, "*/*;q=0"),
    ],
)
async def test_nothing_acceptable_is_a_406(public: Desk, path: str, accept: str) -> None:
    assert refusal(await public.get(path, accept=accept)) == (406, "not_acceptable")


async def test_nothing_acceptable_is_a_406_with_a_key_too(desk: Desk) -> None:
    assert refusal(await desk.get(ISSUE, accept="text/html")) == (406, "not_acceptable")


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/issues", "/v1/publication", "/v1/limits", "/v1/tools", "/v1/search?q=a"),
        *("/v1/trending/boards", "/v1/sync/sources", "/v1/sync/runs", "/openapi.json"),
        *("/v1/me", "/v1/keys", f"{ISSUE}/revisions", f"{ISSUE}/revisions/1"),
        *(f"{ISSUE}.md", f"{ISSUE}/sections/the-lead", "/livez", "/metrics", "/robots.txt"),
        *("/", "/issues", "/feeds/issues.atom", "/sitemap.xml", "/docs"),
    ],
)
async def test_an_address_with_one_form_gives_it_whatever_is_accepted(
    desk: Desk, path: str
) -> None:
    plain = await desk.get(path)

    for accept in ("image/png", "text/markdown;q=0.1", "*/*;q=0"):
        answer = await desk.get(path, accept=accept)

        assert answer.status_code == 200
        assert answer.headers["content-type"] == plain.headers["content-type"]


@pytest.mark.parametrize("accept", ["image/png", "text/markdown", "*/*;q=0"])
async def test_a_write_does_not_look_at_accept(desk: Desk, accept: str) -> None:
    chosen = {"Accept": accept}
    made = await desk.send("POST", "/v1/issues", content=b'{"date": "2026-05-04"}', headers=chosen)
    changed = await desk.send(
        "PATCH",
        "/v1/issues/2026-05-04",
        content=b'{"title": "x"}',
        headers={**chosen, "If-Match": "*"},
    )
    gone = await desk.send("DELETE", "/v1/issues/2026-05-04", headers={**chosen, "If-Match": "*"})

    assert [answer.status_code for answer in (made, changed, gone)] == [201, 200, 204]
    assert made.headers["content-type"] == "application/json"


async def test_markdown_chosen_by_accept_is_not_for_shared_caches(public: Desk) -> None:
    """Many of them ignore `Vary`; under its own address the same Markdown is public."""
    answers = [await public.get(ISSUE, accept="text/markdown") for _ in range(2)]
    unchanged = await public.send(
        "GET",
        ISSUE,
        headers={"Accept": "text/markdown", "If-None-Match": answers[0].headers["etag"]},
    )

    assert unchanged.status_code == 304
    for answer in (*answers, unchanged):
        assert answer.headers["cache-control"] == "private, max-age=60"
        assert "Accept" in answer.headers["vary"]
    for path in (ISSUE, f"{ISSUE}.md"):
        assert (await public.get(path)).headers["cache-control"].startswith("public, max-age=60")


async def test_a_hidden_issue_has_no_markdown(
    desk: Desk, public: Desk, holder: Callable[..., Desk]
) -> None:
    await desk.create(issue(number=96, date="2026-05-04"))

    assert refusal(await public.get("/v1/issues/96.md")) == (404, "issue_not_found")
    assert refusal(await holder().get("/v1/issues/96.md")) == (404, "issue_not_found")
    assert (await desk.get("/v1/issues/96.md")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_an_ending_without_a_name_is_no_issue(desk: Desk, method: str) -> None:
    answer = await desk.send(method, "/v1/issues/.md", headers={"If-Match": "*"})

    assert refusal(answer) == (404, "issue_not_found")
