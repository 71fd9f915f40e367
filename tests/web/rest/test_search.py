"""`GET /v1/search`: who is found, in what order, how it is shown, and what is never found."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from app.demo import demo_issues
from tests.conftest import Clock
from tests.factories import day, entry, issue, lead, make_issue, story, whole_issue
from tests.sampling import examples
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.both_databases

Hit = dict[str, Any]


def address(q: str, **parameters: object) -> str:
    named = {name.rstrip("_"): value for name, value in parameters.items()}
    return f"/v1/search?{urlencode({'q': q, **named})}"


async def search(caller: Desk, q: str, **parameters: object) -> list[Hit]:
    """One page of hits."""
    hits: list[Hit] = (await caller.read(address(q, **parameters)))["data"]
    return hits


async def found(caller: Desk, q: str, **parameters: object) -> list[tuple[str, str, int]]:
    """One page of hits by type, title and issue."""
    hits = await search(caller, q, **parameters)
    return [(hit["type"], hit["title"], hit["issue"]["number"]) for hit in hits]


async def walk(caller: Desk, q: str, **parameters: object) -> list[Hit]:
    """All pages."""
    hits: list[Hit] = []
    cursor = None
    while True:
        page = await caller.read(address(q, **parameters, **({"cursor": cursor} if cursor else {})))
        hits += page["data"]
        cursor = page["page"]["next_cursor"]
        assert page["page"]["has_more"] is (cursor is not None)
        if cursor is None:
            return hits


# ---------------------------------------------------------------------------- what is found


async def test_a_hit_says_what_it_is_where_it_stands_and_why(desk: Desk, public: Desk) -> None:
    await desk.create(whole_issue(), publish=True)
    reference = {
        "number": 95,
        "date": "2026-05-03",
        "slug": "open-weights",
        "title": "The day of the weights",
        "url": "http://paper.test/v1/issues/95",
    }

    tool, section = await search(public, "hammer")
    (whole,) = await search(public, "manchester", sort="newest")

    assert tool == {
        "type": "tool",
        "score": tool["score"],
        "title": "Hammer",
        "snippet": "<mark>Hammer</mark> — Iron – It hits.",
        "issue": reference,
        "section": "tools",
        "url": "http://paper.test/v1/issues/95/sections/tools",
        "printings": None,
    }
    assert section["title"] == "Tools of the Week"
    assert section["snippet"] == "Three to try. <mark>Hammer</mark> – Iron – It hits."
    assert tool["score"] > section["score"] > 0
    assert whole == {
        "type": "issue",
        "score": None,
        "title": "The day of the weights",
        "snippet": "What moved, and by how much. – <mark>Manchester</mark>, United Kingdom",
        "issue": reference,
        "section": None,
        "url": "http://paper.test/v1/issues/95",
        "printings": None,
    }


async def test_where_a_hit_leads_it_is_found(desk: Desk, public: Desk) -> None:
    await desk.create(whole_issue(), publish=True)

    for hit in await search(public, "the*", limit=100):
        answer = await public.get(hit["url"].removeprefix("http://paper.test"))
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("words", {"Open weights catch up"}),
        ("link", {"Open weights catch up"}),
        ("paper.test", set()),  # the address of a link is no text
        ("reader", {"Open weights catch up"}),
        ("66.9k", {"Open weights catch up"}),
        ("moved", {"The day of the weights"}),
        ("iron", {"Tools of the Week", "Hammer"}),
        ("acme/orca", {"Trending", "Movers", "Orca"}),
        ("text-generation", {"Trending", "Movers", "Orca"}),
        ("writer", {"Weekend Reading", "On patience"}),
        ("weights", {"The day of the weights", "Open weights catch up"}),
    ],
)
async def test_everything_printed_is_found(
    desk: Desk, public: Desk, q: str, titles: set[str]
) -> None:
    await desk.create(whole_issue(), publish=True)

    assert {hit["title"] for hit in await search(public, q)} == titles


@pytest.mark.parametrize(
    ("q", "headlines"),
    [
        ("quick", ["Quick brown", "Quick dog"]),
        ("quick fox", ["Quick brown"]),
        ('"quick fox"', []),
        ('"brown fox"', ["Quick brown"]),
        ('"QUICK Brown"', ["Quick brown"]),
        ("quick -fox", ["Quick dog"]),
        ('quick -"brown fox"', ["Quick dog"]),
        ("qui*", ["Quick brown", "Quick dog"]),
        ("jum*", ["Quick brown"]),
        ("fo*x", []),
        ("uick", []),
        ("cafe", ["Quick dog"]),
        ("CAFÉ", ["Quick dog"]),
        ("智能", ["Quick dog"]),
        ("能智", []),
        ("brown AND fox", []),
        ("well-known", ["Quick dog"]),
        ("known-well", []),
        # No phrase goes on from the title to the text.
        ('"brown the"', []),
        # What a hit is, is no word of it.
        ("section", []),
        ("sect*", []),
    ],
)
async def test_words_phrases_beginnings_and_exclusions(
    desk: Desk, public: Desk, q: str, headlines: list[str]
) -> None:
    texts = {
        "Quick brown": "The fox jumps, a brown fox.",
        "Quick dog": "A well-known café, 人工智能.",
    }
    sections = [story(headline=title, body=body) for title, body in texts.items()]
    await desk.create(issue(sections=[lead(headline="L"), *sections]), publish=True)

    hits = await found(public, q, sort="newest", type="section")

    assert [title for _, title, _ in hits] == headlines


@pytest.mark.parametrize(
    ("type_", "count"), [("issue", 1), ("section", 2), ("tool", 0), ("entry", 2), ("reading", 0)]
)
async def test_a_type_keeps_its_own(desk: Desk, public: Desk, type_: str, count: int) -> None:
    await desk.create(whole_issue(title="Orca", slug="orca"), publish=True)

    for sort in ("newest", "relevance"):
        page = await public.read(address("orca", type=type_, sort=sort))
        assert [hit["type"] for hit in page["data"]] == [type_] * count
        assert page["page"]["total"] == count


async def test_days_are_inclusive(desk: Desk, public: Desk) -> None:
    for number in range(1, 6):
        await desk.create(make_issue(number), publish=True)

    for sort in ("newest", "relevance"):
        hits = await found(
            public, "title", sort=sort, from_=day(2), to=day(4), type="issue", limit=10
        )
        assert sorted(number for _, _, number in hits) == [2, 3, 4]
        assert await found(public, "title", sort=sort, from_=day(6)) == []


# ---------------------------------------------------------------------------- order


async def test_newest_first_and_in_an_issue_as_printed(desk: Desk, public: Desk) -> None:
    for number in (2, 1, 3):
        await desk.create(make_issue(number), publish=True)

    hits = await found(public, "plain", sort="newest", limit=100)

    numbers = [number for _, _, number in hits]
    assert numbers == sorted(numbers, reverse=True)
    of_one = [(kind, title) for kind, title, number in hits if number == 3]
    assert of_one[:3] == [
        ("issue", "Plain title 3"),
        ("section", "Plain lead 3"),
        ("section", "Plain deep_dive 3"),
    ]


async def test_the_best_stand_first(desk: Desk, public: Desk) -> None:
    about = story(headline="All about otters", body="An otter is an otter.", slug="best")
    aside = story(headline="Something else", body="It is long. " * 80 + "An otter.", slug="aside")
    await desk.create(issue(date="2026-05-01", sections=[lead(), about]), publish=True)
    await desk.create(issue(date="2026-05-02", sections=[lead(), aside]), publish=True)

    hits = await search(public, "otter*")

    assert [hit["section"] for hit in hits] == ["best", "aside"]
    assert hits[0]["score"] > hits[1]["score"]


async def test_an_old_title_is_found_beyond_many_new_texts(desk: Desk, public: Desk) -> None:
    """What is ranked are the newest hits, and all that have the words in their title."""
    old = story(headline="Otters", body="Of rivers.", slug="otters")
    await desk.create(issue(date="2026-04-01", sections=[lead(), old]), publish=True)
    for number in range(2, 6):
        entries = [entry(f"a/x{place}", summary="otters") for place in range(200)]
        sections = [lead(), {"kind": "trending", "entries": entries}]
        await desk.create(issue(date=f"2026-04-0{number}", sections=sections), publish=True)

    best, *_ = await search(public, "otters")

    assert best["title"] == "Otters"


# ---------------------------------------------------------------------------- pages


@pytest.mark.slow
async def test_newest_first_each_hit_stands_on_one_page(desk: Desk, public: Desk) -> None:
    for number in range(1, 5):
        await desk.create(make_issue(number), publish=True)
    whole = await search(public, "plain", sort="newest", limit=100)

    for limit in (1, 3, 7):
        assert await walk(public, "plain", sort="newest", limit=limit) == whole


@pytest.mark.slow
async def test_by_relevance_each_hit_stands_on_one_page(desk: Desk, public: Desk) -> None:
    for number in range(1, 5):
        await desk.create(make_issue(number), publish=True)
    whole = await search(public, "plain", limit=100)

    for limit in (1, 3, 7):
        assert await walk(public, "plain", limit=limit) == whole
    assert {hit["url"] for hit in whole} == {
        hit["url"] for hit in await search(public, "plain", sort="newest", limit=100)
    }


@pytest.mark.slow
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.sampled_from(["model", "a* -the", "demo", '"of the"', "small or large"]),
    limit=st.integers(1, 40),
    sort=st.sampled_from(["newest", "relevance"]),
    type_=st.sampled_from([None, "section", "entry"]),
)
async def test_pages_of_any_length_hold_what_one_does(
    desk: Desk, public: Desk, q: str, limit: int, sort: str, type_: str | None
) -> None:
    if await public.find("latest") is None:
        for document in demo_issues()[:4]:
            await desk.create(document, publish=True)
    filters = {"sort": sort, **({"type": type_} if type_ else {})}

    hits = await walk(public, q, limit=limit, **filters)

    assert hits == await walk(public, q, limit=100, **filters)
    total = (await public.read(address(q, **filters)))["page"]["total"]
    assert len(hits) == (min(total, 200) if sort == "relevance" else total)


async def test_publishing_between_pages_repeats_and_skips_nothing(desk: Desk, public: Desk) -> None:
    for number in (1, 3, 5):
        await desk.create(make_issue(number), publish=True)
    before = await search(public, "plain", sort="newest", limit=100)
    first = await public.read(address("plain", sort="newest", limit=5))

    await desk.create(make_issue(6), publish=True)
    following = address("plain", sort="newest", limit=100, cursor=first["page"]["next_cursor"])
    rest = (await public.read(following))["data"]

    assert first["data"] + rest == before


async def test_a_page_links_to_the_first_and_the_next(desk: Desk, public: Desk) -> None:
    await desk.create(make_issue(1), publish=True)

    answer = await public.get(address("plain", limit=2))

    cursor = answer.json()["page"]["next_cursor"]
    assert answer.headers["link"] == (
        '<http://paper.test/v1/search?q=plain&limit=2>; rel="first", '
        f'<http://paper.test/v1/search?q=plain&limit=2&cursor={cursor}>; rel="next"'
    )


async def test_a_cursor_holds_for_its_search(desk: Desk, public: Desk) -> None:
    await desk.create(make_issue(1), publish=True)
    for sort in ("newest", "relevance"):
        page = await public.read(address("plain", sort=sort, limit=2))
        cursor = page["page"]["next_cursor"]
        other = "relevance" if sort == "newest" else "newest"
        for q, changed in (
            ("plane", {"sort": sort}),
            ("plain", {"sort": other}),
            ("plain", {"sort": sort, "type": "section"}),
            ("plain", {"sort": sort, "from": day(1)}),
            ("plain", {"sort": sort, "to": day(2)}),
        ):
            answer = await public.get(address(q, cursor=cursor, **changed))
            assert refusal(answer) == (400, "invalid_cursor")
        tools = await public.get(f"/v1/tools?cursor={cursor}")
        assert refusal(tools) == (400, "invalid_cursor")
        assert (await public.get(address("plain", sort=sort, limit=9, cursor=cursor))).is_success


async def test_by_relevance_a_cursor_ends_with_a_publication(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    await desk.create(make_issue(1), publish=True)
    page = await public.read(address("plain", limit=2))
    following = address("plain", limit=2, cursor=page["page"]["next_cursor"])
    clock.advance(seconds=60)
    await desk.create(make_issue(2))
    await desk.act(2, "schedule", {"publish_at": (clock() + timedelta(hours=1)).isoformat()})
    meanwhile = await public.get(following)

    clock.advance(seconds=3601)
    appeared = await public.get(following)

    assert meanwhile.status_code == 200, "what is scheduled ends no cursor, which would tell of it"
    assert refusal(appeared) == (400, "cursor_expired")
    assert [fault["parameter"] for fault in appeared.json()["errors"]] == ["cursor"]
    again = await public.read(address("plain", limit=2))
    clock.advance(seconds=1)
    await desk.act(2, "unpublish")
    following = address("plain", limit=2, cursor=again["page"]["next_cursor"])
    assert refusal(await public.get(following)) == (400, "cursor_expired")


@pytest.mark.slow
async def test_above_a_thousand_hits_are_not_counted_and_two_hundred_are_ranked(
    desk: Desk, public: Desk
) -> None:
    for number in range(1, 7):
        size = 198 if number == 6 else 199
        entries = [entry(f"a/x{place}", summary="everywhere") for place in range(size)]
        sections = [lead(), {"kind": "trending", "entries": entries}]
        await desk.create(issue(date=day(number), sections=sections), publish=True)
        total = (await public.read(address("everywhere")))["page"]["total"]
        expected = number * 200
        assert total == (expected if expected <= 1000 else None)

    assert len(await walk(public, "everywhere", limit=100)) == 200
    newest = await walk(public, "everywhere", sort="newest", limit=100)
    assert len(newest) == 1199
    assert len({(hit["title"], hit["url"]) for hit in newest}) == 1199


# ---------------------------------------------------------------------------- never found


async def test_what_is_not_in_print_is_not_found(desk: Desk, public: Desk) -> None:
    for number in (1, 2, 3):
        await desk.create(make_issue(number, "Secret"))
    await desk.act(2, "schedule", {"publish_at": "2026-06-01T06:00:00Z"})
    await desk.act(3, "publish")
    await desk.act(3, "unpublish")
    await desk.create(make_issue(4), publish=True)
    await desk.patch(4, {"title": "A secret not yet published"})

    for caller in (public, desk):
        for sort in ("newest", "relevance"):
            page = await caller.read(address("secret*", sort=sort))
            assert page["data"] == []
            assert page["page"] == {
                "limit": 20, "next_cursor": None, "has_more": False, "total": 0,
                "suggestion": None, "facets": None,
            }  # fmt: skip


async def test_what_is_scheduled_is_found_from_its_time_on(
    desk: Desk, public: Desk, clock: Clock
) -> None:
    at = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
    await desk.create(make_issue(1, "Early"))
    await desk.act(1, "schedule", {"publish_at": at.isoformat()})

    clock.set(at - timedelta(microseconds=1))
    before = await public.read(address("early"))
    clock.set(at)
    after = await public.read(address("early"))

    assert (before["data"], before["page"]["total"]) == ([], 0)
    assert after["page"]["total"] == len(after["data"]) > 0


async def test_what_is_unpublished_is_gone_and_what_is_republished_says_the_new(
    desk: Desk, public: Desk
) -> None:
    await desk.create(make_issue(1), publish=True)
    await desk.write("PATCH", "/v1/issues/1?publish=true", {"title": "Walrus"})
    renamed = await found(public, "walrus")
    former = await found(public, '"plain title"')

    await desk.act(1, "unpublish")

    assert renamed == [("issue", "Walrus", 1)]
    assert former == []
    assert await found(public, "walrus") == []
    assert await found(public, "plain") == []


async def test_a_hit_names_its_issue_as_it_is_in_print(desk: Desk, public: Desk) -> None:
    await desk.create(make_issue(1), publish=True)
    await desk.patch(1, {"title": "Only saved"})

    hits = await search(desk, "plain", limit=100)

    assert {hit["issue"]["title"] for hit in hits} == {"Plain title 1"}


# ---------------------------------------------------------------------------- refusals


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=%20", "q"),
        ("q=" + "x" * 201, "q"),
        ("q=..%3F!", "q"),
        ("q=-word", "q"),
        ("q=" + "+".join(f"w{n}" for n in range(17)), "q"),
        ("q=a%00b", "q"),
        ("q=%FF", "q"),
        ("q=a&q=b", "q"),
        ("q=a&type=story", "type"),
        ("q=a&sort=oldest", "sort"),
        ("q=a&limit=0", "limit"),
        ("q=a&limit=101", "limit"),
        ("q=a&from=2026-05-03&to=2026-05-01", "from"),
        ("q=a&from=yesterday", "from"),
        ("q=a&cursor=abc", "cursor"),
        ("q=a&kind=lead", "kind"),
    ],
)
async def test_what_is_no_search_is_400(public: Desk, query: str, parameter: str) -> None:
    answer = await public.get(f"/v1/search?{query}")

    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


async def test_an_empty_paper_has_no_hits(public: Desk) -> None:
    for sort in ("newest", "relevance"):
        page = await public.read(address("anything", sort=sort))
        assert page["data"] == []
        assert page["page"]["total"] == 0


async def test_a_snippet_is_no_markup_but_marks(desk: Desk, public: Desk) -> None:
    hostile = 'x <script>alert("x")</script> & <mark> \ue000\ufffc'
    sections = [lead(headline=f"<b>{hostile}", body=hostile, standfirst=hostile)]
    await desk.create(issue(title=hostile, sections=sections), publish=True)

    hits = await search(public, "x")

    assert len(hits) == 2
    for hit in hits:
        bare = hit["snippet"].replace("<mark>x</mark>", "x")
        assert not set(bare) & set("<>\"'")
        assert "&lt;script&gt;alert(&quot;<mark>x</mark>" in hit["snippet"]


@pytest.mark.slow
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.one_of(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200),
        st.lists(
            st.sampled_from(
                ['"', "-", "*", "(", ")", "NEAR", "OR", "NOT", "AND", "title:", "^", "+", "{", "}",
                 "title_words", ":", "&", "|", "!", "<->", "'", "\\", "plain", "tool", "é", "智",
                 "🎉", "=tool", "#2891", "ab*", ";", "--", "\u0301", "%", "_"]
            ),
            min_size=1,
            max_size=16,
        ).map(" ".join),
    ),
    sort=st.sampled_from(["newest", "relevance"]),
    type_=st.sampled_from(["issue", "section", "tool"]),
)  # fmt: skip
async def test_no_question_breaks_the_server(
    desk: Desk, public: Desk, q: str, sort: str, type_: str
) -> None:
    if await public.find("latest") is None:
        await desk.create(make_issue(1), publish=True)

    answers = [
        await public.get(address(q[:200], sort=sort)),
        await public.get(address(q[:200], sort=sort, type=type_)),
        await public.get(address(f"plain {q}"[:200], sort=sort)),
    ]

    assert {answer.status_code for answer in answers} <= {200, 400}
    for answer in answers:
        if answer.status_code == 400:
            assert [fault["parameter"] for fault in answer.json()["errors"]] == ["q"]


async def test_many_may_search_at_once(desk: Desk, public: Desk) -> None:
    await desk.create(make_issue(1), publish=True)

    answers = await asyncio.gather(*(search(public, "plain", limit=n) for n in range(1, 9)))

    assert [len(hits) for hits in answers] == list(range(1, 9))
