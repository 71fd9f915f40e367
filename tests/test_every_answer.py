"""Every route once, with the key of an editor: what each answer carries, whatever it is.

Some of these requests change the paper, so each test of one that writes has an application of its
own.
"""

import httpx
import pytest

from tests.routes import Route
from tests.test_routes import (
    READING,
    ROUTES,
    Headers,
    assert_bears_what_every_answer_bears,
    path_of,
    print_one_of_two,
)


async def assert_all_bear_it(client: httpx.AsyncClient, editor: Headers, route: Route) -> None:
    for headers in ({}, {"Origin": "https://reader.example"}, editor):
        answer = await client.request(route.method, path_of(route), headers=headers)
        assert_bears_what_every_answer_bears(answer)


async def test_every_answer_has_its_name_and_may_be_read_by_every_site(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    await print_one_of_two(client, editor)

    for route in READING:
        await assert_all_bear_it(client, editor, route)


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route not in READING], ids=lambda route: route.name
)
async def test_every_answer_to_a_write_has_its_name_too(
    client: httpx.AsyncClient, editor: Headers, route: Route
) -> None:
    await print_one_of_two(client, editor)

    await assert_all_bear_it(client, editor, route)
