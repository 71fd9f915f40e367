"""Of several faults in one request the first in the order of the contract answers."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from app.config import Settings
from tests.conftest import Clock
from tests.factories import issue, lead
from tests.web.rest.conftest import Desk, refusal

LIMIT = 400
CAP = 2_048


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"rate_limit": f"{LIMIT}/900000", "max_body_bytes": CAP},
    )


@dataclass
class Draft:
    """A request in the making."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]
    query: list[str] = field(default_factory=list)
    raw: bytes | None = None
    padding: int = 0

    async def send(self, client: httpx.AsyncClient) -> httpx.Response:
        content = self.raw
        if content is None:
            content = b"" if self.body is None else orjson.dumps(self.body)
        return await client.request(
            self.method,
            f"{self.path}?{'&'.join(self.query)}",
            content=content + b" " * self.padding,
            headers=self.headers,
        )


Fault = Callable[[Draft], object]


@pytest.fixture
async def keys(app: FastAPI, key: Callable[..., str], clock: Clock) -> dict[str, str]:
    """A key for each thing that can be wrong with one."""
    soon = clock() + timedelta(seconds=30)
    scopes = ("issues:write", "issues:publish", "keys:manage")
    made = {
        "good": key(*scopes),
        "lacking": key("drafts:read"),
        "spent": key(*scopes),
        "spent, lacking": key("drafts:read"),
        "expired": key(*scopes, expires_at=soon),
        "expired, lacking": key("drafts:read", expires_at=soon),
        "expired, spent": key(*scopes, expires_at=soon),
    }
    for name in made:
        if "spent" in name:
            prefix = made[name].split("_")[1]
            for _ in range(LIMIT + 1):
                await app.state.limiter.hit(f"key:{prefix}")
    clock.advance(seconds=60)
    return made


def _faults(keys: dict[str, str]) -> dict[str, tuple[int, str, Fault]]:
    """Faults of a PUT to an issue in print, in the order of the contract."""

    def bears(name: str) -> Fault:
        return lambda draft: draft.headers.update({"Authorization": f"Bearer {keys[name]}"})

    def says(**members: Any) -> Fault:
        return lambda draft: draft.body.update(members)

    def with_header(name: str, value: str) -> Fault:
        return lambda draft: draft.headers.update({name: value})

    def at(path: str, method: str | None = None) -> Fault:
        def move(draft: Draft) -> None:
            draft.path, draft.method = path, method or draft.method

        return move

    def asks(query: str) -> Fault:
        return lambda draft: draft.query.append(query)

    def pads(draft: Draft) -> None:
        draft.padding = CAP

    def breaks(draft: Draft) -> None:
        draft.raw = b'{"title": NaN}'

    return {
        "host": (400, "bad_host", with_header("Host", "a b")),
        "key in URL": (400, "key_in_url", asks("token=x")),
        "path": (404, "not_found", at("/v1/nothing")),
        "method": (405, "method_not_allowed", at("/v1/issues/95", "POST")),
        "401": (401, "expired_key", bears("expired")),
        "403": (403, "missing_scope", bears("lacking")),
        "429": (429, "rate_limited", bears("spent")),
        "parameter": (400, "unknown_parameter", asks("colour=red")),
        "415": (415, "unsupported_media_type", with_header("Content-Type", "text/plain")),
        "413": (413, "body_too_large", pads),
        "missing": (404, "issue_not_found", at("/v1/issues/96")),
        "428": (428, "precondition_required", lambda draft: draft.headers.pop("If-Match", None)),
        "412": (412, "precondition_failed", with_header("If-Match", '"r0.0.x"')),
        "malformed": (400, "malformed_json", breaks),
        "state": (409, "identity_in_print", says(slug="other")),
        "content": (422, "validation_failed", says(titel=1)),
        "taken": (409, "identity_in_print", says(date="2026-05-04")),
    }


# Two faults that need one place of the request: such a request cannot be written.
_EXCLUSIVE = (
    {"path", "method", "missing"},
    {"428", "412"},
    {"malformed", "state", "content", "taken"},
)
_COMBINED_KEYS = {
    ("401", "403"): "expired, lacking",
    ("401", "429"): "expired, spent",
    ("403", "429"): "spent, lacking",
}


async def test_each_fault_alone_has_its_answer(
    desk: Desk, keys: dict[str, str], client: httpx.AsyncClient
) -> None:
    await desk.create(issue(number=95), publish=True)

    found = {name: refusal(await _wrong(keys, name).send(client)) for name in list(_faults(keys))}

    assert found == {name: (status, code) for name, (status, code, _) in _faults(keys).items()}


def _wrong(keys: dict[str, str], *names: str) -> Draft:
    draft = Draft(
        "PUT",
        "/v1/issues/95",
        {"sections": [lead()]},
        {
            "Authorization": f"Bearer {keys['good']}",
            "If-Match": "*",
            "Content-Type": "application/json",
        },
    )
    faults = _faults(keys)
    for name in names:
        faults[name][2](draft)
    if names in _COMBINED_KEYS:
        draft.headers["Authorization"] = f"Bearer {keys[_COMBINED_KEYS[names]]}"
    return draft


async def test_of_two_faults_the_earlier_one_answers(
    desk: Desk, keys: dict[str, str], client: httpx.AsyncClient
) -> None:
    await desk.create(issue(number=95), publish=True)
    faults = _faults(keys)
    pairs = [
        pair
        for pair in itertools.combinations(faults, 2)
        if not any(exclusive.issuperset(pair) for exclusive in _EXCLUSIVE)
        or pair in {("state", "content")}
    ]

    found = {pair: refusal(await _wrong(keys, *pair).send(client)) for pair in pairs}

    assert found == {pair: faults[pair[0]][:2] for pair in pairs}


