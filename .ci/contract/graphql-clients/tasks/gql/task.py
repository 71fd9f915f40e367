"""The task with gql: page, read, post, be refused, delete, and hear of an issue."""

import asyncio
import sys
from typing import Any

import httpx
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.httpx import HTTPXAsyncTransport, HTTPXTransport
from gql.transport.websockets import WebsocketsTransport

URL, KEY = sys.argv[1:]
GRAPHQL = f"{URL}/graphql"

ARCHIVE = gql("""query Archive($after: String) {
  issues(first: 5, after: $after) { nodes { number } pageInfo { hasNextPage endCursor } } }""")
LATEST = gql("{ latestIssue { sections { __typename ... on StorySection { headline } } } }")
CREATE = gql("""mutation Create($input: IssueInput!) { createIssue(input: $input) {
  ... on IssueSaved { issue { number revision } } ... on Problem { code } } }""")
DELETE = gql("""mutation Delete($ref: String!, $revision: Int!) {
  deleteIssue(ref: $ref, ifRevision: $revision) { __typename } }""")
HEAR = gql("subscription { issuePublished { date } }")


def blocking() -> None:
    transport = HTTPXTransport(url=GRAPHQL, headers={"Authorization": f"Bearer {KEY}"})
    with Client(transport=transport, fetch_schema_from_transport=True) as session:
        numbers: list[int] = []
        after = None
        while True:
            ARCHIVE.variable_values = {"after": after}
            issues = session.execute(ARCHIVE)["issues"]
            numbers += [issue["number"] for issue in issues["nodes"]]
            after = issues["pageInfo"]["endCursor"]
            if not issues["pageInfo"]["hasNextPage"]:
                break
        assert len(set(numbers)) == len(numbers) > 5, numbers
        sections = session.execute(LATEST)["latestIssue"]["sections"]
        stories = [each for each in sections if each["__typename"] == "StorySection"]
        assert all(story["headline"] for story in stories), stories

        lead = {"kind": "LEAD", "headline": "Made by gql"}
        CREATE.variable_values = {"input": {"date": "2031-06-09", "sections": [lead]}}
        once = {"headers": {"Idempotency-Key": "gql-2031-06-09"}}
        made, same = (
            session.execute(CREATE, extra_args=once)["createIssue"]["issue"] for _ in range(2)
        )
        assert made == same
        DELETE.variable_values = {"ref": str(made["number"]), "revision": made["revision"]}
        assert session.execute(DELETE)["deleteIssue"]["__typename"] == "IssueSaved"
    with Client(transport=HTTPXTransport(url=GRAPHQL)) as session:
        try:
            session.execute(gql("{ issues(first: 1000) { nodes { number } } }"))
        except TransportQueryError as error:
            (told,) = error.errors or []
            assert told["extensions"]["code"] == "invalid_page_size", told
        else:
            raise AssertionError("a page of 1,000 is refused")
    wrong = HTTPXTransport(url=GRAPHQL, headers={"Authorization": "Bearer amp_wrong_key"})
    with Client(transport=wrong) as session:
        try:
            session.execute(LATEST)
        except TransportServerError as error:
            assert error.code == 401, error
        else:
            raise AssertionError("a wrong key is refused")


async def hear() -> None:
    """Subscribe over WebSocket with a key, and publish over HTTP."""
    payload = {"authorization": f"Bearer {KEY}"}
    socket = WebsocketsTransport(url=GRAPHQL.replace("http", "ws"), init_payload=payload)
    async with Client(transport=socket) as session:
        heard = asyncio.ensure_future(anext(aiter(session.subscribe(HEAR))))
        await asyncio.sleep(0.5)  # until it is subscribed
        async with httpx.AsyncClient() as client:
            body: dict[str, Any] = {"date": "2031-06-10"}
            body["sections"] = [{"kind": "lead", "headline": "Otters at work"}]
            headers = {"Authorization": f"Bearer {KEY}"}
            query = {"publish": "true"}
            made = await client.post(f"{URL}/v1/issues", params=query, json=body, headers=headers)
            assert made.status_code == 201, made.text
        assert await heard == {"issuePublished": {"date": "2031-06-10"}}
    async with Client(transport=HTTPXAsyncTransport(url=GRAPHQL)) as session:
        assert (await session.execute(LATEST))["latestIssue"]["sections"]


blocking()
asyncio.run(hear())
