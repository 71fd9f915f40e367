"""GraphQL requests, parsed from a body or from a query string (GraphQL over HTTP, draft 2026-08,
read 2026-11)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from app.errors import BadRequest
from app.web.graphql.documents.limits import MAX_BODY_BYTES
from app.web.graphql.documents.manifests import DOCUMENT_ID
from app.web.http.payload import parse_json, read_body
from app.web.state import app_state

JSON = "application/json"

PARAMETERS = ("query", "operationName", "variables", "extensions", "documentId")
_READ_AS_JSON = frozenset({"variables", "extensions"})
_HASH = re.compile("[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")
"""MD5 and SHA-1, which only manifests use, and SHA-256."""
_SHA256 = "sha256:"


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One request: a query, or the id of a persisted one."""

    query: str | None
    operation_name: str | None
    variables: Mapping[str, Any] | None
    document_id: str | None
    """The id of a persisted query: its SHA-256 in lower-case hexadecimal, or that of a manifest."""


async def read_request(request: Request) -> tuple[GraphQLRequest, bytes]:
    """Parse the body of a POST; return the request and the body.

    Raises:
        UnsupportedMediaType, BodyTooLarge, BodyTimeout: as for every body.
        BadRequest: the body is not JSON, or not a GraphQL request.
    """
    max_bytes = min(app_state(request).settings.max_body_bytes, MAX_BODY_BYTES)
    body = await read_body(request, media_types=(JSON,), max_bytes=max_bytes)
    value = parse_json(body)
    if isinstance(value, list):
        raise BadRequest("batching_refused", "Send one operation a request; there are no batches.")
    if not isinstance(value, dict):
        raise _malformed("The body must be a JSON object with a member `query`.")
    return parse_request(value), body


def parse_query_string(query_string: bytes) -> GraphQLRequest:
    """Parse the query string of a GET. Raises `BadRequest`."""
    given: dict[str, Any] = {}
    try:
        pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise _malformed("The query string must be UTF-8.") from error
    for name, value in pairs:
        if name not in PARAMETERS:
            continue
        if name in given:
            raise _malformed(f"The parameter `{name}` may be given only once.")
        given[name] = value
    for name in _READ_AS_JSON & given.keys():
        given[name] = _json_in(name, given[name]) if given[name] else None
    return parse_request(given)


def _json_in(name: str, text: str) -> Any:
    try:
        return parse_json(text.encode())
    except BadRequest as error:
        raise BadRequest(error.code, f"The parameter `{name}` is not valid JSON.") from error


def parse_request(value: Mapping[str, Any]) -> GraphQLRequest:
    """Check the members of a request. Raises `BadRequest`."""
    query = _text(value, "query")
    # Treat an empty name as absent: forms and explorers send empty fields.
    name = _text(value, "operationName") or None
    variables = _object(value, "variables")
    extensions = _object(value, "extensions")
    document_id = _hash_in(extensions or {}) or _id_in(_text(value, "documentId"))
    if query is None and document_id is None:
        raise _malformed("Give a `query`: the text of a GraphQL document.")
    return GraphQLRequest(query, name, variables, document_id)


def _text(value: Mapping[str, Any], name: str) -> str | None:
    found = value.get(name)
    if found is None or isinstance(found, str):
        return found
    raise _malformed(f"`{name}` must be a string.")


def _object(value: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found = value.get(name)
    if found is None or isinstance(found, dict):
        return found
    raise _malformed(f"`{name}` must be an object.")


def _hash_in(extensions: Mapping[str, Any]) -> str | None:
    """Read the hash of an automatic persisted query."""
    given = extensions.get("persistedQuery")
    if given is None:
        return None
    version = given.get("version", 1) if isinstance(given, dict) else None
    sha256 = given.get("sha256Hash") if isinstance(given, dict) else None
    is_first = version == 1 and not isinstance(version, bool)
    if not is_first or not isinstance(sha256, str) or not _HASH.fullmatch(sha256.lower()):
        raise _malformed(
            "`extensions.persistedQuery` must have `version` 1 and `sha256Hash`, 64 hexadecimal "
            "digits."
        )
    return sha256.lower()


def _id_in(document_id: str | None) -> str | None:
    """Read a document id: `sha256:` and a hash, or an id without a colon."""
    if document_id is None:
        return None
    sha256 = document_id.removeprefix(_SHA256).lower()
    if document_id.startswith(_SHA256) and len(sha256) == 64 and _HASH.fullmatch(sha256):
        return sha256
    if not DOCUMENT_ID.fullmatch(document_id):
        raise _malformed(
            "`documentId` must be `sha256:` and 64 hexadecimal digits, or an id of a manifest."
        )
    return document_id


def _malformed(detail: str) -> BadRequest:
    return BadRequest("malformed_request", detail)
