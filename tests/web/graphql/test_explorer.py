"""GraphiQL: complete without another host, safe to open, with the examples of the guide."""

import re

import httpx
import pytest

from app.web.graphql.transport.explorer import VARIABLES

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ASSETS = {
    "graphiql.min.js",
    "graphiql.min.css",
    "graphiql-page.js",
    "graphiql-page.css",
    "react.production.min.js",
    "react-dom.production.min.js",
}


async def test_a_browser_gets_a_page_of_files_that_are_served_here(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/graphql", headers=HTML)

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    named = set(re.findall(r'(?:src|href)="([^"]*)"', page.text))
    files = {f"/graphql/assets/{name}" for name in ASSETS}
    assert named == files | {"/docs/assets/favicon-32x32.png", "/graphql/schema.graphql"}
    for address in named:
        assert (await client.get(address)).status_code == 200


async def test_the_page_allows_scripts_from_files_alone(client: httpx.AsyncClient) -> None:
    page = await client.get("/graphql?query=%7B__typename%7D", headers=HTML)

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"<script>|<style|style=|\son[a-z]+=", page.text)


async def test_who_is_no_browser_gets_no_page(client: httpx.AsyncClient) -> None:
    for accept in ("*/*", "application/json", "application/graphql-response+json, text/html;q=0.1"):
        answer = await client.get("/graphql?query=%7B__typename%7D", headers={"Accept": accept})
        assert answer.json()["data"] == {"__typename": "Query"}
    posted = await client.post("/graphql", json={"query": "{ __typename }"}, headers=HTML)
    assert posted.json()["data"] == {"__typename": "Query"}


async def test_page_and_answer_at_one_address_are_kept_apart(client: httpx.AsyncClient) -> None:
    address = "/graphql?query=%7B__typename%7D"
    for _ in range(2):
        page = await client.get(address, headers=HTML)
        answer = await client.get(address, headers={"Accept": "application/json"})
        assert page.headers["content-type"].startswith("text/html")
        assert answer.headers["content-type"] == "application/json"
        assert page.headers["vary"] == answer.headers["vary"]


async def test_the_examples_are_offered_with_their_variables(client: httpx.AsyncClient) -> None:
    examples = (await client.get("/graphql/examples.json")).json()

    assert examples[0]["query"].startswith("# What stands on today's front page.")
    assert sum("variables" in example for example in examples) == len(VARIABLES)
    needs_values = re.compile(r"\$\w+: [^=,)]+![,)]")  # a variable that must be given
    assert all("variables" in e for e in examples if needs_values.search(e["query"]))


@pytest.mark.parametrize("name", ["..%2Fmain.py", "graphiql.js", "explorer.py"])
async def test_other_files_are_not_served(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/graphql/assets/{name}")

    assert answer.status_code == 404
