"""Every connection, walked from both ends by two page sizes, is one and the same list."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.demo import demo_issues
from tests.conftest import Clock
from tests.sampling import sampled
from tests.web.graphql.conftest import Partner

pytestmark = [pytest.mark.usefixtures("twelve_issues"), pytest.mark.databases_in_turn]

CONNECTIONS = {
    "issues": ("issues", "number"),
    "issues of some days": ('issues(from: "2026-04-19", to: "2026-04-27")', "number"),
    "sections": ("sections", "slug issue { number }"),
    "sections of a kind": ("sections(kind: OPINION)", "slug issue { number }"),
    "tools": ("tools", "name issue { number }"),
    "categories": ("toolCategories", "name"),
    "bylines": ("bylines", "name"),
    "reading": ("reading", "title issue { number }"),
    "entries": ("entries", "externalId section rank issue { number }"),
    "entries of a source": (
        "entries(section: TRENDING, source: GITHUB)",
        "externalId rank issue { number }",
    ),
    "newest hits": ('search(query: "the", sort: NEWEST)', "url type title"),
    "best hits": ('search(query: "model*")', "url type title"),
}
TYPES = {"first": "Int", "last": "Int", "after": "String", "before": "String"}
each_connection = pytest.mark.parametrize("name", CONNECTIONS)


def query_of(name: str, *names: str) -> str:
    """The query of a list, its arguments as variables: it is the same on every page."""
    field, item = CONNECTIONS[name]
    root, _, given = field.partition("(")
    passed = ", ".join(f"{name}: ${name}" for name in names)
    inside = ", ".join(part for part in (given.rstrip(")"), passed) if part)
    declared = ", ".join(f"${name}: {TYPES[name]}" for name in names)
    return (
        f"query{f'({declared})' if declared else ''} "
        f"{{ list: {root}{f'({inside})' if inside else ''} {{ edges {{ cursor node {{ {item} }} }} "
        f"nodes {{ {item} }} "
        "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )


async def page_of(partner: Partner, name: str, **arguments: object) -> Any:
    return (await partner.ask(query_of(name, *arguments), **arguments))["list"]


async def walk(partner: Partner, name: str, size: int, *, forward: bool) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    while True:
        number, place = ("first", "after") if forward else ("last", "before")
        arguments: dict[str, object] = {number: size}
        if cursor is not None:
            arguments[place] = cursor
        page = await page_of(partner, name, **arguments)
        items, info = page["nodes"], page["pageInfo"]
        assert [edge["node"] for edge in page["edges"]] == items
        assert len(items) <= size
        if items:
            assert info["startCursor"] == page["edges"][0]["cursor"]
            assert info["endCursor"] == page["edges"][-1]["cursor"]
        found = [*found, *items] if forward else [*items, *found]
        assert info["hasPreviousPage" if forward else "hasNextPage"] is (cursor is not None)
        if not info["hasNextPage" if forward else "hasPreviousPage"]:
            return found
        cursor = info["endCursor" if forward else "startCursor"]


@each_connection
async def test_a_walk_is_the_same_list_from_both_ends(partner: Partner, name: str) -> None:
    whole = await walk(partner, name, 100, forward=True)

    assert len(whole) > 6
    assert len({str(item) for item in whole}) == len(whole)
    for size in sampled((3, 7), one_in=2):
        assert await walk(partner, name, size, forward=True) == whole
        assert await walk(partner, name, size, forward=False) == whole


@each_connection
async def test_between_two_cursors_stands_what_is_between(partner: Partner, name: str) -> None:
    whole = (await page_of(partner, name, first=10))["edges"]
    bounds = {"after": whole[1]["cursor"], "before": whole[-2]["cursor"]}
    inside = [edge["node"] for edge in whole[2:-2]]

    first = await page_of(partner, name, first=100, **bounds)
    last = await page_of(partner, name, last=2, **bounds)

    assert first["nodes"] == inside
    assert last["nodes"] == inside[-2:]
    assert last["pageInfo"]["hasPreviousPage"] is (len(inside) > 2)


def later_issue() -> Iterator[dict[str, Any]]:
    document = demo_issues()[-1]
    for day in range(1, 9):
        changed = {**document, "date": f"2026-07-0{day}"}
        changed.pop("number", None)
        changed.pop("slug", None)
        yield changed


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize(
    "name", sampled([name for name in CONNECTIONS if name != "best hits"], one_in=3)
)
async def test_publishing_between_two_pages_repeats_and_skips_nothing(
    partner: Partner, name: str, forward: bool, editor: dict[str, str]
) -> None:
    before = await walk(partner, name, 100, forward=True)
    size, documents = 5, later_issue()
    found: list[Any] = []
    arguments: dict[str, object] = {"first" if forward else "last": size}
    for _ in range(6):
        page = await page_of(partner, name, **arguments)
        found += page["nodes"] if forward else page["nodes"][::-1]
        if not page["pageInfo"]["hasNextPage" if forward else "hasPreviousPage"]:
            break
        published = await partner.client.post(
            "/v1/issues?publish=true", json=next(documents), headers=editor
        )
        assert published.status_code == 201
        place, cursor = ("after", "endCursor") if forward else ("before", "startCursor")
        arguments[place] = page["pageInfo"][cursor]

    expected = before if forward else before[::-1]
    old = [item for item in found if item in before]
    assert old == expected[: len(old)]
    if forward:
        assert found == old, "what is newer than the first page is met by nobody who goes on"


async def test_best_hits_are_asked_for_anew_after_a_publication(
    partner: Partner, editor: dict[str, str], clock: Clock
) -> None:
    page = await page_of(partner, "best hits", first=3)
    clock.advance(seconds=1)
    await partner.client.post("/v1/issues?publish=true", json=next(later_issue()), headers=editor)

    after = {"first": 3, "after": page["pageInfo"]["endCursor"]}

    assert await partner.code_of(query_of("best hits", *after), **after) == "cursor_expired"


@pytest.mark.one_database
@each_connection
async def test_a_cursor_of_another_list_is_refused(partner: Partner, name: str) -> None:
    other = "tools" if name != "tools" else "reading"
    cursor = (await page_of(partner, other, first=1))["pageInfo"]["endCursor"]

    for place in ("after", "before"):
        code = await partner.code_of(query_of(name, place), **{place: cursor})
        assert code == "invalid_cursor"


async def test_the_total_is_that_of_the_whole_list(partner: Partner) -> None:
    told = await partner.ask("{ issues(first: 2) { totalCount } tools(first: 1) { totalCount } }")

    assert told["issues"]["totalCount"] == 12
    assert told["tools"]["totalCount"] == len(await walk(partner, "tools", 100, forward=True))


async def test_an_empty_list_has_no_cursors(partner: Partner) -> None:
    page = await partner.ask(
        '{ issues(to: "1999-01-01") { nodes { number } edges { cursor } totalCount '
        "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )

    assert page["issues"] == {
        "nodes": [],
        "edges": [],
        "totalCount": 0,
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
        },
    }
