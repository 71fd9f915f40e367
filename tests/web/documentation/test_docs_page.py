"""The page that shows the API: complete without another host, and safe to open."""

import re

import httpx
import pytest

ASSETS = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "docs.css": "text/css; charset=utf-8",
    "docs.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}


async def test_page_names_only_files_that_are_served_here(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")

    assert page.status_code == 200
    named = set(re.findall(r'(?:src|href)="([^"]*)"', page.text))
    assert named == {f"/docs/assets/{name}" for name in ASSETS} | {"/openapi.json"}


async def test_page_allows_scripts_from_files_alone(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script>|<style|style=|\son[a-z]+=", page.text)


@pytest.mark.parametrize(("name", "media_type"), ASSETS.items())
async def test_asset_is_kept_by_caches(
    client: httpx.AsyncClient, name: str, media_type: str
) -> None:
    first = await client.get(f"/docs/assets/{name}")
    again = await client.get(
        f"/docs/assets/{name}", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert first.status_code == 200
    assert first.headers["Content-Type"] == media_type
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


async def test_each_coding_of_an_asset_has_its_own_tag(client: httpx.AsyncClient) -> None:
    answers = [
        await client.get("/docs/assets/swagger-ui.css", headers={"Accept-Encoding": coding})
        for coding in ("identity", "gzip", "br", "zstd")
    ]

    assert len({answer.headers["ETag"] for answer in answers}) == 4
    assert len({answer.content for answer in answers}) == 1
    assert [answer.headers.get("Content-Encoding") for answer in answers] == [
        None, "gzip", "br", "zstd",
    ]  # fmt: skip


async def test_unknown_asset_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/docs/assets/..%2Fmain.py")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_asset_asked_for_with_a_key_is_private(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    answer = await client.get("/docs/assets/docs.js", headers=editor)

    assert answer.headers["Cache-Control"] == "private, no-store"
