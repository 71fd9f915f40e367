"""One bad subject costs no other: it is noted, asked for less often, and shown with its status."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import Clock
from tests.sampling import sampled
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream, reply

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

FORBIDDEN = {"type": "FORBIDDEN", "message": "Although you appear to have the correct …"}
NODE_ERRORS: dict[str, dict[str, Any]] = {
    "an IP allow list": FORBIDDEN,
    "SAML": {**FORBIDDEN, "extensions": {"saml_failure": True}},
    "the lifetime of a token": {"type": "FORBIDDEN", "message": "forbids access via a …"},
    "an outage of one": {"type": "SERVICE_UNAVAILABLE", "message": "Try again."},
    "no type": {"message": "Something went wrong while executing your query."},
}
BLOCKED = (403, {"message": "Repository access blocked", "block": {"reason": "tos"}})
SUBJECT = "/v1/trending/github/repository/lab/repo-1"


async def read(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    response = await client.get(address)
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown


def part_of(run: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(part for part in run["sources"] if part["name"] == name)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(list(NODE_ERRORS), one_in=2))
async def test_one_refused_node_costs_no_other(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, clock: Clock, name: str
) -> None:
    for number in range(2001, 2201):
        upstream.add_repository(number, f"lab/more-{number}", stars=number)
    await run_day()
    upstream.unlisted = set(upstream.repositories) - {1040}
    upstream.node_errors = {1001: NODE_ERRORS[name]}

    run = await run_day()

    subject = await read(client, SUBJECT)
    health = (await read(client, "/v1/sync/sources"))["data"]
    part = part_of(run, "github")
    assert (part["status"], part["observations"], part["refused"]) == ("complete", 239, 1)
    assert subject["status"] == "refused"
    assert subject["status_since"] == clock.now.isoformat().replace("+00:00", "Z")
    assert {each["name"]: each["refused"] for each in health} == {"huggingface": 0, "github": 1}


@pytest.mark.trial
async def test_what_is_refused_is_asked_less_and_less_often(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.unlisted = {1}
    upstream.refused = {1: (403, {"error": "Access to this resource is disabled."})}
    asked = []
    for _ in range(9):
        upstream.requests.clear()
        run = await run_day()
        assert run["status"] == "complete", run
        asked.append(any(r.url.path.endswith("lab/model-1") for r in upstream.requests))

    upstream.refused.clear()
    for _ in range(8):
        await run_day()

    # At once, after 1 day, 2 and 4.
    assert asked == [True, True, False, True, False, False, False, True, False]
    subject = await read(client, "/v1/trending/huggingface/model/lab/model-1")
    assert subject["status"] == "active"
    assert len(subject["history"]) == 3


@pytest.mark.slow
@pytest.mark.parametrize("status", [403, 451, 500])
async def test_one_model_that_is_not_shown_costs_no_other(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, status: int
) -> None:
    await run_day()
    upstream.unlisted = {1, 2, 3, 4}
    upstream.refused = {1: (status, {"error": "…"})}

    run = await run_day()

    part = part_of(run, "huggingface")
    assert (part["status"], part["observations"], part["refused"]) == ("complete", 42, 1)
    shown = await read(client, "/v1/trending/huggingface/model/lab/model-1")
    assert shown["status"] == "refused"


@pytest.mark.slow
async def test_a_source_that_fails_by_id_refuses_nobody(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.unlisted = {1, 2, 3}
    upstream.refused = dict.fromkeys(upstream.models, (500, {}))

    run = await run_day()

    part = part_of(run, "huggingface")
    assert (part["status"], part["reason"]) == ("partial", "model: server_error")
    assert part["refused"] == 0
    shown = await read(client, "/v1/trending/huggingface/model/lab/model-1")
    assert shown["status"] == "active"


@pytest.mark.slow
@pytest.mark.parametrize("is_with_token", [True, False])
async def test_a_blocked_repository_does_not_use_up_the_turn(
    client: httpx.AsyncClient,
    run_day: RunDay,
    upstream: Upstream,
    request: pytest.FixtureRequest,
    is_with_token: bool,
) -> None:
    if not is_with_token:
        request.getfixturevalue("without_token")
    upstream.node_errors = {1001: {"type": "FORBIDDEN", "message": "blocked"}}
    await run_day()
    upstream.unlisted = set(range(1001, 1031))
    upstream.refused = {1001: BLOCKED}

    run = await run_day()

    part = part_of(run, "github")
    assert (part["status"], part["observations"], part["refused"]) == ("complete", 39, 1)
    assert (await read(client, SUBJECT))["status"] == "refused"


@pytest.mark.slow
async def test_archived_and_disabled_are_seen_and_stand_on_no_board(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    for number, members in ((1001, {"archived": True}), (1002, {"disabled": True}), (1003, {})):
        upstream.repositories[number].update(stargazers_count=5000, **members)
    run = await run_day()

    names = [f"/v1/trending/github/repository/lab/repo-{number}" for number in (1, 2, 3)]
    statuses = [(await read(client, name))["status"] for name in names]
    board = await read(client, "/v1/trending?source=github&kind=repository&window=day")
    movers = await read(client, "/v1/trending/movers?source=github&kind=repository&window=day")
    assert run["status"] == "complete"
    assert statuses == ["archived", "disabled", "active"]
    assert (await read(client, names[0]))["latest"]["stars"] == 5000
    assert [entry["external_id"] for entry in board["data"]] == ["lab/repo-3"]
    assert [entry["external_id"] for entry in movers["data"]] == ["lab/repo-3"]


@pytest.mark.slow
async def test_without_a_token_archived_repositories_take_turns_like_others(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, without_token: None
) -> None:
    for number in range(2001, 2061):
        upstream.add_repository(number, f"lab/more-{number}", stars=number)
    await run_day()
    upstream.unlisted = set(range(2001, 2061))
    for number in range(2001, 2031):
        upstream.repositories[number]["archived"] = True

    seen: list[int] = []
    for _ in range(4):
        upstream.requests.clear()
        await run_day()
        paths = [request.url.path for request in upstream.requests]
        seen += [int(path[14:]) for path in paths if path.startswith("/repositories/")]

    assert set(seen) == set(range(2001, 2061))
    assert max(seen.count(number) for number in range(2031, 2061)) >= 2
    assert {seen.count(number) for number in range(2001, 2031)} == {1}


@pytest.mark.slow
async def test_a_mass_of_absences_is_doubted(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    """Living things that answer 404 by id, while those on the listing do so too."""
    await run_day()
    upstream.unlisted = {*range(1, 8), *range(1001, 1008)}
    upstream.is_id_lookup_broken = True
    runs = [await run_day(days=days) for days in (1, 0.05, 1)]

    shown = await read(client, SUBJECT)
    parts = [part_of(run, "github") for run in runs]
    assert [part["reason"] for part in parts] == ["repository: doubtful_absence"] * 3
    assert shown["status"] == "active"
    assert "model: doubtful_absence" in part_of(runs[0], "huggingface")["reason"]


@pytest.mark.slow
async def test_gone_needs_two_days(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.repositories.pop(1001)
    statuses = []
    for days in (1, 0.05, 0.9):
        await run_day(days=days)
        statuses.append((await read(client, SUBJECT))["status"])

    assert statuses == ["active", "active", "gone"]


@pytest.mark.slow
async def test_a_true_mass_of_absences_is_believed_after_a_week(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    for number in range(1001, 1021):
        upstream.repositories.pop(number)
    statuses = []
    for _ in range(8):
        run = await run_day()
        statuses.append((await read(client, SUBJECT))["status"])

    assert part_of(run, "github")["reason"] == "repository: mass_absence"
    assert statuses == ["active"] * 7 + ["gone"]
    assert part_of(await run_day(), "github")["status"] == "complete"


@pytest.mark.trial
async def test_what_is_gone_is_looked_for_again_rarely(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    row = upstream.repositories.pop(1001)
    asked = []
    for day in range(26):
        upstream.requests.clear()
        if day == 24:
            upstream.repositories[1001] = row
            upstream.unlisted = {1001}
        await run_day()
        asked.append(any(r.url.path == "/repositories/1001" for r in upstream.requests))

    assert [day for day, was_asked in enumerate(asked) if was_asked] == [0, 1, 8, 22]
    await run_day(days=30)
    assert (await read(client, SUBJECT))["status"] == "active"


@pytest.mark.slow
async def test_a_private_repository_that_our_token_sees_is_gone(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    upstream.repositories[1001].update(private=True, stargazers_count=4242)
    await run_day()
    await run_day()

    shown = await read(client, SUBJECT)
    assert shown["status"] == "gone"
    assert shown["latest"]["stars"] == 1001


@pytest.mark.slow
async def test_ids_beyond_32_bits_and_other_forms_of_node_ids(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream
) -> None:
    upstream.add_repository(2**31 + 5, "lab/late", stars=700)
    await run_day()
    upstream.unlisted = {2**31 + 5, 1001}
    upstream.repositories[1001]["node_id"] = "MDEwOlJlcG9zaXRvcnkxMDAx"
    run = await run_day()

    late = await read(client, "/v1/trending/github/repository/lab/late")
    first = await read(client, SUBJECT)
    assert part_of(run, "github")["observations"] == 41
    assert (late["upstream_id"], len(late["history"])) == (str(2**31 + 5), 2)
    assert (len(first["names"]), len(first["history"])) == (1, 2)


@pytest.mark.slow
async def test_search_down_keeps_nobody_from_being_read_by_id(
    run_day: RunDay, upstream: Upstream
) -> None:
    await run_day()
    for down in (
        lambda: reply({}, 503),
        lambda: reply({}, 503, {"retry-after": "3600"}),
        lambda: reply({"total_count": 0, "incomplete_results": False, "items": []}),
    ):
        upstream.requests.clear()
        upstream.fault = lambda request, down=down: (
            down() if request.url.path == "/search/repositories" else None
        )
        run = await run_day()

        part = part_of(run, "github")
        searched = [r for r in upstream.requests if r.url.path == "/search/repositories"]
        assert (part["status"], part["observations"]) == ("partial", 40)
        assert len(searched) <= 26


async def test_after_a_secondary_limit_inside_a_200_nothing_more_is_sent(
    run_day: RunDay, upstream: Upstream
) -> None:
    told = {"data": None, "errors": [{"message": "You have exceeded a secondary rate limit."}]}
    await run_day()
    upstream.unlisted = {1001}
    upstream.requests.clear()
    upstream.fault = lambda request: reply(told) if request.url.path == "/graphql" else None

    run = await run_day()

    at_github = [r.url.path for r in upstream.requests if r.url.host == "git.test"]
    assert at_github[-1] == "/graphql"
    assert at_github.count("/graphql") == 1
    assert part_of(run, "github")["reason"] == "repository: rate_limited"


async def test_names_in_another_letter_case_lead_to_their_bearer(
    client: httpx.AsyncClient, run_day: RunDay
) -> None:
    await run_day()

    moved = await client.get("/v1/trending/github/repository/LAB/Repo-1")

    assert moved.status_code == 308
    assert moved.headers["location"].endswith("/v1/trending/github/repository/lab/repo-1")


@pytest.mark.trial
async def test_a_mass_of_papers_is_followed_and_let_go_after_60_days(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, clock: Clock
) -> None:
    day = clock.now.date() + timedelta(days=1)
    for number in range(1, 1200):
        upstream.add_paper(f"2605.{number:05}", 10 + number % 90, f"{day}")
    upstream.add_paper("hep-th/9901001", 40, f"{day}")
    for start in range(0, 1200, 100):
        shown = dict(list(upstream.papers.items())[start : start + 100])
        upstream.fault = lambda request, shown=shown: (
            reply([{"paper": paper} for paper in shown.values()])
            if request.url.path == "/api/daily_papers" and "month" not in request.url.params
            else None
        )
        run = await run_day(days=0.06)
    health = {s["name"]: s for s in (await read(client, "/v1/sync/sources"))["data"]}
    upstream.requests.clear()
    run = await run_day()

    assert part_of(run, "huggingface")["status"] == "complete", run
    assert health["huggingface"]["subjects"] >= 1200
    assert len([r for r in upstream.requests if "daily_papers" in r.url.path]) <= 20
    board = await read(client, "/v1/trending/movers?source=huggingface&kind=paper&window=day")
    assert board["board"]["tracked"] == 1200
    old = await client.get("/v1/trending/huggingface/paper/hep-th/9901001")
    assert old.status_code == 200

    upstream.fault = None
    upstream.papers = {}
    for number in range(1, 101):
        upstream.add_paper(f"2607.{number:05}", 10, f"{day + timedelta(days=60)}")
    upstream.requests.clear()
    run = await run_day(days=61)
    assert part_of(run, "huggingface")["status"] == "complete", run
    assert [r for r in upstream.requests if r.url.path.startswith("/api/papers")] == []