async def test_a_path_without_a_route_is_a_404_for_every_method(public: Desk) -> None:
    found = {m: (await public.send(m, "/v1/nothing")).status_code for m in ("GET", "POST", "BREW")}

    assert found == {"GET": 404, "POST": 404, "BREW": 404}


Arranged = Callable[[Desk], Awaitable[None]]


async def test_malformed_json_before_the_state(desk: Desk) -> None:
    """The state that forbids a schedule follows from the issue, whatever the body says."""
    await desk.create(issue(number=95), publish=True)
    path, if_match = "/v1/issues/95/schedule", {"If-Match": "*"}

    malformed = await desk.send("POST", path, content=b"{", headers=if_match)
    state = await desk.write("POST", path, {"publish_at": "banana"})
    state_without_object = await desk.write("POST", path, [])

    assert refusal(malformed) == (400, "malformed_json")
    assert refusal(state) == (409, "already_published")
    assert refusal(state_without_object) == (409, "already_published")


async def test_the_content_before_what_is_taken(desk: Desk) -> None:
    await desk.create(issue(number=95))
    await desk.create(issue(number=96, date="2026-05-04"))
    both = {"number": 95, "titel": 1}

    answers = [
        await desk.send("POST", "/v1/issues", json={"date": "2026-05-05", **both}),
        await desk.write("PUT", "/v1/issues/96", both),
        await desk.write("PATCH", "/v1/issues/96", both),
    ]

    assert [refusal(answer) for answer in answers] == [(422, "validation_failed")] * 3


async def test_the_state_before_a_read_field(desk: Desk) -> None:
    await desk.create(issue(number=95), publish=True)

    answer = await desk.write("PATCH", "/v1/issues/95", {"number": 96, "status": "draft"})

    assert refusal(answer) == (409, "identity_in_print")


async def test_the_state_of_a_publish_before_its_lead(desk: Desk) -> None:
    await desk.create(issue(number=95), publish=True)
    await desk.patch(95, {"sections": []})

    scheduled = await desk.write(
        "POST", "/v1/issues/95/schedule", {"publish_at": "2026-05-09T00:00:00Z"}
    )
    published = await desk.write("POST", "/v1/issues/95/publish")

    assert refusal(scheduled) == (409, "already_published")
    assert refusal(published) == (422, "validation_failed")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Type": "text/plain"}, (415, "unsupported_media_type")),
        ({"Idempotency-Key": "a b"}, (400, "invalid_idempotency_key")),
        ({"Authorization": "Bearer x"}, (401, "invalid_key")),
    ],
)
async def test_what_comes_before_the_replay_is_judged_every_time(
    desk: Desk, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    sent = {"Idempotency-Key": "a", "Content-Type": "application/json"}
    await desk.send("POST", "/v1/issues", content=b'{"date": "2026-05-03"}', headers=sent)

    again = await desk.send(
        "POST", "/v1/issues", content=b'{"date": "2026-05-03"}', headers={**sent, **headers}
    )

    assert refusal(again) == expected


async def test_a_body_too_large_before_the_replay(desk: Desk) -> None:
    headers = {"Idempotency-Key": "a"}
    content = b'{"date": "2026-05-03"}'
    await desk.send("POST", "/v1/issues", content=content, headers=headers)

    again = await desk.send("POST", "/v1/issues", content=content + b" " * CAP, headers=headers)

    assert refusal(again) == (413, "body_too_large")


async def test_a_reused_key_before_malformed_json(desk: Desk) -> None:
    headers = {"Idempotency-Key": "a"}
    await desk.send("POST", "/v1/issues", content=b'{"date": "2026-05-03"}', headers=headers)

    again = await desk.send("POST", "/v1/issues", content=b"{", headers=headers)

    assert refusal(again) == (422, "idempotency_key_reused")


READS: dict[str, tuple[str, tuple[int, str]]] = {
    "scope before parameters": ("/v1/issues?status=draft&limit=0", (401, "unauthenticated")),
    "scope before unknown ones": ("/v1/issues?status=all&colour=red", (401, "unauthenticated")),
    "parameters before the issue": ("/v1/issues/95?fields=colour", (400, "invalid_parameter")),
    "key before parameters": ("/v1/issues/95/revisions?limit=0", (401, "unauthenticated")),
}


@pytest.mark.parametrize("pair", READS)
async def test_a_read_has_the_same_order(public: Desk, pair: str) -> None:
    path, expected = READS[pair]

    assert refusal(await public.get(path)) == expected


async def test_the_form_of_a_read_before_the_missing_issue(public: Desk) -> None:
    answer = await public.get("/v1/issues/95", accept="image/png")
    parameter_first = await public.get("/v1/issues/95?fields=x", accept="image/png")

    assert refusal(answer) == (406, "not_acceptable")
    assert refusal(parameter_first) == (400, "invalid_parameter")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_a_write_to_latest_is_refused_before_any_key_is_read(
    public: Desk, method: str
) -> None:
    answers = [
        await public.send(method, "/v1/issues/latest"),
        await public.send("POST", "/v1/issues/latest/publish"),
        await public.send("PATCH", "/v1/issues/latest/sections/x"),
        await public.send("POST", "/v1/issues/latest/revisions/1/restore"),
    ]

    assert [refusal(answer) for answer in answers] == [(405, "method_not_allowed")] * 4
    assert answers[0].headers["allow"] == "GET, HEAD"
