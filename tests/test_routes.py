"""What holds of every route there is: who may use it, how it refuses, what each answer bears.

The routes are walked, not listed: one that is added is tested, and what stands apart is written
down here by name.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route as StarletteRoute, WebSocketRoute

from app.config import Settings
from app.content.access import SCOPES, Scope
from app.main import create_app
from app.web.admission.route import AdmittedRoute
from app.web.problems.handlers import STATUSES
from app.web.problems.registry import PROBLEMS
from tests.factories import make_issue
from tests.routes import MUTATING, Route, routes_of

Headers = dict[str, str]

OPEN_TO_ALL: frozenset[str] = frozenset()
"""Mutating routes that need no scope, by method and template. There are none."""

NO_HEAD: frozenset[str] = frozenset()
"""GET routes that do not answer HEAD as they answer GET. There are none."""

NOT_FOR_CLIENTS = {
    *("GET /v1/trending.svg", "GET /v1/trending/movers.svg", "GET /v1/observations.parquet"),
    "GET /v1/trending/{source}/{kind}/{external_id}/history.svg",
}
"""Pictures and column files, which the document leaves to docs/open-data.md."""

IMPLIED: dict[Scope, tuple[Scope, ...]] = {"drafts:read": ("issues:write", "issues:publish")}
"""Scopes that come with others."""

PATH_VALUES = {
    "ref": "1",
    "slug": "plain-lead",
    "number": "1",
    "prefix": "nobody",
    "code": "issue_not_found",
    "name": "docs.js",
    "source": "github",
    "kind": "repository",
    "external_id": "plain/mover",
    "token": "nobody",
    "id": "1",
    "form": "atom",
    "version": "never",
    "date": "2026-05-03",
    "printing": "1",
}

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id"}
ODD_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW")


def _routes() -> list[Route]:
    return list(routes_of(create_app(Settings(_env_file=None, database_url="sqlite:///none.db"))))


ROUTES = _routes()

READING = [route for route in ROUTES if route.method == "GET"]
WRITING = [route for route in ROUTES if route.method in MUTATING]
TEMPLATES = sorted({route.template for route in ROUTES})

each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
each_reading = pytest.mark.parametrize("route", READING, ids=lambda route: route.name)
each_writing = pytest.mark.parametrize("route", WRITING, ids=lambda route: route.name)


# No test of this module changes what another one reads, so all of them share one application.


@pytest.fixture(scope="module")
def app(shared_app: FastAPI) -> FastAPI:
    return shared_app


@pytest.fixture(scope="module")
def client(shared_client: httpx.AsyncClient) -> httpx.AsyncClient:
    return shared_client


@pytest.fixture(scope="module")
def key(shared_key: Callable[..., str]) -> Callable[..., str]:
    return shared_key


@pytest.fixture(scope="module")
def editor(shared_editor: Headers) -> Headers:
    return shared_editor


def path_of(route: Route) -> str:
    return route.template.format(**{name: PATH_VALUES[name] for name in route.path_parameters})


def bearer(key: str) -> Headers:
    return {"Authorization": f"Bearer {key}"}


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Read an answer as the problem that it must be, every member there and true."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert MEMBERS <= problem.keys() <= {*MEMBERS, "errors"}
    assert problem["status"] == status
    assert problem["type"] == f"http://paper.test/problems/{problem['code']}"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["title"] == PROBLEMS[problem["code"]].title
    assert status == PROBLEMS[problem["code"]].status
    return problem


async def print_one_of_two(client: httpx.AsyncClient, editor: Headers) -> None:
    for number, query in ((1, "?publish=true"), (2, "")):
        document = make_issue(number)
        made = await client.post(f"/v1/issues{query}", json=document, headers=editor)
        assert made.status_code == 201, made.text


def assert_bears_what_every_answer_bears(answer: httpx.Response) -> None:
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert {"ETag", "Link", "Location", "Retry-After", "X-Request-Id", "RateLimit"} <= exposed
    assert re.fullmatch(r"req_[0-9a-f]{24}", answer.headers["x-request-id"])
    assert len(answer.headers.get_list("x-request-id")) == 1


def test_there_are_routes_to_walk() -> None:
    """A walk over nothing would pass."""
    assert {"GET /v1/issues/{ref}", "POST /v1/issues", "GET /livez"} <= {r.name for r in ROUTES}
    assert len(WRITING) >= 10


def test_every_route_passes_the_gate() -> None:
    """By its class; GraphQL answers every method itself, and calls the gate itself."""
    app = create_app(Settings(_env_file=None, database_url="sqlite:///none.db"))

    others = [route for route in app.routes if not isinstance(route, AdmittedRoute)]

    assert [(type(route), getattr(route, "path", "")) for route in others] == [
        (StarletteRoute, "/graphql"),
        (WebSocketRoute, "/graphql"),
        (WebSocketRoute, "/{path:path}"),
    ]


# ---------------------------------------------------------------------------- who may


def _lacking() -> Iterator[Any]:
    """Each writing route with each scope that it asks for."""
    for route in WRITING:
        for scope in route.scopes or ():
            yield pytest.param(route, scope, "", id=f"{route.name} {scope}")
        if route.publishes:
            yield pytest.param(route, "issues:publish", "?publish=true", id=f"{route.name} publish")


def test_every_writing_route_asks_for_a_scope() -> None:
    without = {route.name for route in WRITING if not route.scopes}

    assert without == OPEN_TO_ALL


@each_writing
async def test_nobody_may_write(client: httpx.AsyncClient, route: Route) -> None:
    answer = await client.request(route.method, path_of(route), json={})

    problem = problem_of(answer, 401)
    assert problem["code"] == "unauthenticated"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("route", "scope", "query"), list(_lacking()))
async def test_a_key_may_not_write_without_the_scope(
    client: httpx.AsyncClient,
    key: Callable[..., str],
    route: Route,
    scope: Scope,
    query: str,
) -> None:
    """With every other scope, so that none but this one can be what is missed."""
    others = [held for held in SCOPES if held not in {scope, *IMPLIED.get(scope, ())}]

    answer = await client.request(
        route.method, path_of(route) + query, json={}, headers=bearer(key(*others))
    )

    problem = problem_of(answer, 403)
    assert problem["code"] == "missing_scope"
    assert scope in problem["detail"]


@each_reading
async def test_a_reading_route_that_asks_for_a_key_refuses_the_rest(
    client: httpx.AsyncClient, key: Callable[..., str], route: Route
) -> None:
    anonymous = await client.get(path_of(route))
    plain = await client.get(path_of(route), headers=bearer(key()))

    if route.scopes is None:
        assert 401 not in {anonymous.status_code, plain.status_code}
        assert 403 not in {anonymous.status_code, plain.status_code}
    else:
        problem_of(anonymous, 401)
        assert (plain.status_code == 403) is bool(route.scopes)
        assert all(scope in plain.json()["detail"] for scope in route.scopes)


@each_route
async def test_a_wrong_key_is_refused_on_public_routes_too(
    client: httpx.AsyncClient, route: Route
) -> None:
    for credential in ("Bearer amp_nobody_0123456789", "Basic YTpi"):
        answer = await client.request(
            route.method, path_of(route), json={}, headers={"Authorization": credential}
        )
        problem_of(answer, 401)


def test_every_scope_is_asked_for_or_waits_for_its_routes() -> None:
    asked = {scope for route in ROUTES for scope in route.scopes or ()}
    asked |= {"issues:publish" for route in ROUTES if route.publishes}

    assert set(get_args(Scope)) - asked <= {"sync:run"}


# ---------------------------------------------------------------------------- HEAD and methods


@pytest.fixture(scope="module")
async def printed(client: httpx.AsyncClient, editor: Headers) -> None:
    """Issue 1 is published, with something of everything, and the next day's is a draft."""
    await print_one_of_two(client, editor)


