"""What the methods return: JSON as a dict, text, or bytes, each with its `etag`."""

import json
from typing import Any

import httpx


class Answer(dict[str, Any]):
    """A JSON object as it was sent, unknown members included."""

    etag: str | None = None
    """Its `ETag`; `None` if the response had none."""


class Text(str):
    """Markdown or CSV."""

    etag: str | None = None


class Content(bytes):
    """Any other content, such as Parquet."""

    etag: str | None = None


class Rows(list[dict[str, Any]]):
    """One dict for each line of NDJSON."""


Value = Answer | Text | Content | Rows | None


def read_answer(response: httpx.Response) -> Value:
    """Make the answer of a successful response; `None` if it has no body."""
    if not response.content:
        return None
    media_type = response.headers.get("content-type", "").partition(";")[0].strip()
    value: Answer | Text | Content
    if media_type in {"application/x-ndjson", "text/x-ndjson"}:
        return Rows(json.loads(line) for line in response.text.splitlines() if line)
    if media_type == "application/json" or media_type.endswith("+json"):
        value = Answer(response.json())
    elif media_type.startswith("text/") or media_type == "image/svg+xml":
        value = Text(response.text)
    else:
        value = Content(response.content)
    value.etag = response.headers.get("etag")
    return value
