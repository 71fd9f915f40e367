"""No header of a plain read makes the server compute again what the cache has."""

from collections.abc import Callable

import httpx
import pytest

from app.config import Settings
from app.main import create_app
from app.web.http.request_head import LEFT_TO_MIDDLEWARE, read_head
from tests import factories
from tests.conftest import Clock
from tests.counted import counted

pytestmark = pytest.mark.anyio

Headers = dict[str, str]

PATHS = ("/v1/issues/95", "/v1/issues", "/")
TO_COME = "Fri, 01 Jan 2100 00:00:00 GMT"
LONG_AGO = "Sat, 01 Jan 2000 00:00:00 GMT"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "1000/60"})


@pytest.fixture
async def paper(client: httpx.AsyncClient, editor: Headers, clock: Clock) -> None:
    document = factories.whole_issue()
    made = await client.post("/v1/issues?publish=true", json=document, headers=editor)
    assert made.status_code == 201, made.text
    clock.advance(seconds=5)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "sent",
    [
        lambda etag: [("If-Unmodified-Since", TO_COME)],
        lambda etag: [("If-Match", "*")],
        lambda etag: [("If-Match", etag)],
        lambda etag: [("If-Match", '"other"'), ("If-Match", etag)],
        lambda etag: [("Content-Length", "0")],
        lambda etag: [("Accept", "*/*"), ("Accept", "application/xml")],
        lambda etag: [("Upgrade", "h2c"), ("Connection", "upgrade")],
        lambda etag: [("Cookie", "a=b"), ("Range", "bytes=0-1")],
    ],
    ids=["since", "any", "etag", "two-etags", "no-body", "two-accepts", "upgrade", "cookie"],
)
@pytest.mark.usefixtures("paper")
async def test_a_read_with_conditions_that_hold_comes_from_the_cache(
    client: httpx.AsyncClient, path: str, sent: Callable[[str], list[tuple[str, str]]]
) -> None:
    first = await client.get(path)
    headers = sent(first.headers["etag"])
    await client.get(path, headers=headers)

    with counted() as asked:
        answer = await client.get(path, headers=headers)

    assert (answer.status_code, answer.content) == (200, first.content)
    assert asked == []
    assert "ratelimit" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers", [{"If-Unmodified-Since": LONG_AGO}, {"If-Match": '"other"'}, {"If-Match": 'W/"x"'}]
)
@pytest.mark.usefixtures("paper")
async def test_a_condition_that_fails_is_counted_and_computes_nothing(
    client: httpx.AsyncClient, path: str, headers: Headers
) -> None:
    first = await client.get(path)

    with counted() as asked:
        refused = [await client.get(path, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in refused] == [412, 412]
    assert {answer.headers["etag"] for answer in refused} == {first.headers["etag"]}
    assert refused[0].headers["content-type"].startswith(("application/problem+json", "text/html"))
    left = [answer.headers["ratelimit"].split("r=")[1].split(";")[0] for answer in refused]
    assert int(left[0]) == int(left[1]) + 1
    assert asked == []


@pytest.mark.usefixtures("paper")
async def test_a_condition_is_judged_before_there_is_anything_cached(
    client: httpx.AsyncClient,
) -> None:
    refused = await client.get("/v1/issues/95", headers={"If-Match": '"other"'})

    assert refused.status_code == 412
    assert refused.json()["code"] == "precondition_failed"
    assert "ratelimit" not in (await client.get("/v1/issues/95")).headers


@pytest.mark.usefixtures("paper")
async def test_conditions_that_fail_end_in_a_429(settings: Settings, clock: Clock) -> None:
    app = create_app(settings.model_copy(update={"rate_limit": "3/60"}), clock=clock)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client:
            await client.get("/v1/issues")
            statuses = [
                (await client.get("/v1/issues", headers={"If-Match": '"x"'})).status_code
                for _ in range(4)
            ]
            assert statuses == [412, 412, 429, 429]
            assert (await client.get("/v1/issues")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "by_edge", "by_wire"),
    [
        ([], True, True),
        ([(b"content-length", b"0")], True, False),
        ([(b"content-length", b"1")], False, False),
        ([(b"transfer-encoding", b"chunked")], False, False),
        ([(b"authorization", b"Bearer x")], False, False),
        ([(b"if-match", b"*")], True, False),
        ([(b"if-modified-since", b"x"), (b"if-modified-since", b"y")], False, False),
        ([(b"accept", b"text/html"), (b"accept", b"*/*")], True, True),
    ],
)
def test_which_layer_reads_a_head(
    fields: list[tuple[bytes, bytes]], by_edge: bool, by_wire: bool
) -> None:
    head = [(b"host", b"paper.test"), *fields]

    assert (read_head(head) is not None) is by_edge
    assert (read_head(head, LEFT_TO_MIDDLEWARE) is not None) is by_wire
