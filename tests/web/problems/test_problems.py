"""Problem documents: for our errors, the framework's, the database's and everybody's."""

import logging
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app import errors
from app.errors import ContentInvalid, Fault, MorningPostError
from app.web.problems.handlers import STATUSES, problem_document, status_of
from app.web.problems.registry import PROBLEMS
from tests.web.conftest import Keys, client_of

pytestmark = pytest.mark.anyio

APP = Path(errors.__file__).parent
RAISED = re.compile(
    r"\b(?P<cls>[A-Z]\w+)\(\s*\"(?P<code>[a-z][a-z_]+)\"|\bcode=\"(?P<named>[a-z][a-z_]+)\""
)


def concrete(cls: type[MorningPostError]) -> set[type[MorningPostError]]:
    return {cls}.union(*(concrete(sub) for sub in cls.__subclasses__()))


def raised_codes() -> set[tuple[str, str]]:
    names = {cls.__name__ for cls in concrete(MorningPostError)}
    found = set()
    for file in APP.rglob("*.py"):
        for match in RAISED.finditer(file.read_text()):
            if match["cls"] in names:
                found.add((match["cls"], match["code"]))
    return found


async def test_one_of_ours_becomes_a_whole_problem_document(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/errors/taken?secret=1")

    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {
        "type": "https://post.example/problems/number_taken",
        "title": "Number taken",
        "status": 409,
        "detail": "Number 95 is taken; update issue 95.",
        "instance": "/errors/taken",
        "code": "number_taken",
        "request_id": response.headers["x-request-id"],
    }


async def test_faults_are_listed_up_to_a_hundred_and_cut(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/errors/invalid")

    listed = response.json()["errors"]
    assert response.status_code == 422
    assert len(listed) == 100
    assert set(listed[0]) == {"pointer", "code", "detail"}
    assert len(listed[0]["pointer"]) == 200


async def test_a_failed_precondition_sends_the_present_etag(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/errors/changed")

    assert response.status_code == 412
    assert response.headers["etag"] == '"r8.41.ab"'


async def test_an_unknown_path_is_a_problem_too(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/nowhere/" + "x" * 500)

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
    assert len(response.json()["instance"]) == 200


@pytest.mark.parametrize(
    ("path", "instance"),
    [
        ("//evil.example/x", "/evil.example/x"),
        ("http://evil.example/x", "/"),
        ("*", "/"),
        ("/caf\xe9 \x00", "/caf%C3%A9%20%00"),
    ],
)
def test_an_instance_never_leads_to_another_host(path: str, instance: str) -> None:
    document = problem_document(
        code="not_found", status=404, detail="", public_url="https://post.example", instance=path
    )

    assert document["instance"] == instance


async def test_a_path_that_does_not_parse_does_not_exist(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/v1/runs/seven")

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/issues/95", "GET, HEAD, PUT"),
        ("PATCH", "/v1/issues", "GET, HEAD, POST"),
        ("GET", "/v1/issues/95/publish", "POST"),
        ("BREW", "/livez", "GET, HEAD"),
    ],
)
async def test_a_refused_method_names_those_of_all_routes_of_the_path(
    bare: httpx.AsyncClient, method: str, path: str, allow: str
) -> None:
    response = await bare.request(method, path)

    assert response.status_code == 405
    assert response.headers["allow"] == allow
    assert response.json()["code"] == "method_not_allowed"


async def test_an_unexpected_error_is_masked_and_logged(
    bare: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await bare.get("/errors/boom")

    assert response.status_code == 500
    assert response.json()["code"] == "internal_error"
    assert "hunter2" not in response.text
    request_id = response.headers["x-request-id"]
    logged = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(logged) == 1
    assert request_id in logged[0].getMessage()
    assert logged[0].exc_info is not None


async def test_a_database_that_is_away_is_a_503(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/errors/pool")

    assert response.status_code == 503
    assert response.json()["code"] == "database_away"
    assert int(response.headers["retry-after"]) >= 1


async def test_another_error_of_the_database_is_masked(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/errors/constraint")

    assert response.status_code == 500
    assert "UNIQUE" not in response.text


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("limit=101", ("limit", "out_of_range", "must be at most 100.")),
        ("limit=0", ("limit", "out_of_range", "must be at least 1.")),
        ("limit=many", ("limit", "wrong_type", "must be an integer.")),
        ("limit=", ("limit", "wrong_type", "must be an integer.")),
        ("limit=1.5", ("limit", "wrong_type", "must be an integer.")),
        ("limit=" + "9" * 5000, ("limit", "out_of_range", "is too large.")),
        ("kind=zebra", ("kind", "not_one_of", "must be one of lead, brief.")),
        (
            "kind=leed",
            ("kind", "not_one_of", "must be one of lead, brief. Did you mean 'lead'?"),
        ),
        ("from=2026-05-03T", ("from", "wrong_length", "must have at most 10 characters.")),
    ],
)
async def test_a_bad_parameter_is_named_and_its_value_never_repeated(
    bare: httpx.AsyncClient, query: str, fault: tuple[str, str, str]
) -> None:
    response = await bare.get(f"/v1/issues?{query}")

    name, code, detail = fault
    assert response.status_code == 400
    assert response.json()["code"] == "invalid_parameter"
    sentence = f"The parameter {name} {detail}"
    assert response.json()["detail"] == sentence
    assert response.json()["errors"] == [{"parameter": name, "code": code, "detail": sentence}]
    assert len(response.content) < 600


async def test_several_bad_parameters_are_named_at_once(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/v1/issues?limit=0&kind=zebra")

    assert [fault["parameter"] for fault in response.json()["errors"]] == ["limit", "kind"]


def test_every_class_of_error_has_a_status() -> None:
    assert concrete(errors.Refused) - {errors.Refused} | {errors.DatabaseAway} == set(STATUSES)
    assert status_of(MorningPostError("internal_error", "")) == 500


def test_every_code_that_is_raised_is_registered_under_the_status_of_its_class() -> None:
    raised = raised_codes()

    assert len(raised) > 15
    unknown = {code for _, code in raised} - set(PROBLEMS)
    assert unknown == set()
    for cls, code in raised:
        assert PROBLEMS[code].status == STATUSES[getattr(errors, cls)], (cls, code)


def test_a_code_nobody_registered_still_makes_a_document() -> None:
    document = problem_document(
        code="brand_new",
        status=400,
        detail="\ud800 amp_ab12_secret",
        public_url="https://post.example",
        faults=[Fault("", "wrong", "No.", parameter="limit")],
    )

    assert document == {
        "type": "https://post.example/problems/brand_new",
        "title": "Problem",
        "status": 400,
        "detail": "? amp_REDACTED",
        "code": "brand_new",
        "errors": [{"parameter": "limit", "code": "wrong", "detail": "No."}],
    }


@pytest.mark.parametrize("code", sorted(PROBLEMS))
async def test_each_code_has_a_page(bare: httpx.AsyncClient, code: str) -> None:
    response = await bare.get(f"/problems/{code}", headers={"Accept": "text/html,*/*;q=0.8"})

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'self'"
    )
    assert response.headers["etag"]
    assert "public" in response.headers["cache-control"]
    assert PROBLEMS[code].title in response.text
    assert f"https://post.example/problems/{code}" in response.text
    assert "<script" not in response.text


async def test_a_script_reads_the_page_as_json(bare: httpx.AsyncClient) -> None:
    response = await bare.get("/problems/not_found", headers={"Accept": "application/json"})

    kind = PROBLEMS["not_found"]
    assert response.json() == {
        "type": "https://post.example/problems/not_found",
        "code": "not_found",
        "status": 404,
        "title": kind.title,
        "meaning": kind.meaning,
        "remedy": kind.remedy,
    }
    assert "Accept" in response.headers["vary"].split(", ")


async def test_the_index_lists_every_code(bare: httpx.AsyncClient) -> None:
    page = await bare.get("/problems", headers={"Accept": "text/html"})
    listed = await bare.get("/problems", headers={"Accept": "application/json"})
    style = await bare.get("/problems/style.css")

    assert all(f'href="/problems/{code}"' in page.text for code in PROBLEMS)
    assert [kind["code"] for kind in listed.json()["data"]] == list(PROBLEMS)
    assert style.headers["content-type"] == "text/css; charset=utf-8"


async def test_an_unknown_code_and_an_unknown_form_are_problems(bare: httpx.AsyncClient) -> None:
    unknown = await bare.get("/problems/<script>")
    form = await bare.get("/problems/not_found", headers={"Accept": "image/png"})

    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (form.status_code, form.json()["code"]) == (406, "not_acceptable")


async def test_a_key_in_a_detail_or_a_path_is_redacted(bare_app: FastAPI, fake_keys: Keys) -> None:
    async def refuse() -> None:
        raise ContentInvalid("validation_failed", "The title amp_ab12_verysecret is too long.")

    bare_app.add_api_route("/say/{word}", refuse)
    async with client_of(bare_app) as client:
        response = await client.get("/say/amp_ab12_verysecret")

    assert response.status_code == 422
    assert "verysecret" not in response.text


async def test_problems_can_be_installed_without_the_middleware(
    make_bare_app: Callable[..., FastAPI],
) -> None:
    app = make_bare_app()
    app.user_middleware.clear()

    async with client_of(app) as client:
        response = await client.get("/errors/boom")

    assert response.status_code == 500
    assert response.json()["request_id"].startswith("req_")
