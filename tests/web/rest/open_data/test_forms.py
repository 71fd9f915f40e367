"""How files are answered: negotiation, validators, caching, and what is refused."""

from collections.abc import AsyncIterator, Mapping
from xml.etree import ElementTree as Xml

import httpx
import pytest
from fastapi import FastAPI

from app.content.queries import printed_entries
from tests.factories import make_issue
from tests.web.rest.open_data.conftest import fetch

BOARD = "source=huggingface&kind=model"
SUBJECT = "/v1/trending/huggingface/model/lab/sum"
FILES = [
    f"/v1/trending.csv?{BOARD}",
    f"/v1/trending.svg?{BOARD}",
    f"/v1/trending.metadata.json?{BOARD}",
    "/v1/trending/movers.csv",
    "/v1/trending/movers.svg?window=day",
    "/v1/trending/movers.metadata.json",
    f"{SUBJECT}/history.csv?from=2020-01-01",
    f"{SUBJECT}/history.svg",
    f"{SUBJECT}/history.metadata.json",
    "/v1/entries.csv",
    "/v1/entries.metadata.json",
    "/v1/observations.csv?date=2026-05-03",
    "/v1/observations.parquet?date=2026-05-03",
    "/v1/observations.metadata.json?date=2026-05-03",
]


@pytest.mark.slow
@pytest.mark.usefixtures("observed")
async def test_files_have_validators_and_may_be_cached(client: httpx.AsyncClient) -> None:
    for path in FILES:
        await check_validators(client, path)


async def check_validators(client: httpx.AsyncClient, path: str) -> None:
    answer = await fetch(client, path, Accept="application/pdf")

    assert answer.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    assert answer.headers["vary"] == "Accept-Encoding, Authorization"
    head = await client.head(path)
    assert (head.status_code, head.headers["etag"]) == (200, answer.headers["etag"])
    again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    unmet = await client.get(path, headers={"If-Match": '"another"'})
    assert unmet.status_code == 412


@pytest.mark.slow
@pytest.mark.usefixtures("observed")
async def test_accept_chooses_csv_which_shared_caches_do_not_keep(
    client: httpx.AsyncClient,
) -> None:
    for path in (
        f"/v1/trending?{BOARD}",
        "/v1/trending/movers",
        SUBJECT,
        "/v1/entries",
        "/v1/observations?date=2026-05-03",
    ):
        await check_accept(client, path)


async def check_accept(client: httpx.AsyncClient, path: str) -> None:
    plain = await fetch(client, path)
    for accept in ("text/csv", "text/*", "text/csv, application/json;q=0.9"):
        chosen = await fetch(client, path, Accept=accept)
        assert chosen.headers["content-type"].startswith("text/csv")
        assert chosen.headers["cache-control"] == "private, max-age=60"
        assert "Accept" in chosen.headers["vary"].split(", ")
    browser = "text/html,application/xhtml+xml,*/*;q=0.8"
    assert (await fetch(client, path, Accept=browser)).content == plain.content
    refused = await client.get(path, headers={"Accept": "image/png"})
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")


WRONG = [
    "/v1/trending.csv",
    "/v1/trending.csv?source=github&kind=model",
    f"/v1/trending.csv?{BOARD}&limit=101",
    f"/v1/trending.csv?{BOARD}&cursor=forged",
    f"/v1/trending.csv?{BOARD}&surprise=1",
    f"/v1/trending.svg?{BOARD}&limit=51",
    "/v1/trending/movers.csv?direction=sideways",
    f"{SUBJECT}/history.csv?from=2026-05-02&to=2026-05-01",
    "/v1/entries.csv?limit=0",
    "/v1/entries.csv?from=2026-05-02&to=2026-05-01",
    "/v1/observations.csv",
    "/v1/observations.csv?date=",
    "/v1/observations.csv?date=2026-02-30",
    "/v1/observations.csv?date=yesterday",
]


async def test_wrong_parameters_are_problems(client: httpx.AsyncClient) -> None:
    for path in WRONG:
        answer = await client.get(path)

        assert answer.status_code == 400, answer.text
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_subject_that_was_not_observed_has_no_files(client: httpx.AsyncClient) -> None:
    for suffix in ("csv", "svg", "metadata.json"):
        answer = await client.get(f"/v1/trending/github/repository/no/body/history.{suffix}")

        assert (answer.status_code, answer.json()["code"]) == (404, "subject_not_found")


async def test_a_withheld_board_has_no_rows(client: httpx.AsyncClient) -> None:
    file = await fetch(client, f"/v1/trending.csv?{BOARD}")
    chart = await fetch(client, f"/v1/trending.svg?{BOARD}")

    assert file.text.count("\n") == 1
    assert "Nothing was observed." in chart.text


@pytest.mark.slow
@pytest.mark.usefixtures("observed")
async def test_charts_stand_alone(client: httpx.AsyncClient) -> None:
    for path in (
        f"/v1/trending.svg?{BOARD}&limit=50",
        "/v1/trending/movers.svg?direction=up",
        f"{SUBJECT}/history.svg",
    ):
        await check_chart(client, path)


async def check_chart(client: httpx.AsyncClient, path: str) -> None:
    answer = await fetch(client, path)

    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    svg = Xml.fromstring(answer.content)
    space = "{http://www.w3.org/2000/svg}"
    named = [svg.find(f"{space}{name}") for name in ("title", "desc")]
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == " ".join(
        each.get("id", "") for each in named if each is not None
    )
    assert all(each is not None and each.text for each in named)
    assert "prefers-color-scheme:dark" in answer.text
    texts = [element.text or "" for element in svg.iter(f"{space}text")]
    assert any(text.startswith("Source: ") for text in texts)
    assert not [element for element in svg.iter() if element.tag.endswith(("script", "image"))]
    assert "href" not in answer.text
    assert "var(" not in answer.text


@pytest.mark.both_databases
async def test_a_file_of_entries_is_never_a_mixture(
    app: FastAPI,
    client: httpx.AsyncClient,
    editor: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is published while a file is read breaks the answer off."""
    for number in (1, 2):
        await client.post("/v1/issues?publish=true", json=make_issue(number), headers=editor)
    monkeypatch.setattr(printed_entries, "SLICE", 1)
    plain = {"Accept-Encoding": "identity"}
    whole = await fetch(client, "/v1/entries.csv", **plain)
    slices = printed_entries.entry_slices

    async def publishing(*args: object, **options: object) -> AsyncIterator[object]:
        count = 0
        async for rows in slices(*args, **options):  # type: ignore[arg-type]
            yield rows
            count += 1
            if count == 2:
                await client.post("/v1/issues?publish=true", json=make_issue(3), headers=editor)

    monkeypatch.setattr("app.web.rest.open_data.entries.entry_slices", publishing)
    # Over a socket the connection breaks; without one the client finds no end of the answer.
    with pytest.raises(AssertionError):
        await client.get("/v1/entries.csv", headers=plain)

    monkeypatch.undo()
    again = await fetch(client, "/v1/entries.csv", **plain)
    assert again.headers["etag"] != whole.headers["etag"]
    assert len(again.text) > len(whole.text)


async def test_a_former_name_leads_to_the_present_file(
    app: FastAPI, client: httpx.AsyncClient, observed: Mapping[int, str]
) -> None:
    other_case = "/v1/trending/huggingface/model/LAB/SUM/history.csv?from=2026-01-01"

    answer = await client.get(other_case)

    assert answer.status_code == 308
    assert answer.headers["location"] == f"http://paper.test{SUBJECT}/history.csv?from=2026-01-01"
    assert observed
