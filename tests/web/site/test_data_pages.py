"""The pages of open data: the list of files, and histories compared."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.content.open_data import columns
from app.web.charts.axis import spread, ticks
from tests.conftest import Clock
from tests.snapshots import record_models

COMPARE = "/trending/huggingface/model/compare"


@pytest.fixture
async def observed(app: FastAPI, clock: Clock) -> None:
    for day in range(4):
        at = clock.now - timedelta(days=3 - day)
        likes = {f"lab/model-{n}": 100 * n + 7 * n * day for n in range(1, 11)}
        await record_models(app.state.database, likes | {"lab/zero": day}, at=at)


async def test_the_page_describes_every_column(client: httpx.AsyncClient) -> None:
    page = await client.get("/data")

    assert page.status_code == 200
    for table in (columns.BOARD, columns.HISTORY, columns.ENTRIES, columns.OBSERVATIONS):
        for column in table:
            assert f"<code>{column.name}</code>" in page.text
    assert "/v1/trending.csv?source=github&amp;kind=repository" in page.text


@pytest.mark.usefixtures("observed")
async def test_up_to_eight_histories_stand_on_one_chart(client: httpx.AsyncClient) -> None:
    names = [f"lab/model-{n}" for n in range(1, 9)]

    page = await client.get(COMPARE, params={"ids": ",".join(names)})

    assert page.status_code == 200
    for place, name in enumerate(names, start=1):
        assert f'<polyline class="series c{place}"' in page.text
        assert f"{name}: from" in page.text
        assert f'href="/v1/trending/huggingface/model/{name}/history.csv"' in page.text
    assert 'role="img"' in page.text
    one_more = await client.get(COMPARE, params={"ids": ",".join([*names, "lab/model-9"])})
    assert one_more.status_code == 400


@pytest.mark.usefixtures("observed")
async def test_an_index_begins_at_100_and_leaves_out_what_began_at_nothing(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get(
        COMPARE, params={"ids": "lab/model-1,lab/zero,LAB/model-2,no/body", "scale": "index"}
    )

    assert "lab/model-1: from 100 to 121 (first likes = 100)" in page.text
    assert "lab/model-2: from 100 to 121" in page.text
    assert "lab/zero: from" not in page.text
    assert 'Never observed: <span dir="auto">no/body</span>' in page.text


async def test_without_ids_there_is_a_form(client: httpx.AsyncClient) -> None:
    page = await client.get(COMPARE)
    hostile = await client.get(COMPARE, params={"ids": '"><script>alert(1)</script>'})

    assert (page.status_code, hostile.status_code) == (200, 200)
    assert '<input id="compare_ids"' in page.text
    assert "<script>alert" not in hostile.text
    assert (await client.get("/trending/github/model/compare")).status_code == 404
    assert (await client.get(COMPARE, params={"scale": "log"})).status_code == 400


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 0, [0, 1]),
        (5, 5, [5, 6]),
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (991, 1012, [990, 995, 1000, 1005, 1010, 1015]),
        (0, 2**53, [0, 2 * 10**15, 4 * 10**15, 6 * 10**15, 8 * 10**15, 10**16]),
    ],
)
def test_an_axis_has_round_numbers_around_its_values(
    low: float, high: float, expected: list[float]
) -> None:
    assert ticks(low, high) == expected


def test_labels_keep_their_order_and_their_distance() -> None:
    assert spread([50, 51, 52], apart=10, low=0, high=100) == [50, 60, 70]
    assert spread([98, 99], apart=10, low=0, high=100) == [90, 100]
    assert spread([5, 5, 5], apart=60, low=0, high=100) == [0, 50, 100]
