"""What a page ignores is no part of its place among the ready answers; what it reads is, always."""

import httpx
import pytest
from fastapi import FastAPI

from app.web.caching.public_targets import canonical
from tests.factories import make_issue
from tests.routes import routes_of

pytestmark = pytest.mark.anyio

PATHS = {
    "/": "/",
    "/issues": "/issues",
    "/issues/{ref}": "/issues/95",
    "/search": "/search",
    "/trending": "/trending",
    "/trending/{source}/{kind}": "/trending/github/repository",
    "/tools": "/tools",
    "/reading": "/reading",
    "/feeds/issues.{form}": "/feeds/issues.atom",
    "/feeds/movers.{form}": "/feeds/movers.json",
    "/feeds/sections/{kind}.{form}": "/feeds/sections/lead.rss",
    "/sitemap.xml": "/sitemap.xml",
    "/robots.txt": "/robots.txt",
    "/llms.txt": "/llms.txt",
    "/.well-known/security.txt": "/.well-known/security.txt",
}
VALUES = {"window": "day", "sort": "newest", "type": "tool", "q": "second"}
KEYS = ("api_key=x", "token=x", "%61pi_key=x", "utm=amp_a_b", "utm=%61mp_a_b", "amp_a_b=1", "KEY=1")


@pytest.fixture
async def paper(client: httpx.AsyncClient, editor: dict[str, str]) -> None:
    made = await client.post("/v1/issues?publish=true", json=make_issue(number=95), headers=editor)
    assert made.status_code == 201, made.text


def known_of(app: FastAPI) -> dict[str, tuple[str, ...]]:
    """What the routes of pages and feeds read, by address."""
    read = {
        route.template: route.query_parameters for route in routes_of(app) if route.method == "GET"
    }
    return {path: read[template] for template, path in PATHS.items()}


@pytest.mark.slow
@pytest.mark.usefixtures("paper")
async def test_a_parameter_is_read_under_every_spelling_or_under_none(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    for path, names in known_of(app).items():
        for name in names:
            spelt = [name, f"%{ord(name[0]):02x}{name[1:]}", f"{name[:-1]}%{ord(name[-1]):02X}"]
            for spelling in spelt:
                app.state.response_cache.clear()
                asked = await client.get(f"{path}?{spelling}={VALUES.get(name, 'nothing')}")

                plain = await client.get(path)

                assert plain.status_code == 200, path
                assert asked.content != plain.content or name in {"cursor", "before"}, spelling
                app.state.response_cache.clear()
                assert (await client.get(path)).content == plain.content, (path, spelling)


@pytest.mark.usefixtures("paper")
async def test_a_key_is_refused_also_where_an_answer_is_ready(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    for path in known_of(app):
        assert (await client.get(path)).status_code == 200
        for key in KEYS:
            for method in ("GET", "HEAD"):
                refused = await client.request(method, f"{path}?utm_source=a&{key}")
                assert refused.status_code == 400, (path, key)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (b"/", b"/"),
        (b"/?", b"/"),
        (b"/?utm_source=a+b%20c&fbclid", b"/"),
        (b"/search?utm=1&q=a&x=2&sort=newest", b"/search?q=a&sort=newest"),
        (b"/search?%71=a", b"/search?%71=a"),
        (b"/?token=1", b"/?token=1"),
        (b"/feeds/issues.atom?cursor=a&utm=1", b"/feeds/issues.atom?cursor=a"),
        (b"/v1/issues?utm=1", b"/v1/issues?utm=1"),
    ],
)
def test_what_is_left_of_a_target(target: bytes, expected: bytes) -> None:
    assert canonical(target) == expected
