"""The whole issue document: exactly the fields of the contract, in their order, for each viewer."""

from typing import Any

import pytest

from tests.conftest import Clock
from tests.factories import entry, issue, lead, whole_issue
from tests.web.rest.conftest import Desk

IDENTITY = ["number", "date", "slug", "title", "summary", "dateline", "provenance"]
STATE = [
    *("corrections", "status", "revision", "published_revision", "publish_at", "published_at"),
    *("created_at", "updated_at", "links"),
]
PUBLIC_STATE = [name for name in STATE if name != "published_revision"]


async def test_what_was_posted_is_read_with_its_state(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    posted = whole_issue()
    await desk.create(posted)
    clock.advance(seconds=30)
    await desk.act(95, "publish")

    shown = await public.find(95)

    html = '<p>Some <em>words</em>.</p>\n<p>And <a href="https://paper.test/" rel="nofollow noopener">a link</a>.</p>\n'  # noqa: E501
    posted["sections"][0]["body_html"] = html
    assert shown == {
        **posted,
        "corrections": [],
        "status": "published",
        "revision": 1,
        "publish_at": None,
        "published_at": "2026-05-03T06:00:30Z",
        "created_at": "2026-05-03T06:00:00Z",
        "updated_at": "2026-05-03T06:00:00Z",
        "links": {
            "self": "http://paper.test/v1/issues/95",
            "html": "http://paper.test/issues/95",
            "markdown": "http://paper.test/v1/issues/95.md",
            "previous": None,
            "next": None,
        },
    }


async def test_every_object_has_the_fields_of_the_contract_in_order(
    desk: Desk, public: Desk
) -> None:
    await desk.create(whole_issue(), publish=True)

    as_editor, as_public = await desk.find(95), await public.find(95)

    assert list(as_editor) == [*IDENTITY, "sections", *STATE]
    assert list(as_public) == [*IDENTITY, "sections", *PUBLIC_STATE]
    shown = as_public["sections"]
    head = ["kind", "slug", "heading", "standfirst", "provenance"]
    story = ["kicker", "headline", "byline", "body", "body_html", "significance", "metrics"]
    assert [list(section) for section in shown] == [
        [*head, *story],
        [*head, "tools"],
        [*head, "entries"],
        [*head, "entries"],
        [*head, "items"],
    ]
    assert list(as_public["dateline"]) == ["place", "weather"]
    assert list(as_public["dateline"]["weather"]) == ["summary", "temperature_c"]
    assert list(as_public["provenance"]) == [
        *("digital_source_type", "model", "reviewed_by", "reviewed_at")
    ]
    metrics = shown[0]["metrics"]
    assert list(metrics) == ["title", "items"]
    assert list(metrics["items"][0]) == ["label", "value", "number", "unit", "source"]
    assert list(metrics["items"][0]["source"]) == ["name", "url", "observed_at"]
    assert list(shown[1]["tools"][0]) == ["name", "summary", "url", "category"]
    assert list(shown[2]["entries"][0]) == [
        *("source", "kind", "external_id", "rank", "name", "url", "summary", "task", "language"),
        *("stars", "likes", "downloads", "forks", "score", "previous_rank", "change", "window"),
        *("observed_at", "snapshot_id"),
    ]
    assert list(shown[4]["items"][0]) == ["title", "summary", "url", "source", "author", "minutes"]


async def test_what_has_no_value_reads_as_null_and_lists_as_empty(desk: Desk) -> None:
    shown = await desk.create(
        {
            "date": "2026-05-03",
            "dateline": {"weather": {}},
            "sections": [
                lead(metrics={}),
                *({"kind": kind} for kind in ("tools", "trending", "movers", "reading")),
                {"kind": "brief", "headline": "x", "metrics": {"items": [_metric()]}},
            ],
        }
    )

    assert shown["dateline"] == {
        "place": None,
        "weather": {"summary": None, "temperature_c": None},
    }
    assert shown["sections"][0]["metrics"] == {"title": None, "items": []}
    assert [
        section[name]
        for section, name in zip(
            shown["sections"][1:5], ("tools", "entries", "entries", "items"), strict=True
        )
    ] == [[], [], [], []]
    assert shown["sections"][5]["metrics"]["items"] == [
        {**_metric(), "number": None, "unit": None, "source": None}
    ]
    assert shown["published_revision"] is None


def _metric() -> dict[str, Any]:
    return {"label": "a", "value": "b"}


async def test_an_entry_is_read_with_every_field(desk: Desk) -> None:
    shown = await desk.create(issue(sections=[{"kind": "movers", "entries": [entry()]}]))

    assert shown["sections"][0]["entries"] == [
        {
            "source": "github",
            "kind": "repository",
            "external_id": "acme/orca",
            "rank": 1,
            "name": "orca",
            "url": "https://github.com/acme/orca",
            **dict.fromkeys(
                ["summary", "task", "language", "stars", "likes", "downloads", "forks", "score"]
            ),
            **dict.fromkeys(["previous_rank", "change", "window", "observed_at", "snapshot_id"]),
        }
    ]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2026-05-03T05:00:00Z", "2026-05-03T05:00:00Z"),
        ("2026-05-03T05:00:00.25Z", "2026-05-03T05:00:00.250000Z"),
        ("2026-05-03T07:00:00+02:00", "2026-05-03T05:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
async def test_an_instant_is_read_in_utc(desk: Desk, public: Desk, sent: str, read: str) -> None:
    sections = [lead(), {"kind": "trending", "entries": [entry(observed_at=sent)]}]
    await desk.create(issue(sections=sections), publish=True)

    shown = await public.find(1)

    assert shown["sections"][1]["entries"][0]["observed_at"] == read


async def test_everything_at_its_limit_goes_into_print(desk: Desk, public: Desk) -> None:
    """The columns of print are as wide as the fields of the document."""
    name, summary, short = "🚀" * 300, "é" * 1_000, "漢" * 200
    url = "https://a.test/" + "ü" * 1_985
    most, count = 2**31 - 1, 2**53 - 1
    board = [
        entry(
            f"{'ü' * 99}/{n:0100d}", rank=most - n, name=name, url=url, summary=summary, task=short,
            language=short, stars=count, likes=count, downloads=count, forks=count, score=-1e308,
            previous_rank=most, change=-count, window="month", snapshot_id=most,
        )
        for n in range(2)
    ]  # fmt: skip
    document: dict[str, Any] = {
        "number": most,
        "date": "9999-12-31",
        "slug": "x" * 80,
        "title": name,
        "summary": summary,
        "sections": [
            lead(slug="a" * 80, headline=name, standfirst=summary, body="b" * 200_000,
                 heading=short),
            {"kind": "tools", "slug": "b" * 80, "heading": short,
             "tools": [{"name": name, "summary": summary, "url": url, "category": short}]},
            {"kind": "trending", "slug": "c" * 80, "entries": board},
            {"kind": "movers", "slug": "d" * 80, "entries": board},
            {"kind": "reading", "slug": "e" * 80, "items": [
                {"title": name, "summary": summary, "url": url, "source": short, "author": short,
                 "minutes": most}]},
        ],
    }  # fmt: skip

    await desk.create(document, publish=True)

    shown = await public.find(most)
    assert shown["sections"][3]["entries"][1] == {**board[1], "observed_at": None}
    assert shown["sections"][4]["items"] == document["sections"][4]["items"]
    assert shown["title"] == name
    assert await public.find("9999-12-31") == shown