@each_reading
@pytest.mark.usefixtures("printed")
async def test_head_answers_as_get_does(
    client: httpx.AsyncClient, editor: Headers, route: Route
) -> None:
    if route.name in NO_HEAD or route.template == "/metrics":  # it counts the asking itself
        return
    path = path_of(route)
    for headers in ({}, editor, {"Accept-Encoding": "identity"}, {"Accept": "image/png"}):
        got = await client.get(path, headers=headers)
        head = await client.head(path, headers=headers)

        assert head.content == b""
        assert head.status_code == got.status_code
        assert _lasting(head) == _lasting(got)


def _lasting(answer: httpx.Response) -> Headers:
    own = {"x-request-id"}
    return {name: value for name, value in answer.headers.items() if name not in own}


@pytest.mark.parametrize("template", TEMPLATES)
async def test_another_method_is_405_and_told_which_there_are(
    client: httpx.AsyncClient, editor: Headers, template: str
) -> None:
    path = template.format(**PATH_VALUES)
    # Alone those of its own template: `/v1/issues/validate` is no issue, though {ref} would fit.
    known = {route.method for route in ROUTES if route.template == template}
    known |= {"HEAD"} if "GET" in known else set()

    for method in {*ODD_METHODS} - known:
        answer = await client.request(method, path, headers=editor)
        if method == "HEAD":
            assert answer.status_code == 405
        else:
            assert problem_of(answer, 405)["code"] == "method_not_allowed"
        allowed = {name.strip() for name in answer.headers["allow"].split(",")}
        assert allowed == known


