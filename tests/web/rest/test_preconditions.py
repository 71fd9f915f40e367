"""If-Match on every write to an issue: 428 without, 412 when it is of an older revision."""

from typing import Any

import pytest

from tests.factories import issue, whole_issue
from tests.web.rest.conftest import Desk, refusal

ISSUE = "/v1/issues/95"
WRITES: dict[str, tuple[str, str, Any]] = {
    "PUT": ("PUT", ISSUE, issue(title="Changed")),
    "PATCH": ("PATCH", ISSUE, {"title": "Changed"}),
    "PATCH section": ("PATCH", f"{ISSUE}/sections/the-lead", {"headline": "Changed"}),
    "DELETE": ("DELETE", ISSUE, None),
    "publish": ("POST", f"{ISSUE}/publish", None),
    "unpublish": ("POST", f"{ISSUE}/unpublish", None),
    "schedule": ("POST", f"{ISSUE}/schedule", {"publish_at": "2026-05-04T06:00:00Z"}),
    "restore": ("POST", f"{ISSUE}/revisions/1/restore", None),
}


@pytest.fixture(autouse=True)
async def paper(desk: Desk) -> Any:
    """A draft at its second revision."""
    await desk.create(whole_issue(title="First"))
    return await desk.patch(95, {"title": "Second"})


@pytest.mark.parametrize("write", WRITES)
async def test_a_write_without_if_match_is_a_428(desk: Desk, paper: Any, write: str) -> None:
    method, path, body = WRITES[write]

    answer = await desk.send(method, path, json=body)

    assert refusal(answer) == (428, "precondition_required")
    assert await desk.find(95) == paper


@pytest.mark.parametrize("write", WRITES)
async def test_a_write_with_an_older_etag_is_a_412_with_the_present_one(
    desk: Desk, paper: Any, write: str
) -> None:
    method, path, body = WRITES[write]
    etag = (await desk.get(ISSUE, accept_encoding="identity")).headers["etag"]
    older = etag.replace('"r2.', '"r1.')

    answer = await desk.write(method, path, body, if_match=older)

    assert refusal(answer) == (412, "precondition_failed")
    assert answer.headers["etag"] == etag
    assert await desk.find(95) == paper


@pytest.mark.parametrize("write", WRITES)
async def test_a_write_with_the_present_etag_is_done(desk: Desk, write: str) -> None:
    method, path, body = WRITES[write]
    if write == "unpublish":
        await desk.act(95, "publish")
    etag = (await desk.get(ISSUE)).headers["etag"]

    answer = await desk.write(method, path, body, if_match=etag)

    assert answer.status_code == (204 if method == "DELETE" else 200), answer.text


async def test_any_etag_of_the_revision_will_do(desk: Desk) -> None:
    """Of another coding, of a section, of other neighbours, of Markdown, of some fields."""
    reads = [
        await desk.get(ISSUE, accept_encoding="gzip"),
        await desk.get(ISSUE, accept_encoding="br"),
        await desk.get(ISSUE, accept_encoding="identity"),
        await desk.get(f"{ISSUE}/sections/the-lead"),
        await desk.get(f"{ISSUE}/sections/tools"),
        await desk.get(f"{ISSUE}.md"),
        await desk.get(f"{ISSUE}?fields=title"),
        await desk.get("/v1/issues/2026-05-03"),
        await desk.get(f"{ISSUE}/revisions/2"),
    ]
    await desk.create(issue(number=94, date="2026-05-02"), publish=True)
    reads.append(await desk.get(ISSUE))

    etags = [read.headers["etag"] for read in reads]
    answers = [await desk.write("PATCH", ISSUE, {}, if_match=etag) for etag in etags]

    assert len(set(etags)) == len(etags) - 1, "by date the bytes are the same"
    assert [answer.status_code for answer in answers] == [200] * len(etags)


async def test_an_etag_that_the_public_read_matches_while_it_is_the_head(
    desk: Desk, public: Desk
) -> None:
    await desk.act(95, "publish")
    etag = (await public.get(ISSUE)).headers["etag"]

    first = await desk.write("PATCH", ISSUE, {"title": "Third"}, if_match=etag)
    second = await desk.write("PATCH", ISSUE, {"title": "Fourth"}, if_match=etag)

    assert first.status_code == 200
    assert refusal(second) == (412, "precondition_failed")
    assert (await public.get(ISSUE)).headers["etag"] == etag, "nothing was published"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("{etag}", 200),
        ('"other", {etag}', 200),
        ('W/"other" , {etag}', 200),
        ("*", 200),
        (" * ", 200),
        ("W/{etag}", 412),
        ('"other"', 412),
        ("{bare}", 412),
        ("", 412),
        ("*, *", 412),
        ('"*"', 412),
        ("r2", 412),
        ('"r2"', 412),
        ('"' + "x" * 5_000 + '"', 412),
    ],
)
async def test_if_match_is_a_list_of_strong_tags_or_a_star(
    desk: Desk, form: str, status: int
) -> None:
    etag = (await desk.get(ISSUE)).headers["etag"]

    answer = await desk.write(
        "PATCH", ISSUE, {}, if_match=form.format(etag=etag, bare=etag.strip('"'))
    )

    assert answer.status_code == status


async def test_an_etag_of_another_issue_does_not_match(desk: Desk) -> None:
    await desk.create(issue(number=96, date="2026-05-04"))
    await desk.patch(96, {"title": "Second"})
    etag = (await desk.get("/v1/issues/96")).headers["etag"]

    answer = await desk.write("PATCH", ISSUE, {"title": "Changed"}, if_match=etag)

    assert refusal(answer) == (412, "precondition_failed")


@pytest.mark.parametrize("write", [name for name in WRITES if name not in {"DELETE", "unpublish"}])
async def test_the_answer_to_a_write_is_what_the_next_read_gives(desk: Desk, write: str) -> None:
    method, path, body = WRITES[write]

    written = await desk.write(method, path, body)
    read_from = path if write == "PATCH section" else ISSUE
    read = await desk.get(read_from, accept_encoding="identity")

    assert written.content == read.content
    assert written.headers["etag"] == read.headers["etag"]
    assert written.headers["cache-control"] == "private, no-store"


async def test_a_deleted_issues_etag_never_matches_its_successor(desk: Desk) -> None:
    """The number is free again; whoever read the old draft must not overwrite the new one."""
    etag = (await desk.get(ISSUE)).headers["etag"]
    await desk.write("DELETE", ISSUE)
    await desk.create(whole_issue(title="First"))
    await desk.patch(95, {"title": "Second"})

    answer = await desk.write("PUT", ISSUE, whole_issue(), if_match=etag)

    assert refusal(answer) == (412, "precondition_failed")
