"""Validators, 304, freshness and content codings."""

import gzip
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta

import brotli  # type: ignore[import-untyped]
import httpx
import pytest
import zstandard
from fastapi import FastAPI
from hypothesis import given, strategies as st

from app.entity_tag import etag_of, issue_stem
from app.web.http.conditional import entity_tags, matches_revision
from app.web.http.negotiation import Encoding
from app.web.http.representation import Freshness, encoded
from tests.web.conftest import BODY, NOW, Clock, Keys, client_of

pytestmark = pytest.mark.anyio

URL = "/v1/issues/95"
HOUR_AGO = NOW - timedelta(hours=1)
HOUR_AGO_TEXT = "Sun, 03 May 2026 05:00:00 GMT"


async def test_a_read_answers_whole_with_all_its_validators(
    bare_app: FastAPI, bare: httpx.AsyncClient
) -> None:
    bare_app.state.freshness = Freshness(last_modified=HOUR_AGO)

    response = await bare.get(URL)

    assert response.status_code == 200
    assert response.content == BODY
    stem = issue_stem(revision=7, issue_id=41)
    assert response.headers["etag"] == etag_of(BODY, media_type="application/json", stem=stem)
    assert response.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    assert response.headers["vary"] == "Accept-Encoding, Authorization, Accept"
    assert response.headers["last-modified"] == HOUR_AGO_TEXT
    assert response.headers["content-length"] == str(len(BODY))
    assert response.headers["link"] == "</v1/issues>"


@pytest.mark.parametrize(
    "condition", ["{etag}", "W/{etag}", '"x", {etag}', '"a,b", W/{etag} , "c"', "*"]
)
async def test_a_known_etag_is_a_304_without_body(bare: httpx.AsyncClient, condition: str) -> None:
    whole = await bare.get(URL)

    headers = {
        "If-None-Match": condition.format(etag=whole.headers["etag"]),
        "Cache-Control": "no-cache",
        "If-Modified-Since": "Mon, 01 Jan 1990 00:00:00 GMT",
    }
    response = await bare.get(URL, headers=headers)

    assert response.status_code == 304
    assert response.content == b""
    for name in ("etag", "cache-control", "vary"):
        assert response.headers[name] == whole.headers[name]
    assert "content-length" not in response.headers
    assert "content-type" not in response.headers


@pytest.mark.parametrize("condition", ['"other"', "", "r7.41.abc", '"r7.41'])
async def test_another_etag_wins_over_a_date_that_matches(
    bare_app: FastAPI, bare: httpx.AsyncClient, condition: str
) -> None:
    bare_app.state.freshness = Freshness(last_modified=HOUR_AGO)

    headers = {"If-None-Match": condition, "If-Modified-Since": HOUR_AGO_TEXT}
    response = await bare.get(URL, headers=headers)

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (HOUR_AGO_TEXT, 304),
        ("Sunday, 03-May-26 05:00:00 GMT", 304),
        ("Sun May  3 05:00:00 2026", 304),
        ("Sun, 03 May 2026 05:30:00 GMT", 304),
        ("Sun, 03 May 2026 04:59:59 GMT", 200),
        ("2026-05-03T05:00:00Z", 200),
        ("yesterday", 200),
        ("Sun, 99 May 2026 05:00:00 GMT", 200),
        ("x" * 10_000, 200),
    ],
)
async def test_a_date_is_honoured_in_its_three_forms_and_ignored_otherwise(
    bare_app: FastAPI, bare: httpx.AsyncClient, since: str, status: int
) -> None:
    bare_app.state.freshness = Freshness(last_modified=HOUR_AGO + timedelta(milliseconds=700))

    response = await bare.get(URL, headers={"If-Modified-Since": since})

    assert response.status_code == status


async def test_last_modified_waits_until_its_second_is_over(
    bare_app: FastAPI, bare: httpx.AsyncClient, fake_clock: Clock
) -> None:
    bare_app.state.freshness = Freshness(last_modified=NOW + timedelta(milliseconds=300))

    fake_clock.now = NOW + timedelta(milliseconds=900)
    within = await bare.get(URL)
    fake_clock.now = NOW + timedelta(seconds=1)
    after = await bare.get(URL)

    assert "last-modified" not in within.headers
    assert after.headers["last-modified"] == "Sun, 03 May 2026 06:00:00 GMT"


@pytest.mark.parametrize(
    ("next_change_at", "cache_control"),
    [
        (NOW + timedelta(seconds=3600), "public, max-age=60, stale-while-revalidate=600"),
        (NOW + timedelta(seconds=60), "public, max-age=60"),
        (NOW + timedelta(seconds=30.9), "public, max-age=30"),
        (NOW + timedelta(seconds=0.5), "public, max-age=0"),
        (NOW - timedelta(seconds=5), "public, max-age=0"),
    ],
)
async def test_freshness_ends_before_the_next_publication(
    bare_app: FastAPI, bare: httpx.AsyncClient, next_change_at: datetime, cache_control: str
) -> None:
    bare_app.state.freshness = Freshness(next_change_at=next_change_at)

    response = await bare.get(URL)

    assert response.headers["cache-control"] == cache_control


