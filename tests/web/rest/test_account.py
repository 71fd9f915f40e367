"""What a caller may know of itself, of the limits, and of the paper's frame."""

from collections.abc import Callable

import pytest

from app.config import Settings
from tests.conftest import Clock
from tests.web.rest.conftest import Desk, refusal

pytestmark = pytest.mark.databases_in_turn

LIMITS = {
    "rate_limit": {"requests": 600, "window_seconds": 60},
    "max_body_bytes": 1_048_576,
    "body_timeout_seconds": 30,
    "page": {"default": 20, "max": 100},
    "max_sections": 50,
    "idempotency_key_days": 7,
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": "600/60"})


async def test_me_tells_a_key_all_about_itself(holder: Callable[..., Desk], clock: Clock) -> None:
    caller = holder("issues:write", "sync:run")
    first = await caller.read("/v1/me")
    clock.advance(seconds=5)
    second = await caller.get("/v1/me")

    prefix = caller.headers["Authorization"].split("_")[1]
    assert first == {
        "prefix": prefix,
        "name": "holder 1",
        "scopes": ["issues:write", "sync:run"],
        "expires_at": None,
        "last_used_at": None,
        "limits": LIMITS,
    }
    assert second.json()["last_used_at"] == "2026-05-03T06:00:00Z"
    assert second.headers["cache-control"] == "private, no-store"


async def test_me_needs_some_key_and_no_scope(public: Desk, holder: Callable[..., Desk]) -> None:
    answer = await public.get("/v1/me")

    assert refusal(answer) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert (await holder().read("/v1/me"))["scopes"] == []


async def test_limits_are_public_and_not_counted(public: Desk) -> None:
    answer = await public.get("/v1/limits")

    assert answer.json() == LIMITS
    assert answer.headers["ratelimit-policy"] == '"default";q=600;w=60'
    assert "ratelimit" not in answer.headers


async def test_the_publication_frames_an_issue(public: Desk) -> None:
    shown = await public.read("/v1/publication")

    assert list(shown) == [
        *("title", "tagline", "motto", "established", "place", "language"),
        *("rubrics", "feeds", "subscribe"),
    ]
    assert shown["title"] == "The AI Morning Post"
    assert {rubric["kind"]: rubric["heading"] for rubric in shown["rubrics"]}["tools"] == (
        "Tools of the Week"
    )
    assert len(shown["rubrics"]) == 9
    assert [feed["url"] for feed in shown["feeds"]] == [
        f"http://paper.test/feeds/issues.{ending}" for ending in ("atom", "rss", "json")
    ]
