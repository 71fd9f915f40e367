"""Ten days of two kinds behind the files, with texts that spreadsheets and parsers trip over."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.models.sighting import Look, Sighting
from tests.conftest import Clock
from tests.snapshots import record

HOSTILE = {
    "lab/sum": "=SUM(A1:A9)",
    "lab/plus": "+44 161",
    "lab/minus": "-1+1",
    "lab/at": "@import",
    "lab/tab": "\tcmd\rtwo",
    "lab/quotes": 'Say "no", twice',
    "lab/letters": "Ünïcode – 模型",
}
DAYS = 10


def sighting(name: str, likes: int, *, summary: str | None = None, downloads: int = 9) -> Sighting:
    return Sighting(
        upstream_id=f"id-{name}",
        external_id=name,
        name=name.rpartition("/")[2],
        url=f"https://huggingface.co/{name}",
        summary=summary,
        likes=likes,
        downloads=downloads,
    )


def models_of(day: int) -> list[Sighting]:
    hostile = [
        replace(sighting(name, 100 + 7 * day + place), name=text, summary=text)
        for place, (name, text) in enumerate(HOSTILE.items())
    ]
    return [*hostile, *(sighting(f"lab/model-{n}", 100 + n * day) for n in range(20))]


def repositories_of(day: int) -> list[Sighting]:
    return [
        Sighting(f"r{n}", f"lab/repo-{n}", f"repo-{n}", "https://github.com/", stars=900 + n * day)
        for n in range(30)
    ]


@pytest.fixture
async def observed(app: FastAPI, clock: Clock) -> Mapping[int, str]:
    """Ten days were observed, the last of them today; the date of each."""
    last, dates = clock.now, {}
    for day in range(DAYS):
        at = last - timedelta(days=DAYS - 1 - day)
        for look in (
            Look("huggingface", "model", at, "complete", sightings=models_of(day)),
            Look("github", "repository", at, "complete", sightings=repositories_of(day)),
        ):
            await record(app.state.database, look)
        dates[day] = at.date().isoformat()
    return dates


async def fetch(client: httpx.AsyncClient, path: str, **headers: str) -> httpx.Response:
    answer = await client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer
