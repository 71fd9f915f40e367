"""Counting by windows: who is counted, what is told, and what happens without a store."""

import asyncio
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec, module_from_spec

import pytest
from fastapi import FastAPI
from hypothesis import given, strategies as st

from app.config import Settings
from app.content.access import PUBLIC, Principal
from app.web.limits import rate_limit
from app.web.limits.rate_limit import MemoryWindows, Quota, RateLimiter
from app.web.limits.windows import StoreAway
from tests.web.conftest import Clock, Keys, client_of

pytestmark = pytest.mark.anyio


def limiter(
    *trusted: str, clock: Clock | None = None, rate: tuple[int, int] = (2, 60)
) -> RateLimiter:
    return RateLimiter(rate, MemoryWindows((clock or Clock()).seconds), trusted)


async def test_each_counted_answer_tells_what_is_left(
    make_bare_app: Callable[..., FastAPI], fake_clock: Clock
) -> None:
    async with client_of(make_bare_app(rate_limit="2/60")) as client:
        first = await client.get("/v1/issues")
        fake_clock.now += timedelta(seconds=17.5)
        second = await client.get("/v1/issues?limit=0")
        third = await client.get("/v1/issues")
        fake_clock.now += timedelta(seconds=42.5)
        next_window = await client.get("/v1/issues")

    answers = [first, second, third, next_window]
    assert [answer.status_code for answer in answers] == [200, 400, 429, 200]
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"default";q=2;w=60'}
    assert [answer.headers["ratelimit"] for answer in answers] == [
        '"default";r=1;t=60',
        '"default";r=0;t=43',
        '"default";r=0;t=43',
        '"default";r=1;t=60',
    ]
    assert third.headers["retry-after"] == "43"
    assert third.json()["code"] == "rate_limited"


@pytest.mark.parametrize("path", ["/livez", "/metrics", "/v1/limits"])
async def test_what_is_not_counted_bears_the_policy_only(
    make_bare_app: Callable[..., FastAPI], path: str
) -> None:
    async with client_of(make_bare_app(rate_limit="1/60")) as client:
        await client.get("/v1/issues")
        answers = [await client.get(path) for _ in range(3)]

    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["ratelimit-policy"] == '"default";q=1;w=60'
        assert "ratelimit" not in answer.headers


async def test_a_look_at_the_limits_counts_nothing(make_bare_app: Callable[..., FastAPI]) -> None:
    async with client_of(make_bare_app(rate_limit="5/60")) as client:
        await client.get("/v1/issues")
        looks = [(await client.get("/v1/limits")).json()["remaining"] for _ in range(2)]

    assert looks == [4, 4]


async def test_a_limit_of_zero_is_off_and_says_nothing(
    make_bare_app: Callable[..., FastAPI],
) -> None:
    async with client_of(make_bare_app(rate_limit="0")) as client:
        answers = [await client.get(path) for path in ("/v1/issues", "/v1/limits")]

    assert answers[1].json() == {"remaining": None}
    assert not any(name.startswith("ratelimit") for a in answers for name in a.headers)


