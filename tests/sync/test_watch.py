"""The watch list: what is followed whatever discovery finds."""

from typing import Any

import httpx
import pytest

from app.config import Settings
from app.sync.github_queries import MAX_SEARCHES, Discovery, searches
from tests.conftest import Clock
from tests.sync.conftest import RunDay
from tests.sync.upstream import Upstream, reply

pytestmark = [pytest.mark.anyio, pytest.mark.databases_in_turn]

WATCH = "/v1/watch"
HIDDEN = {"source": "github", "kind": "repository", "external_id": "Lab/Hidden"}


@pytest.mark.slow
@pytest.mark.usefixtures("service")
async def test_what_is_watched_is_followed_though_no_search_finds_it(
    client: httpx.AsyncClient, run_day: RunDay, upstream: Upstream, editor: dict[str, str]
) -> None:
    upstream.add_repository(5000, "lab/hidden", stars=2500)
    upstream.add_model(5001, "lab/quiet", likes=40)
    upstream.unlisted = {5000, 5001}
    quiet = {"source": "huggingface", "kind": "model", "external_id": "lab/quiet"}
    lost = {**HIDDEN, "external_id": "lab/nowhere"}
    added = [
        await client.post(WATCH, json=wanted, headers=editor) for wanted in (HIDDEN, quiet, lost)
    ]
    await run_day()
    upstream.repositories[5000]["stargazers_count"] += 70
    await run_day()

    listed = (await client.get(WATCH, headers=editor)).json()["data"]
    shown = (await client.get("/v1/trending/github/repository/lab/hidden")).json()
    assert [answer.status_code for answer in added] == [201] * 3
    assert [(each["subject"], each["reason"]) for each in listed] == [
        (None, "not_found"),
        ("lab/quiet", None),
        ("lab/hidden", None),
    ]
    assert [each["stars"] for each in shown["history"]] == [2500, 2570]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({**HIDDEN, "external_id": "lab/HIDDEN"}, 409, "already_watched"),
        ({**HIDDEN, "kind": "paper"}, 422, "validation_failed"),
        ({**HIDDEN, "external_id": "a b"}, 422, "validation_failed"),
        ({"source": "github"}, 422, "validation_failed"),
    ],
)
async def test_a_wrong_entry_is_refused(
    client: httpx.AsyncClient,
    editor: dict[str, str],
    wanted: dict[str, Any],
    status: int,
    code: str,
) -> None:
    await client.post(WATCH, json=HIDDEN, headers=editor)

    refused = await client.post(WATCH, json=wanted, headers=editor)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await client.get(WATCH, headers=editor)).json()["page"]["total"] == 1


async def test_a_name_with_capitals_beyond_ascii_is_watched_once(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    """SQLite lowers ASCII letters alone."""
    wanted = {**HIDDEN, "external_id": "Lp/uÄAÏ"}
    added = await client.post(WATCH, json=wanted, headers=editor)
    again = await client.post(WATCH, json=wanted, headers=editor)

    assert (added.status_code, again.status_code) == (201, 409)
    assert again.json()["code"] == "already_watched"


async def test_an_entry_can_be_removed_once(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    added = (await client.post(WATCH, json=HIDDEN, headers=editor)).json()

    answers = [
        await client.delete(f"{WATCH}/{added['id']}", headers=editor),
        await client.delete(f"{WATCH}/{added['id']}", headers=editor),
    ]

    assert [answer.status_code for answer in answers] == [204, 404]
    assert answers[1].json()["code"] == "watch_not_found"
    assert (await client.get(WATCH, headers=editor)).json()["data"] == []


async def test_a_full_watch_list_takes_an_entry_once_another_is_removed(
    client: httpx.AsyncClient, editor: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.content.commands.watch.MAX_WATCHED", 2)
    full = [
        await client.post(WATCH, json={**HIDDEN, "external_id": name}, headers=editor)
        for name in ("lab/one", "lab/two")
    ]

    refused = await client.post(WATCH, json=HIDDEN, headers=editor)
    await client.delete(f"{WATCH}/{full[0].json()['id']}", headers=editor)
    added = await client.post(WATCH, json=HIDDEN, headers=editor)

    assert (refused.status_code, refused.json()["code"]) == (409, "watch_list_full")
    assert added.status_code == 201


async def test_topics_beyond_a_minute_take_turns(clock: Clock) -> None:
    topics = tuple(f"topic-{number}" for number in range(40))
    given = Discovery(topics, owners=("lab",))

    asked: set[str] = set()
    for day in range(5):
        found = searches(given, clock.now.replace(day=day + 10), has_token=True)
        assert len(found) <= MAX_SEARCHES
        asked.update(query.split()[0] for query in found)

    assert {f"topic:{topic}" for topic in topics} <= asked
    assert "user:lab" in asked


def test_settings_name_topics_and_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORNINGPOST_GITHUB_TOPICS", "llm, rag")
    monkeypatch.setenv("MORNINGPOST_GITHUB_OWNERS", "lab")
    assert Settings().github_topics == ("llm", "rag")

    monkeypatch.setenv("MORNINGPOST_GITHUB_OWNERS", "lab stars:>1")
    with pytest.raises(ValueError, match="github_owners"):
        Settings()


@pytest.mark.parametrize("refused", [None, "createdAt"])
async def test_a_single_space_is_asked_by_name_though_the_hub_refuses_a_member(
    client: httpx.AsyncClient,
    run_day: RunDay,
    upstream: Upstream,
    editor: dict[str, str],
    refused: str | None,
) -> None:
    """Spaces have no `gated`. The Hub refuses a request that names a member it does not know."""
    upstream.add_space(6000, "lab/space", likes=40)
    upstream.add_space(6001, "lab/listed", likes=50)
    upstream.unlisted = {6000}
    wanted = {"source": "huggingface", "kind": "space", "external_id": "lab/space"}
    await client.post(WATCH, json=wanted, headers=editor)

    def refuse(request: httpx.Request) -> httpx.Response | None:
        names = request.url.params.get_list("expand[]")
        unknown = {"gated", refused} & {*names}
        if request.url.path != "/api/spaces/lab/space" or not unknown:
            return None
        return reply({"error": f"Invalid option {unknown.pop()}"}, 400)

    upstream.fault = refuse
    await run_day()

    asked = [r for r in upstream.requests if r.url.path == "/api/spaces/lab/space"]
    shown = (await client.get("/v1/trending/huggingface/space/lab/space")).json()
    assert len(asked) == (1 if refused is None else 2)
    assert [each["likes"] for each in shown["history"]] == [40]
