"""Checked numbers from the outside: the claims of an issue, and the warnings before it is read."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.config import Settings
from app.models.sighting import Look, Sighting
from app.models.source import source_named
from tests.conftest import Clock
from tests.counted import counted
from tests.factories import Document, entry, issue, lead
from tests.snapshots import record
from tests.web.rest.conftest import Desk, refusal

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

OPENBB = "OpenBB-finance/OpenBB"
CLAIMS = "/v1/issues/95/claims"


async def observe(app: FastAPI, clock: Clock, stars: Mapping[str, int], *, hours_ago: float) -> int:
    """Record stars of repositories; the id of the snapshot."""
    at = clock() - timedelta(hours=hours_ago)
    seen = [
        Sighting(
            upstream_id=name,
            external_id=name,
            name=name.rpartition("/")[2],
            url=source_named("github").page_of(kind="repository", external_id=name),
            stars=count,
            forks=count // 10,
        )
        for name, count in stars.items()
    ]
    look = Look("github", "repository", at, "complete", sightings=seen, listed=len(seen))
    return await record(app.state.database, look)


def paper(body: str, **members: Any) -> Document:
    return issue(number=95, sections=[lead(body=body, significance=5, **members)])


async def test_claims_are_read_as_the_contract_has_them(
    app: FastAPI, client: httpx.AsyncClient, desk: Desk, clock: Clock
) -> None:
    await observe(app, clock, {OPENBB: 65_460}, hours_ago=7 * 24 + 6)
    snapshot = await observe(app, clock, {OPENBB: 66_912}, hours_ago=6)
    box = {"items": [{"label": "Financial AI", "value": "66.9k GitHub stars"}]}
    document = paper(
        "The OpenBB platform's 66.9k GitHub stars.\n\nOpenBB gained 9,000 stars this week.",
        metrics=box,
    )
    document["sections"].append({"kind": "trending", "entries": [entry(OPENBB, stars=65_460)]})
    await desk.create(document, publish=True)

    read = await client.get(CLAIMS)

    first, change, in_box, in_entry = read.json()["data"]
    observed_at = (clock() - timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%S")
    assert read.json()["summary"] == {
        "supported": 1,
        "contradicted": 1,
        "stale": 1,
        "unknown": 1,
    }
    assert first.pop("observed").pop("observed_at").startswith(observed_at)
    url = f"https://github.com/{OPENBB}"
    subject = {"source": "github", "kind": "repository", "external_id": OPENBB, "url": url}
    assert first == {
        "pointer": "/sections/0/body",
        "text": "66.9k GitHub stars",
        "subject": subject,
        "counter": "stars",
        "value": 66_900,
        "is_change": False,
        "window": None,
        "verdict": "supported",
    }
    assert (change["is_change"], change["window"], change["value"]) == (True, "week", 9_000)
    assert change["verdict"] == "contradicted"
    assert change["observed"]["value"] == 1_452
    assert change["observed"]["snapshot_id"] == snapshot
    assert change["observed"]["source_url"] == url
    assert in_box["pointer"] == "/sections/0/metrics/items/0/value"
    assert (in_box["subject"], in_box["verdict"]) == (None, "unknown")
    assert in_entry["pointer"] == "/sections/1/entries/0/stars"
    assert (in_entry["verdict"], in_entry["observed"]["value"]) == ("stale", 65_460)


async def test_claims_are_cached_until_issue_or_trends_change(
    app: FastAPI, client: httpx.AsyncClient, desk: Desk, clock: Clock
) -> None:
    await desk.create(paper("OpenBB has 66,912 stars."), publish=True)
    unknown = await client.get(CLAIMS)
    tag = {"If-None-Match": unknown.headers["etag"]}

    assert unknown.headers["cache-control"].startswith("public, max-age=")
    assert (await client.get(CLAIMS, headers=tag)).status_code == 304
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=6)
    seen = await client.get(CLAIMS, headers=tag)
    assert seen.json()["summary"]["supported"] == 1
    await desk.send(
        "PATCH",
        "/v1/issues/95?publish=true",
        json={"sections": [lead(body="OpenBB has 1,912 stars.")]},
        headers={"If-Match": "*"},
    )
    assert (await client.get(CLAIMS)).json()["summary"]["contradicted"] == 1


async def test_claims_of_a_draft_are_hidden_like_the_draft(
    app: FastAPI, client: httpx.AsyncClient, desk: Desk, clock: Clock
) -> None:
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=6)
    await desk.create(paper("OpenBB has 66,912 stars."))

    shown = await desk.send("GET", CLAIMS)

    assert refusal(await client.get(CLAIMS)) == (404, "issue_not_found")
    assert shown.headers["cache-control"] == "private, no-store"
    assert shown.json()["summary"]["supported"] == 1


async def test_a_number_is_compared_with_what_was_seen_before_it_was_printed(
    app: FastAPI, client: httpx.AsyncClient, desk: Desk, clock: Clock
) -> None:
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=47)
    await desk.create(paper("OpenBB has 66,912 stars."), publish=True)
    clock.advance(seconds=3600)
    await observe(app, clock, {OPENBB: 99_999}, hours_ago=0)

    assert (await client.get(CLAIMS)).json()["summary"]["supported"] == 1


async def test_an_observation_of_more_than_two_days_leaves_a_true_number_stale(
    app: FastAPI, client: httpx.AsyncClient, desk: Desk, clock: Clock
) -> None:
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=49)
    await desk.create(paper("OpenBB has 66,912 stars, and PyTorch 5,000 stars."), publish=True)

    assert (await client.get(CLAIMS)).json()["summary"] == {
        "supported": 0,
        "contradicted": 0,
        "stale": 1,
        "unknown": 1,
    }


async def test_validation_and_publication_warn_of_wrong_numbers(
    app: FastAPI, desk: Desk, clock: Clock
) -> None:
    await observe(app, clock, {OPENBB: 66_000}, hours_ago=30)
    await observe(app, clock, {OPENBB: 66_912}, hours_ago=6)
    document = paper("OpenBB has 66,000 stars.\n\nOpenBB has 70.1k stars.")

    checked = (await desk.send("POST", "/v1/issues/validate", json=document)).json()
    created = await desk.create(document)
    published = await desk.send("POST", "/v1/issues/95/publish", headers={"If-Match": "*"})

    wrong, old = [each for each in checked["warnings"] if each["code"].startswith("number_")]
    assert checked["valid"] is True
    assert wrong.pop("detail").startswith("Printed: 70.1k stars. Observed: OpenBB-finance/OpenBB")
    assert wrong == {
        "pointer": "/sections/0/body",
        "code": "number_contradicted",
        "printed": "70.1k stars",
        "observed": 66_912,
    }
    assert (old["code"], old["printed"], old["observed"]) == (
        "number_stale",
        "66,000 stars",
        66_000,
    )
    assert "warnings" not in created
    assert [each["code"] for each in published.json()["warnings"]] == [
        "number_contradicted",
        "number_stale",
    ]
    shown = await desk.send("GET", "/v1/issues/95")
    assert published.headers["etag"].rpartition(".")[0] == shown.headers["etag"].rpartition(".")[0]
    again = published.json()
    sent = await desk.send("PUT", "/v1/issues/95", json=again, headers={"If-Match": "*"})
    assert sent.status_code == 200


class TestRefusing:
    """With MORNINGPOST_REFUSE_CONTRADICTED."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"refuse_contradicted": True})

    async def test_a_contradicted_number_is_not_published(
        self, app: FastAPI, client: httpx.AsyncClient, desk: Desk, clock: Clock
    ) -> None:
        await observe(app, clock, {OPENBB: 66_912}, hours_ago=6)
        await desk.create(paper("OpenBB has 70.1k stars."))

        refused = await desk.send("POST", "/v1/issues/95/publish", headers={"If-Match": "*"})

        assert refusal(refused) == (422, "validation_failed")
        (fault,) = refused.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/sections/0/body", "number_contradicted")
        assert (await client.get("/v1/issues/95")).status_code == 404


async def test_names_are_read_once_for_a_version_of_the_trends(
    app: FastAPI, desk: Desk, clock: Clock
) -> None:
    await observe(app, clock, {f"acme/r{each}x": 100 for each in range(50)}, hours_ago=6)
    await desk.create(paper("acme/r7x has 100 stars."))
    await desk.send("GET", CLAIMS)

    with counted() as statements:
        await desk.send("GET", CLAIMS)

    reads_names = [each for each in statements if "lower_external_id" in each or "bore" in each]
    assert reads_names == []
    assert len(statements) <= 6