async def test_keys_and_addresses_are_counted_apart(
    make_bare_app: Callable[..., FastAPI], fake_keys: Keys
) -> None:
    app = make_bare_app(rate_limit="1/60")

    async with client_of(app) as here, client_of(app, "192.0.2.2") as there:
        answers = [
            await here.get("/v1/issues"),
            await there.get("/v1/issues"),
            await here.get("/v1/issues", headers=fake_keys.give()),
            await here.get("/v1/issues"),
        ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("client", "forwarded_for", "counted"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7, 10.0.0.9", "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, nonsense, 10.0.0.9", "10.0.0.9"),
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.1", "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::1", "198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:ffff::1", None, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", None, "fe80::/64"),
        ("::ffff:192.0.2.1", None, "192.0.2.1"),
        ("/run/socket", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_the_address_is_the_last_that_a_trusted_proxy_has_seen(
    client: str | None, forwarded_for: str | None, counted: str
) -> None:
    counting = limiter("10.0.0.0/8", "::1")

    identity = counting.identity_of(PUBLIC, client, forwarded_for)

    assert identity == f"address:{counted}"


@given(st.text(alphabet="0123456789abcdef.:,[]% ", max_size=120))
def test_no_forwarded_header_breaks_the_reader(forwarded_for: str) -> None:
    identity = limiter("10.0.0.1").identity_of(PUBLIC, "10.0.0.1", forwarded_for)

    assert identity.startswith("address:")


def test_a_key_is_counted_by_its_prefix() -> None:
    principal = Principal(key_id=1, prefix="ab12", name="script", granted=())

    assert limiter().identity_of(principal, "192.0.2.1", None) == "key:ab12"


async def test_a_hit_too_many_is_exceeded_and_leaves_nothing() -> None:
    counting = limiter(rate=(1, 10))

    quotas = [await counting.hit("a"), await counting.hit("a"), await counting.hit("b")]

    assert quotas == [
        Quota(limit=1, remaining=0, reset_seconds=10, window=10),
        Quota(limit=1, remaining=0, reset_seconds=10, window=10, exceeded=True),
        Quota(limit=1, remaining=0, reset_seconds=10, window=10),
    ]


async def test_an_identity_without_a_window_has_the_whole_quota() -> None:
    assert await limiter().look("a") == Quota(limit=2, remaining=2, reset_seconds=60, window=60)


@pytest.mark.slow
@pytest.mark.parametrize("step", [-3_600, 3_600], ids=["back", "forward"])
async def test_a_step_of_the_clock_moves_no_window(
    monkeypatch: pytest.MonkeyPatch, step: float
) -> None:
    """Windows last as long as they say, whatever becomes of the time of day."""
    true_time, offset = time.time, 0.0
    monkeypatch.setattr(time, "time", lambda: true_time() + offset)
    spec = find_spec("app.web.limits.rate_limit")
    assert spec is not None
    assert spec.loader is not None
    fresh = module_from_spec(spec)  # a copy that takes its clock from here
    spec.loader.exec_module(fresh)
    limiter = fresh.RateLimiter.from_settings(Settings(_env_file=None, rate_limit="1/2"))
    before = await limiter.hit("a")
    offset = step

    within = await limiter.hit("a")
    newcomer = await limiter.hit("b")
    await asyncio.sleep(2.05)
    after = await limiter.hit("a")

    assert (before.remaining, before.reset_seconds, before.exceeded) == (0, 2, False)
    assert within is not None
    assert (within.exceeded, within.reset_seconds in {1, 2}) == (True, True)
    assert newcomer == before
    assert after == before


async def test_less_than_a_second_of_a_window_is_told_as_one() -> None:
    """Redis tells whole seconds, and rounds the last half of one down to none."""

    class Rounding(MemoryWindows):
        async def get_expiry(self, key: str) -> float:
            return self.now()

    limiter = RateLimiter((2, 60), Rounding(Clock().seconds))

    assert await limiter.hit("a") == Quota(limit=2, remaining=1, reset_seconds=1, window=60)
    assert await limiter.look("b") == Quota(limit=2, remaining=2, reset_seconds=60, window=60)


async def test_ended_windows_are_forgotten(fake_clock: Clock) -> None:
    windows = MemoryWindows(fake_clock.seconds)
    for name in "abc":
        await windows.incr(name, 60)
        fake_clock.now += timedelta(seconds=25)

    assert [await windows.get(name) for name in "abc"] == [0, 1, 1]
    assert await windows.get_expiry("a") == fake_clock.seconds()


async def test_there_is_an_end_to_what_one_process_remembers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limit, "MAX_IDENTITIES", 2)
    windows = MemoryWindows()
    for name in "aabc":
        await windows.incr(name, 60)

    assert [await windows.get(name) for name in "abc"] == [0, 1, 1]


async def test_without_its_store_the_paper_is_still_read(
    make_bare_app: Callable[..., FastAPI],
) -> None:
    class Away(MemoryWindows):
        async def incr(self, key: str, expiry: int) -> int:
            raise StoreAway from ConnectionError("refused")

        async def get(self, key: str) -> int:
            raise StoreAway from ConnectionError("refused")

    app = make_bare_app()
    app.state.limiter = RateLimiter((1, 60), Away())

    async with client_of(app) as client:
        answer = await client.get("/v1/issues")
        limits = await client.get("/v1/limits")

    assert answer.status_code == 200
    assert answer.headers["ratelimit-policy"] == '"default";q=1;w=60'
    assert "ratelimit" not in answer.headers
    assert limits.json() == {"remaining": None}


@pytest.mark.end_to_end
@pytest.mark.skipif(find_spec("redis") is None, reason="the package redis is not installed")
async def test_a_shared_store_that_does_not_answer_lets_requests_pass(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings = Settings(rate_limit="1/60", redis_url=f"redis://127.0.0.1:{port}")
    limiter = RateLimiter.from_settings(settings)

    quotas = [await limiter.hit("a"), await limiter.look("a")]

    assert quotas == [None, None]
    assert not limiter.counts_at_once
    assert [record.message for record in caplog.records] == [
        "rate_limit_store_away reason=ConnectionError"
    ] * 2


def test_settings_that_cannot_be_used_are_named() -> None:
    with pytest.raises(ValueError, match=r"trusted_proxies\n.*'here' is not an IP address"):
        Settings(trusted_proxies=("here",))
    assert Settings(trusted_proxies=("unix", "10.0.0.0/8")).trusted_proxies[0] == "unix"
    with pytest.raises(ValueError, match="MORNINGPOST_REDIS_URL must begin"):
        RateLimiter.from_settings(Settings(redis_url="http://localhost"))


def test_the_settings_make_a_limiter() -> None:
    made = RateLimiter.from_settings(Settings(rate_limit="7/30"))

    assert made.policy == '"default";q=7;w=30'


@pytest.mark.skipif(find_spec("redis") is not None, reason="the package is here")
@pytest.mark.parametrize("scheme", ["redis", "rediss", "valkey"])
def test_a_missing_package_is_named_and_the_password_is_not(scheme: str) -> None:
    with pytest.raises(ValueError, match="needs the package redis") as caught:
        RateLimiter.from_settings(Settings(redis_url=f"{scheme}://:hunter2@localhost:6379"))

    assert "hunter2" not in str(caught.value)
