"""ETag, Last-Modified, 304 and HEAD on every GET of content."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Clock
from tests.factories import issue, lead, whole_issue
from tests.web.rest.conftest import Desk, refusal

PUBLIC_READS = (
    "/v1/issues",
    "/v1/issues?limit=1&fields=number",
    "/v1/issues/95",
    "/v1/issues/latest",
    "/v1/issues/95?fields=title",
    "/v1/issues/95.md",
    "/v1/issues/95/sections/the-lead",
    "/v1/publication",
    "/v1/limits",
)
EDITOR_READS = (
    *PUBLIC_READS,
    "/v1/issues?status=all",
    "/v1/issues/95/revisions",
    "/v1/issues/95/revisions/1",
    "/v1/keys",
)
AT = "Sun, 03 May 2026 06:00:00 GMT"


@pytest.fixture
async def paper(desk: Desk, clock: Clock) -> None:
    """One issue in print, since a minute ago."""
    long = "A long story. " * 200
    document = whole_issue()
    document["sections"][0]["body"] = long
    await desk.create({**document, "summary": "Short."}, publish=True)
    clock.advance(seconds=60)


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("path", PUBLIC_READS)
async def test_a_known_etag_is_a_304(public: Desk, path: str) -> None:
    whole = await public.get(path)

    for condition in (whole.headers["etag"], f'"x", W/{whole.headers["etag"]}', "*"):
        answer = await public.get(path, if_none_match=condition, cache_control="no-cache")
        assert (answer.status_code, answer.content) == (304, b"")
        for name in ("etag", "cache-control", "vary"):
            assert answer.headers[name] == whole.headers[name]
        assert "content-length" not in answer.headers
    other = await public.get(path, if_none_match='"x"', if_modified_since=AT)
    assert (other.status_code, other.content) == (200, whole.content), "the ETag wins over the date"


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("path", EDITOR_READS)
async def test_what_is_read_with_a_key_is_private(desk: Desk, path: str) -> None:
    whole = await desk.get(path)
    known = await desk.get(path, if_none_match=whole.headers["etag"])

    assert whole.headers["cache-control"] == "private, no-store"
    assert (known.status_code, known.headers["cache-control"]) == (304, "private, no-store")


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("path", [*EDITOR_READS, "/v1/me", "/v1/issues/7", "/v1/nothing"])
async def test_head_answers_as_get_does(desk: Desk, path: str) -> None:
    got = await desk.get(path)
    head = await desk.send("HEAD", path)

    assert (head.status_code, head.content) == (got.status_code, b"")
    differing = {"x-request-id"}
    if got.status_code == 404:
        differing.add("content-length")
    assert {k: v for k, v in head.headers.items() if k not in differing} == {
        k: v for k, v in got.headers.items() if k not in differing
    }


@pytest.mark.usefixtures("paper")
async def test_head_heeds_conditions(public: Desk) -> None:
    etag = (await public.get("/v1/issues/95")).headers["etag"]

    answer = await public.send("HEAD", "/v1/issues/95", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.headers["etag"]) == (304, etag)


@pytest.mark.usefixtures("paper")
async def test_each_coding_has_its_own_etag(public: Desk) -> None:
    path = "/v1/issues/95"
    answers = {
        coding: await public.get(path, accept_encoding=coding)
        for coding in ("identity", "gzip", "br", "zstd")
    }

    etags = {coding: answer.headers["etag"] for coding, answer in answers.items()}
    assert len(set(etags.values())) == 4
    assert len({etag.rpartition(".")[0] for etag in etags.values()}) == 1, "one revision"
    for coding, answer in answers.items():
        assert answer.headers.get("content-encoding", "identity") == coding
        assert "Accept-Encoding" in answer.headers["vary"]
        for other, etag in etags.items():
            again = await public.get(path, accept_encoding=coding, if_none_match=etag)
            assert again.status_code == (304 if coding == other else 200)


@pytest.mark.usefixtures("paper")
async def test_the_etag_names_revision_and_issue(desk: Desk, public: Desk) -> None:
    await desk.patch(95, {"title": "Newer"})

    def parts(answer: Any) -> list[str]:
        return str(answer.headers["etag"].strip('"')).split(".")

    of_print, of_head, of_section = [
        parts(await caller.get(path))
        for caller, path in (
            (public, "/v1/issues/95"),
            (desk, "/v1/issues/95"),
            (public, "/v1/issues/95/sections/tools"),
        )
    ]

    assert [found[0] for found in (of_print, of_head, of_section)] == ["r1", "r2", "r1"]
    assert of_print[1] == of_head[1] == of_section[1]
    assert len({found[2] for found in (of_print, of_head, of_section)}) == 3


@pytest.mark.usefixtures("paper")
async def test_a_save_that_is_not_published_changes_nothing_for_the_public(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    before = {path: await public.get(path) for path in PUBLIC_READS}
    await desk.patch(95, {"title": "Newer", "sections": [lead(slug="the-lead", headline="New")]})
    await desk.create(issue(number=96, date="2026-05-04"))
    clock.advance(seconds=60)

    for path, answer in before.items():
        again = await public.get(path)
        assert again.content == answer.content
        for name in ("etag", "last-modified", "link", "cache-control"):
            assert again.headers.get(name) == answer.headers.get(name)


@pytest.mark.usefixtures("paper")
async def test_a_new_neighbour_changes_the_etag_but_not_the_revision(
    desk: Desk, public: Desk
) -> None:
    before = (await public.get("/v1/issues/95")).headers["etag"]
    await desk.create(issue(number=96, date="2026-05-04"), publish=True)

    after = (await public.get("/v1/issues/95")).headers["etag"]

    assert before != after
    assert before.rpartition(".")[0] == after.rpartition(".")[0]


# ---------------------------------------------------------------------------- Last-Modified


async def _modified(public: Desk, path: str = "/v1/issues/95") -> str | None:
    modified: str | None = (await public.get(path)).headers.get("last-modified")
    return modified


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("path", ["/v1/issues", "/v1/issues/95", "/v1/issues/95.md",
                                  "/v1/issues/95/sections/tools"])  # fmt: skip
async def test_last_modified_is_the_last_public_change(
    desk: Desk, public: Desk, clock: Clock, path: str
) -> None:
    first = await _modified(public, path)
    await desk.patch(95, {"title": "Newer"})
    clock.advance(seconds=60)
    saved = await _modified(public, path)
    await desk.act(95, "publish")
    clock.advance(seconds=0.9)
    within = await _modified(public, path)
    clock.advance(seconds=0.1)
    after = await _modified(public, path)

    assert (first, saved) == (AT, AT)
    assert within is None, "a second change could follow within the second"
    assert after == "Sun, 03 May 2026 06:02:00 GMT"


@pytest.mark.usefixtures("paper")
async def test_a_date_gives_a_304_too(public: Desk) -> None:
    for since, status in ((AT, 304), ("Sun, 03 May 2026 05:59:59 GMT", 200), ("soon", 200)):
        answer = await public.get("/v1/issues/95", if_modified_since=since)
        assert answer.status_code == status


@pytest.mark.usefixtures("paper")
async def test_last_modified_moves_with_the_neighbours(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    seen = [await _modified(public)]
    await desk.create(issue(number=96, date="2026-05-04"), publish=True)
    clock.advance(seconds=60)
    seen.append(await _modified(public))
    await desk.create(issue(number=97, date="2026-05-05"), publish=True)
    clock.advance(seconds=60)
    seen.append(await _modified(public))
    await desk.act(96, "unpublish")
    clock.advance(seconds=60)
    seen.append(await _modified(public))
    await desk.act(97, "unpublish")
    clock.advance(seconds=60)
    seen.append(await _modified(public))

    minutes = [text and text[17:22] for text in seen]
    assert minutes == ["06:00", "06:01", "06:01", "06:03", "06:04"]


@pytest.mark.usefixtures("paper")
async def test_last_modified_is_when_a_scheduled_issue_appeared(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    await desk.create(issue(number=96, date="2026-05-04"))
    await desk.act(96, "schedule", {"publish_at": "2026-05-03T07:00:00.5Z"})
    clock.set(datetime(2026, 5, 3, 8, 0, tzinfo=UTC))

    found = [
        await _modified(public, path) for path in ("/v1/issues", "/v1/issues/96", "/v1/issues/95")
    ]

    assert found == ["Sun, 03 May 2026 07:00:00 GMT"] * 3
    await desk.act(96, "unpublish")
    clock.advance(seconds=60)
    after = [await _modified(public, path) for path in ("/v1/issues", "/v1/issues/95")]
    assert after == ["Sun, 03 May 2026 08:00:00 GMT"] * 2, "and it never moves back"


@pytest.mark.usefixtures("paper")
async def test_the_head_has_no_last_modified(desk: Desk) -> None:
    for path in ("/v1/issues/95", "/v1/issues?status=all", "/v1/issues/95/revisions/1"):
        assert "last-modified" not in (await desk.get(path)).headers


# ---------------------------------------------------------------------------- freshness

FRESH = "public, max-age=60, stale-while-revalidate=600"


@pytest.mark.parametrize(
    ("seconds_before", "freshness"),
    [
        (3600, FRESH),
        (61, FRESH),
        (60, "public, max-age=60"),
        (59.5, "public, max-age=59"),
        (1, "public, max-age=1"),
        (0.5, "public, max-age=0"),
        (0, FRESH),
        (-60, FRESH),
    ],
)
@pytest.mark.usefixtures("paper")
async def test_freshness_ends_with_the_next_publication(
    desk: Desk, public: Desk, clock: Clock, seconds_before: float, freshness: str
) -> None:
    await desk.create(issue(number=96, date="2026-05-04"))
    await desk.act(96, "schedule", {"publish_at": "2026-05-03T09:00:00Z"})
    clock.set(datetime(2026, 5, 3, 9, 0, tzinfo=UTC))
    clock.advance(seconds=-seconds_before)

    for path in ("/v1/issues", "/v1/issues/95", "/v1/issues/95.md", "/v1/issues/latest",
                 "/v1/issues/95/sections/tools", "/v1/issues/95?fields=links"):  # fmt: skip
        answer = await public.get(path)
        assert (path, answer.headers["cache-control"]) == (path, freshness)
        known = await public.get(path, if_none_match=answer.headers["etag"])
        assert known.headers["cache-control"] == freshness


async def test_what_is_not_there_is_not_kept(public: Desk) -> None:
    answer = await public.get("/v1/issues/95")

    assert refusal(answer) == (404, "issue_not_found")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("paper")
async def test_a_write_is_seen_by_the_next_read(
    desk: Desk, public: Desk, holder: Callable[..., Desk]
) -> None:
    for turn in range(3):
        await desk.patch(95, {"title": f"Turn {turn}"})
        await desk.act(95, "publish")
        listed = await public.read("/v1/issues?fields=title")
        assert (await public.find(95))["title"] == f"Turn {turn}"
        assert listed["data"] == [{"title": f"Turn {turn}"}]
