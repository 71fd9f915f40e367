"""Every route once, with the key of an editor: what each answer carries, whatever it is.

Some of these requests change the paper, so each test has an application of its own.
"""

import httpx
import pytest

from tests.routes import Route
from tests.test_routes import (
    Headers,
    assert_bears_what_every_answer_bears,
    each_route,
    path_of,
    print_one_of_two,
)


@pytest.fixture
async def printed(client: httpx.AsyncClient, editor: Headers) -> None:
    await print_one_of_two(client, editor)


@each_route
@pytest.mark.usefixtures("printed")
async def test_every_answer_has_its_name_and_may_be_read_by_every_site(
    client: httpx.AsyncClient, editor: Headers, route: Route
) -> None:
    for headers in ({}, {"Origin": "https://reader.example"}, editor):
        answer = await client.request(route.method, path_of(route), headers=headers)
        assert_bears_what_every_answer_bears(answer)
