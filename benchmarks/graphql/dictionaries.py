"""A yardstick: graphql-core as it comes, over dictionaries in memory, on the least of a server.

    BENCHMARK_ANSWERS=folder uvicorn benchmarks.graphql.dictionaries:app

Our schema, default resolvers, our own answer as its data. It reads no database and checks neither
keys nor limits nor cost. `app` parses and validates each time, as `graphql.graphql` does; `kept`
does it once for each text, as ours does.
"""

import inspect
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    build_schema,
    execute,
    parse,
    validate,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.graphql.servers import DATA

_ROOT = Path(__file__).resolve().parents[2]
_SCHEMA = build_schema((_ROOT / "openapi/schema.graphql").read_text("utf-8"))
_ISSUE: dict[str, Any] = orjson.loads(Path(os.environ["BENCHMARK_ANSWERS"], DATA).read_bytes())
_ISSUES = {_ISSUE["number"]: _ISSUE}

Read = Callable[[str], DocumentNode]


def _issue(info: GraphQLResolveInfo[Any], number: int) -> dict[str, Any] | None:
    return _ISSUES.get(number)


_QUERY = {"issue": _issue}


def _read(query: str) -> DocumentNode:
    """Parse and validate a text. Raises `GraphQLError`."""
    document = parse(query)
    errors = validate(_SCHEMA, document)
    if errors:
        raise errors[0]
    return document


def _serving(read: Read) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":  # who waits for the start
            return await _answer(send, b"{}")
        message = await receive()
        body = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        return await _answer(send, await _carried_out(read, orjson.loads(body)))

    return app


async def _carried_out(read: Read, asked: dict[str, Any]) -> bytes:
    try:
        document = read(asked["query"])
    except GraphQLError as error:
        return orjson.dumps({"errors": [error.formatted]})
    result = execute(
        _SCHEMA,
        document,
        _QUERY,
        variable_values=asked.get("variables"),
        operation_name=asked.get("operationName"),
    )
    if inspect.isawaitable(result):
        result = await result
    return orjson.dumps(result.formatted)


async def _answer(send: Send, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = _serving(_read)
kept = _serving(cache(_read))