async def test_freshness_follows_the_settings(make_bare_app: Callable[..., FastAPI]) -> None:
    async with client_of(make_bare_app(max_age=5, stale_while_revalidate=0)) as client:
        response = await client.get(URL)

    assert response.headers["cache-control"] == "public, max-age=5"


async def test_what_is_read_with_a_key_is_private_and_still_validated(
    bare: httpx.AsyncClient, fake_keys: Keys
) -> None:
    key = fake_keys.give()

    whole = await bare.get(URL, headers=key)
    again = await bare.get(URL, headers=key | {"If-None-Match": whole.headers["etag"]})

    assert whole.headers["cache-control"] == "private, no-store"
    assert again.status_code == 304
    assert again.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("encoding", "decode"),
    [
        ("gzip", gzip.decompress),
        ("br", brotli.decompress),
        ("zstd", lambda body: zstandard.ZstdDecompressor().decompress(body)),
    ],
)
async def test_each_coding_is_a_representation_with_its_own_etag(
    bare: httpx.AsyncClient, encoding: str, decode: Callable[[bytes], bytes]
) -> None:
    plain = await bare.get(URL)

    async with bare.stream("GET", URL, headers={"Accept-Encoding": encoding}) as response:
        raw = b"".join([chunk async for chunk in response.aiter_raw()])
    again = await bare.get(
        URL, headers={"Accept-Encoding": encoding, "If-None-Match": response.headers["etag"]}
    )

    assert response.headers["content-encoding"] == encoding
    assert response.headers["content-length"] == str(len(raw))
    assert decode(raw) == BODY
    assert response.headers["etag"] != plain.headers["etag"]
    assert again.status_code == 304


async def test_a_short_answer_is_sent_as_it_is(bare: httpx.AsyncClient) -> None:
    response = await bare.get(
        "/problems/not_found", headers={"Accept": "application/json", "Accept-Encoding": "gzip"}
    )

    assert "content-encoding" not in response.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Unmodified-Since": HOUR_AGO_TEXT}, 200),
        ({"If-Unmodified-Since": "Sun, 03 May 2026 04:00:00 GMT"}, 412),
    ],
)
async def test_a_read_keeps_its_own_preconditions(
    bare_app: FastAPI, bare: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    bare_app.state.freshness = Freshness(last_modified=HOUR_AGO)

    response = await bare.get(URL, headers=headers)

    assert response.status_code == status


def test_the_same_bytes_are_coded_alike_every_time() -> None:
    for encoding in ("gzip", "br", "zstd"):
        assert encoded(BODY, encoding) == encoded(BODY, encoding)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_an_encoded_body_occupies_its_length(encoding: Encoding) -> None:
    body = b"Open weights " * 10_000
    encoded(body, encoding)
    tracemalloc.start()
    try:
        packed = encoded(body, encoding)
        occupied, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(packed) < len(body) / 100
    assert occupied < len(packed) + 1_024


def test_an_etag_depends_on_body_media_type_and_coding() -> None:
    tags = {
        etag_of(b"a", media_type="application/json"),
        etag_of(b"b", media_type="application/json"),
        etag_of(b"a", media_type="text/markdown"),
        etag_of(b"a", media_type="application/json", encoding="gzip"),
        etag_of(b"a", media_type="application/json", stem="r1.2"),
    }

    assert len(tags) == 5


@pytest.mark.parametrize(
    ("if_match", "matches"),
    [
        ("*", True),
        (" * ", True),
        ('"r7.41.0123"', True),
        ('"r7.41.other-coding"', True),
        ('"x,y", "r7.41.0123"', True),
        ('W/"r7.41.0123"', False),
        ('"r7.410.0123"', False),
        ('"r8.41.0123"', False),
        ('"r17.41.0123"', False),
        ('"r7.41"', False),
        ("r7.41.0123", False),
        ("", False),
        ('"*"', False),
    ],
)
def test_a_write_compares_revision_and_issue_alone(if_match: str, matches: bool) -> None:
    assert matches_revision(if_match, revision=7, issue_id=41) is matches


def test_a_list_of_tags_may_hold_commas_and_is_bounded() -> None:
    assert list(entity_tags('"a,b" , W/"c"')) == [(False, "a,b"), (True, "c")]
    assert len(list(entity_tags('"a",' * 5000))) == 100


@given(st.text(alphabet='*W/",ar7.41 \t', max_size=200))
def test_no_list_of_tags_breaks_the_comparison(if_match: str) -> None:
    assert matches_revision(if_match, revision=7, issue_id=41) in {True, False}


@given(st.lists(st.text(alphabet="ab,.*", max_size=8)))
def test_tags_are_read_back_as_they_were_listed(tags: list[str]) -> None:
    assert [tag for _, tag in entity_tags(", ".join(f'"{tag}"' for tag in tags))] == tags