@pytest.mark.parametrize(
    "path", ["/nowhere", "/v1", "/v1/", "/v1/nothing", "/v1/issues/", "/v1/issues/1/nothing"]
)
async def test_an_unknown_path_is_404_whatever_the_method(
    client: httpx.AsyncClient, editor: Headers, path: str
) -> None:
    for method, headers in itertools.product(ODD_METHODS, ({}, editor)):
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code == 404
        assert_bears_what_every_answer_bears(answer)
        if method != "HEAD":
            assert problem_of(answer, 404)["instance"] == path


# ---------------------------------------------------------------------------- what answers bear


@pytest.mark.parametrize("template", [*TEMPLATES, "/nowhere"])
async def test_a_browser_may_ask_first_everywhere(client: httpx.AsyncClient, template: str) -> None:
    answer = await client.options(
        template.format(**PATH_VALUES),
        headers={
            "Origin": "https://reader.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
        },
    )

    assert answer.status_code == 204
    assert answer.content == b""
    methods = "GET, HEAD, POST" if template == "/graphql" else "GET, HEAD"
    assert answer.headers["access-control-allow-methods"] == methods
    assert answer.headers["access-control-allow-headers"] == "*, Authorization"
    assert answer.headers["access-control-max-age"] == "86400"
    assert_bears_what_every_answer_bears(answer)


@each_reading
@pytest.mark.usefixtures("printed")
async def test_what_is_read_with_a_key_stays_private(
    client: httpx.AsyncClient, editor: Headers, route: Route
) -> None:
    answer = await client.get(path_of(route), headers=editor)

    assert answer.headers["cache-control"] in {"private, no-store", "no-store"}


# ---------------------------------------------------------------------------- parameters

STRICT = [route for route in ROUTES if route.template.startswith("/v1/")]


@pytest.mark.parametrize("route", STRICT, ids=lambda route: route.name)
async def test_an_unknown_parameter_is_400_and_named(
    client: httpx.AsyncClient, editor: Headers, route: Route
) -> None:
    for name in ("never-heard-of", "Limit", "limit[]"):
        answer = await client.request(
            route.method, path_of(route), params={name: "1"}, json={}, headers=editor
        )
        problem = problem_of(answer, 400)
        assert problem["code"] == "unknown_parameter"
        assert problem["errors"][0]["parameter"] == name
        assert name in problem["detail"]


def _parameters() -> Iterator[Any]:
    for route in STRICT:
        for name in route.query_parameters:
            yield pytest.param(route, name, id=f"{route.name}?{name}")


@pytest.mark.parametrize(("route", "name"), list(_parameters()))
async def test_a_doubled_parameter_is_400_and_named(
    client: httpx.AsyncClient, editor: Headers, route: Route, name: str
) -> None:
    twice = f"{path_of(route)}?{name}=1&{name}=1"

    answer = await client.request(route.method, twice, json={}, headers=editor)

    problem = problem_of(answer, 400)
    assert problem["code"] == "invalid_parameter"
    assert problem["errors"][0] | {"detail": ""} == {
        "parameter": name, "code": "doubled", "detail": ""
    }  # fmt: skip


@each_route
async def test_a_key_in_the_url_is_400_everywhere(client: httpx.AsyncClient, route: Route) -> None:
    named = ({name: "1"} for name in ("api_key", "key", "token", "access_token", "API_KEY"))
    for params in (*named, {"limit": "amp_nobody_0123456789"}):
        answer = await client.request(route.method, path_of(route), params=params)
        assert problem_of(answer, 400)["code"] == "key_in_url"
        assert "amp_nobody" not in answer.text


# ---------------------------------------------------------------------------- problems


async def test_every_type_of_problem_has_its_page(client: httpx.AsyncClient) -> None:
    for code, kind in PROBLEMS.items():
        page = await client.get(f"/problems/{code}", headers={"Accept": "text/html"})
        document = await client.get(f"/problems/{code}", headers={"Accept": "application/json"})

        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert kind.title in page.text
        assert document.json()["code"] == code
        assert document.json()["status"] == kind.status


async def test_a_problem_that_there_is_not_has_none(client: httpx.AsyncClient) -> None:
    problem_of(await client.get("/problems/never_heard_of"), 404)


def test_every_class_of_error_answers_with_a_status_that_a_page_explains() -> None:
    explained = {kind.status for kind in PROBLEMS.values()}

    assert set(STATUSES.values()) <= explained


async def test_every_documented_route_is_there_and_the_other_way_round(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    documented = {
        f"{method.upper()} {path}" for path, methods in paths.items() for method in methods
    }

    assert {route.name for route in routes_of(app) if route.template.startswith("/v1/")} <= {
        *documented,
        *NOT_FOR_CLIENTS,
    }
    assert documented <= {
        *(route.name for route in routes_of(app)),
        *(f"HEAD {route.template}" for route in READING),
    }


def test_no_two_routes_are_the_same() -> None:
    names = [route.name for route in ROUTES]

    assert [a for a, b in itertools.pairwise(sorted(names)) if a == b] == []
