"""A new kind of section is one file and its name in one list: here one is added and printed."""

import importlib
import json
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import app.content.blocks as folder
from app.content.blocks.base import Block
from app.content.blocks.registry import BLOCKS

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]

PRINTED = """
import asyncio, json, sys
import httpx
from app.config import Settings
from app.main import create_app
from app.migrations import upgrade

async def run():
    key = "amp_test_0123456789abcdef"
    settings = Settings(
        _env_file=None, database_url=sys.argv[1], bootstrap_key=key, public_url="http://paper.test"
    )
    upgrade(settings.database)
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {key}"}
    issue = {
        "date": "2026-05-03",
        "sections": [
            {"kind": "lead", "headline": "A lead"},
            {"kind": "quote", "quotation": "We ask once.", "speaker": "Ottoline"},
        ],
    }
    wrong = {"date": "2026-05-04", "sections": [{"kind": "quote", "speeker": "x"}]}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://paper.test") as client,
    ):
        await client.post("/v1/issues?publish=true", json=issue, headers=headers)
        refused = await client.post("/v1/issues", json=wrong, headers=headers)
        print(json.dumps({
            "section": (await client.get("/v1/issues/1/sections/ottoline")).json(),
            "listed": (await client.get("/v1/sections?kind=quote")).json()["page"]["total"],
            "markdown": (await client.get("/v1/issues/1.md")).text,
            "rubrics": (await client.get("/v1/publication")).json()["rubrics"],
            "errors": refused.json()["errors"],
            "openapi": (await client.get("/openapi.json")).text.count("QuoteSection"),
        }))

asyncio.run(run())
"""


@pytest.mark.trial
def test_a_kind_is_added_by_one_file_and_its_name_in_the_list(tmp_path: Path) -> None:
    for part in ("app", "alembic"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, tmp_path / part, ignore=ignored)
    shutil.copy(ROOT / "alembic.ini", tmp_path)
    guide = (ROOT / "docs" / "writing-a-block.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", guide, re.DOTALL)
    assert code is not None
    (tmp_path / "app/content/blocks/quote.py").write_text(code[1], encoding="utf-8")
    registry = tmp_path / "app/content/blocks/registry.py"
    known = registry.read_text(encoding="utf-8")
    named = known.replace(
        "    ReadingBlock(),\n",
        "    ReadingBlock(),\n    QuoteBlock(),\n",
    ).replace(
        "from app.content.blocks.reading",
        "from app.content.blocks.quote import QuoteBlock\nfrom app.content.blocks.reading",
    )
    registry.write_text(named, encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", PRINTED, f"sqlite:///{tmp_path}/paper.db"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr[-2000:]
    seen = json.loads(ran.stdout.splitlines()[-1])
    assert seen["section"] == {
        "kind": "quote",
        "slug": "ottoline",
        "heading": "Quote of the Day",
        "standfirst": None,
        "provenance": None,
        "quotation": "We ask once.",
        "speaker": "Ottoline",
        "url": None,
    }
    assert seen["listed"] == 1
    assert "> We ask once." in seen["markdown"]
    assert {"kind": "quote", "heading": "Quote of the Day", "intro": None} in seen["rubrics"]
    assert [error["pointer"] for error in seen["errors"]] == [
        "/sections/0/quotation",
        "/sections/0/speeker",
    ]
    assert "Did you mean 'speaker'?" in seen["errors"][1]["detail"]
    assert seen["openapi"] > 0


def test_every_block_stands_in_the_registry() -> None:
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")

    known: list[type[Any]] = [Block]
    for block in known:  # grows while it is walked: subclasses of subclasses too
        known += block.__subclasses__()

    made = {block for block in known if "headings" in vars(block)}
    assert made == {type(block) for block in BLOCKS}
