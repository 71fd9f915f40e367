"""The method as readers are told: one text, whose numbers are those of the code."""

from math import sqrt
from pathlib import Path

import httpx

from app.content.trends.ranking import (
    BURST_LEAST,
    BURST_SHARE,
    LEAST_BOOST,
    MOST_BOOST,
    PACE_SMOOTHING,
    RULES,
    rise,
)
from app.web.site.method import METHOD

DOCS = Path(__file__).parents[3] / "docs" / "trending.md"


async def test_the_page_has_the_text_of_the_documentation(client: httpx.AsyncClient) -> None:
    page = await client.get("/trending/method")

    assert page.status_code == 200
    assert page.headers["cache-control"].startswith("public, max-age=")
    assert "score: 200 ÷ 31.6 × 1.38 = <strong>8.74</strong>" in page.text
    assert METHOD in DOCS.read_text("utf-8")
    for path in ("/trending", "/trending/github/repository"):
        assert '<a href="/trending/method">' in (await client.get(path)).text
    assert "<loc>http://paper.test/trending/method</loc>" in (await client.get("/sitemap.xml")).text


def test_the_numbers_of_the_text_are_those_of_the_formula() -> None:
    stars = RULES["repository"]

    assert f"{rise(200, size=900, past_gain=100, rule=stars):.2f}" == "8.74"
    assert f"{rise(500, size=160_000, past_gain=500, rule=stars):.2f}" == "1.25"
    assert f"{rise(30, size=10, past_gain=None, rule=stars):.2f}" == "2.86"
    assert (round(sqrt(1000), 1), round(sqrt(210 / 110), 2)) == (31.6, 1.38)
    assert [RULES[kind].smoothing for kind in ("repository", "model", "paper")] == [100, 30, 10]
    assert (LEAST_BOOST, MOST_BOOST, PACE_SMOOTHING) == (0.5, 2.0, 10)
    assert (BURST_LEAST, BURST_SHARE) == (50, 0.8)
