"""One call of the API, from the arguments of a method to a request."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

Ref = int | str | Mapping[str, Any]
"""A number, date or slug, `latest`, or an issue as it was read."""
Scalar = str | int | float | bool | None
Lines = str | bytes | Iterable[Mapping[str, Any]]
"""NDJSON, or the documents that become its lines."""

JSON, NDJSON = "application/json", "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Call:
    """A request without the address of the server and the key."""

    method: str
    path: str
    accept: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice has the effect of sending it once."""
        return self.method != "POST" or "Idempotency-Key" in self.headers


def call_of(
    method: str,
    template: str,
    *,
    path: Mapping[str, Any],
    query: Mapping[str, Scalar],
    headers: Mapping[str, str | None],
    accept: str = JSON,
    body: Any = None,
    media_type: str | None = None,
) -> Call:
    """Build a call. Parameters that are `None` are left out.

    An issue in place of its reference brings its ETag along as `If-Match`. A header field
    `Idempotency-Key` that the operation has and the caller did not give is made here, once.
    """
    given = dict(headers)
    segments = {}
    for name, value in path.items():
        if isinstance(value, Mapping):
            if "If-Match" in given and given["If-Match"] is None:
                given["If-Match"] = getattr(value, "etag", None)
            value = value["number"]
        # The id of a subject holds a slash, which separates segments in the path too.
        segments[name] = quote(str(value), safe="/" if name == "external_id" else "")
    if "Idempotency-Key" in given and given["Idempotency-Key"] is None:
        given["Idempotency-Key"] = str(uuid4())
    fields = {name: value for name, value in given.items() if value is not None}
    content = None
    if body is not None:
        content = _encoded(body, media_type)
        fields["Content-Type"] = media_type or JSON
    return Call(
        method,
        template.format_map(segments),
        accept,
        {name: _written(value) for name, value in query.items() if value is not None},
        fields,
        content,
    )


def _encoded(body: Any, media_type: str | None) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    if media_type == NDJSON:
        return b"".join(json.dumps(line).encode() + b"\n" for line in body)
    return json.dumps(body).encode()


def _written(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
