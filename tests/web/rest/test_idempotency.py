"""The same Idempotency-Key any number of times is one effect, and one answer."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Engine, func, select

from app.models.idempotency import IdempotencyRecord
from tests.conftest import Clock
from tests.factories import issue, whole_issue
from tests.sampling import examples
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.databases_in_turn

DAY = 24 * 3600.0


async def post(
    desk: Desk, document: Any = None, *, key: str = "a", path: str = "/v1/issues"
) -> httpx.Response:
    body = issue() if document is None else document
    return await desk.send("POST", path, json=body, headers={"Idempotency-Key": key})


async def _total(desk: Desk) -> int:
    return int((await desk.read("/v1/issues?status=all"))["page"]["total"])


async def test_a_repetition_gives_the_first_answer_again(desk: Desk) -> None:
    first = await post(desk)
    await desk.patch(1, {"title": "Changed since"})

    again = await post(desk)

    assert (again.status_code, again.content) == (201, first.content)
    for name in ("location", "etag", "content-type", "cache-control"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert await _total(desk) == 1


async def test_quoted_and_bare_are_the_same_key(desk: Desk) -> None:
    first = await post(desk, key="a-1")

    again = await post(desk, key='"a-1"')

    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/v1/issues", b'{"date": "2026-05-04"}'),
        ("/v1/issues", b'{ "date": "2026-05-03"}'),
        ("/v1/issues?publish=true", b'{"date": "2026-05-03"}'),
        ("/v1/issues?publish=false", b'{"date": "2026-05-03"}'),
    ],
)
async def test_another_payload_or_query_is_refused(desk: Desk, path: str, content: bytes) -> None:
    headers = {"Idempotency-Key": "a"}
    await desk.send("POST", "/v1/issues", content=b'{"date": "2026-05-03"}', headers=headers)

    answer = await desk.send("POST", path, content=content, headers=headers)

    assert refusal(answer) == (422, "idempotency_key_reused")
    assert await _total(desk) == 1


async def test_another_api_key_has_its_own_keys(desk: Desk, holder: Callable[..., Desk]) -> None:
    await post(desk, {"date": "2026-05-03"})

    answer = await post(holder("issues:write"), {"date": "2026-05-04"})

    assert (answer.status_code, answer.json()["number"]) == (201, 2)


async def test_another_path_has_its_own_keys(desk: Desk) -> None:
    headers = {"Idempotency-Key": "a"}
    await post(desk)
    for ref in ("1", "2026-05-03"):
        shown = await desk.write("POST", f"/v1/issues/{ref}/publish", **headers)
        assert "idempotent-replayed" not in shown.headers

    made = await post(desk, {"name": "b"}, path="/v1/keys")

    assert made.status_code == 201
    assert made.json()["key"].startswith("amp_")


async def test_a_method_without_idempotency_keys_pays_them_no_heed(desk: Desk) -> None:
    """PUT, PATCH and DELETE may be repeated as they are: the ETag sees to it."""
    await post(desk)
    for title in ("One", "Two"):
        answer = await desk.write(
            "PATCH", "/v1/issues/1", {"title": title}, **{"Idempotency-Key": "a"}
        )
        assert answer.json()["title"] == title
        assert "idempotent-replayed" not in answer.headers


async def test_a_refusal_is_judged_anew(desk: Desk) -> None:
    await desk.create(issue(number=7, date="2026-05-04"))
    document = {"date": "2026-05-03", "number": 7}

    refused = await post(desk, document)
    await desk.write("DELETE", "/v1/issues/7")
    done = await post(desk, document)

    assert refusal(refused) == (409, "number_taken")
    assert (done.status_code, done.json()["number"]) == (201, 7)
    assert "idempotent-replayed" not in done.headers


async def test_a_refusal_does_not_hold_the_key(desk: Desk) -> None:
    refused = await post(desk, {"date": "banana"})

    done = await post(desk, {"date": "2026-05-03"})

    assert (refused.status_code, done.status_code) == (422, 201)


async def test_an_answer_is_kept_for_seven_days(desk: Desk, clock: Clock) -> None:
    first = await post(desk)
    clock.advance(seconds=7 * DAY)

    again = await post(desk)

    assert (again.status_code, again.content) == (201, first.content)


async def test_after_seven_days_a_request_is_new(desk: Desk, clock: Clock, engine: Engine) -> None:
    for number in range(3):
        await post(desk, {"date": f"2026-05-1{number}"}, key=f"old-{number}")
    clock.advance(seconds=7 * DAY + 1)

    same = await post(desk, {"date": "2026-05-10"}, key="old-0")
    other = await post(desk, {"date": "2026-05-20"}, key="old-1")
    again = await post(desk, {"date": "2026-05-20"}, key="old-1")

    assert refusal(same) == (409, "date_taken")
    assert (other.status_code, other.json()["number"]) == (201, 4)
    assert again.content == other.content
    with engine.connect() as connection:
        kept = connection.execute(select(func.count()).select_from(IdempotencyRecord)).scalar_one()
    assert kept == 1, "what nobody can ask for any more is swept away"


async def test_a_replayed_key_is_null(desk: Desk) -> None:
    wanted = {"name": "b", "scopes": ["sync:run"]}

    first = await post(desk, wanted, path="/v1/keys")
    again = await post(desk, wanted, path="/v1/keys")

    assert again.json() == {**first.json(), "key": None}
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert (await desk.read("/v1/keys"))["page"]["total"] == 2


ACTIONS: dict[str, Any] = {
    "publish": None,
    "unpublish": None,
    "schedule": {"publish_at": "2026-05-04T06:00:00Z"},
    "revisions/1/restore": None,
}


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_action_is_replayed_before_its_precondition_is_judged(
    desk: Desk, action: str
) -> None:
    """The ETag moved because of the first request: a repetition must not stumble over that."""
    await desk.create(whole_issue())
    await desk.patch(95, {"title": "Second"})
    if action == "unpublish":
        await desk.act(95, "publish")
    etag = (await desk.get("/v1/issues/95")).headers["etag"]
    path = f"/v1/issues/95/{action}"

    first = await desk.write(
        "POST", path, ACTIONS[action], if_match=etag, **{"Idempotency-Key": "a"}
    )
    await desk.patch(95, {"title": "Third"})
    again = await desk.write(
        "POST", path, ACTIONS[action], if_match=etag, **{"Idempotency-Key": "a"}
    )
    bare = await desk.send("POST", path, json=ACTIONS[action], headers={"Idempotency-Key": "a"})
    new = await desk.write("POST", path, ACTIONS[action], if_match=etag, **{"Idempotency-Key": "b"})

    assert first.status_code == 200, first.text
    for answer in (again, bare):
        assert (answer.status_code, answer.content) == (200, first.content)
        assert answer.headers["etag"] == first.headers["etag"]
        assert answer.headers["idempotent-replayed"] == "true"
    assert refusal(new) == (412, "precondition_failed")


async def test_an_issue_that_is_gone_is_replayed_too(desk: Desk) -> None:
    await desk.create(whole_issue())
    path, headers = "/v1/issues/95/schedule", {"Idempotency-Key": "a"}
    first = await desk.write("POST", path, ACTIONS["schedule"], **headers)
    await desk.act(95, "unpublish")
    await desk.write("DELETE", "/v1/issues/95")

    again = await desk.write("POST", path, ACTIONS["schedule"], **headers)

    assert (again.status_code, again.content) == (200, first.content)
    assert await desk.find(95) is None


async def test_the_scope_is_judged_before_the_replay(
    desk: Desk, key: Callable[..., str], holder: Callable[..., Desk]
) -> None:
    """A key that lost its right gets no answer out of the record; nor does another key."""
    await post(desk, path="/v1/issues?publish=true")

    reader = await post(holder("drafts:read"), path="/v1/issues?publish=true")
    writer = await post(holder("issues:write"), path="/v1/issues?publish=true")
    nobody = await post(Desk(desk.client), path="/v1/issues?publish=true")

    assert refusal(reader) == (403, "missing_scope")
    assert refusal(writer) == (403, "missing_scope")
    assert refusal(nobody) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "keys",
    [[""], ['""'], ["x" * 256], ["a b"], ['"a'], ["é"], ["a\x7f"], ["a", "b"], ["a", "a"]],
    ids=ascii,
)
async def test_a_malformed_key_is_refused(desk: Desk, keys: list[str]) -> None:
    request = desk.client.build_request(
        "POST",
        "/v1/issues",
        json=issue(),
        headers=[
            *desk.headers.items(),
            *((b"Idempotency-Key", key.encode("latin-1")) for key in keys),
        ],  # type: ignore[arg-type]
    )

    answer = await desk.client.send(request)

    assert refusal(answer) == (400, "invalid_idempotency_key")
    assert await _total(desk) == 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    "given_key", ["a", "!", "x" * 255, '"a b"', '"\\""', '"' + "x" * 255 + '"']
)
async def test_a_key_has_1_to_255_characters(desk: Desk, given_key: str) -> None:
    answers = [await post(desk, key=given_key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert await _total(desk) == 1


@pytest.mark.both_databases
async def test_equal_requests_at_the_same_time_are_one(desk: Desk) -> None:
    answers = await asyncio.gather(*(post(desk) for _ in range(5)))

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (201, answers[0].content)
    }
    replayed = [answer.headers.get("idempotent-replayed") for answer in answers]
    assert sorted(replayed, key=str) == [None, "true", "true", "true", "true"]
    assert await _total(desk) == 1


_days = itertools.count()


@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2)), max_size=8))
async def test_any_number_of_times_is_one_effect(
    desk: Desk, requests: list[tuple[str, int]]
) -> None:
    """Against a model: what each key was first used for, and what was made."""
    turn = next(_days)
    kept: dict[str, tuple[int, bytes]] = {}
    made: set[int] = set()
    before = await _total(desk)

    for name, payload in requests:
        day = date(2026, 1, 1) + timedelta(days=3 * turn + payload)
        answer = await post(desk, {"date": day.isoformat()}, key=f"{turn}-{name}")
        if name in kept:
            expected = 201 if kept[name][0] == payload else 422
            assert expected == 422 or answer.content == kept[name][1]
        else:
            expected = 409 if payload in made else 201
        assert answer.status_code == expected
        if expected == 201 and name not in kept:
            kept[name] = (payload, answer.content)
            made.add(payload)

    assert await _total(desk) == before + len(made)
