"""A new source is one file and one line: that of docs/writing-a-source.md is added and synced."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).resolve().parents[2]

SYNCED = """
import asyncio, json, sys
from datetime import UTC, datetime, timedelta
import httpx
from app.config import Settings
from app.main import create_app
from app.migrations import upgrade
from app.sync.client import Client
from app.sync.runner import SyncService

now = datetime(2026, 5, 3, 6, tzinfo=UTC)
projects = {
    n: {"id": n, "path_with_namespace": f"lab/project-{n}", "star_count": 100 * n, "forks_count": 2}
    for n in (1, 2, 3)
}
listed = [1, 2, 3]

def answer(request):
    if request.url.path == "/api/v4/projects":
        return reply([projects[n] for n in listed] + [{"id": "x"}])
    return reply(projects[int(request.url.path.rpartition("/")[2])])

def reply(body):
    stream = httpx.ByteStream(json.dumps(body).encode())
    return httpx.Response(200, stream=stream, headers={"content-type": "application/json"})

async def run():
    settings = Settings(_env_file=None, database_url=sys.argv[1], public_url="http://paper.test")
    upgrade(settings.database)
    app = create_app(settings, clock=lambda: now)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://paper.test"
        ) as client,
    ):
        global now
        transport = httpx.MockTransport(answer)
        service = SyncService(
            app.state.database,
            settings,
            clock=lambda: now,
            make_client=lambda name: Client("https://gitlab.com", transport=transport),
        )
        await service.run(["gitlab"])
        now += timedelta(days=1)
        projects[1]["star_count"] += 40
        projects[2]["path_with_namespace"] = "lab/renamed"
        listed.remove(2)
        await service.run(["gitlab"])
        of = "source=gitlab&kind=repository&window=day"
        asked = {"query": "{ movers(source: GITLAB, window: DAY) { nodes { externalId change } } }"}
        health = (await client.get("/v1/sync/sources")).json()["data"]
        told = (await client.post("/graphql", json=asked)).json()
        document = (await client.get("/openapi.json")).json()
        print(json.dumps({
            "board": (await client.get(f"/v1/trending?{of}")).json()["data"][0],
            "graphql": told["data"]["movers"]["nodes"],
            "moved": (await client.get("/v1/trending/gitlab/repository/lab/project-2")).status_code,
            "health": next(each for each in health if each["name"] == "gitlab"),
            "openapi": json.dumps(document["components"]["schemas"]).count('"gitlab"'),
        }))

asyncio.run(run())
"""


@pytest.mark.trial
@pytest.mark.end_to_end
def test_a_source_is_added_by_one_file_and_one_line(tmp_path: Path) -> None:
    for part in ("app", "alembic"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, tmp_path / part, ignore=ignored)
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    guide = (ROOT / "docs" / "writing-a-source.md").read_text(encoding="utf-8")
    code, named = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    (tmp_path / "app/sync/gitlab.py").write_text(code, encoding="utf-8")
    registry = tmp_path / "app/models/source.py"
    known = registry.read_text(encoding="utf-8")
    lines = re.search(r"SOURCES: tuple.*?\n\)\n", known, re.DOTALL)
    assert lines is not None
    assert len(named.splitlines()) == len(lines[0].splitlines()) + 1
    registry.write_text(known.replace(lines[0], named), encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", SYNCED, f"sqlite:///{tmp_path}/paper.db"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr[-2000:]
    seen = json.loads(ran.stdout.splitlines()[-1])
    entry = seen["board"]
    assert (entry["external_id"], entry["change"]) == ("lab/project-1", 40)
    assert entry["url"] == "https://gitlab.com/lab/project-1"
    assert seen["graphql"] == [{"externalId": "lab/project-1", "change": 40}]
    assert seen["moved"] == 308
    assert (seen["health"]["status"], seen["health"]["skipped"]) == ("ok", 1)
    assert seen["openapi"] == 1  # the schemas list sources once, in `SourceName`
