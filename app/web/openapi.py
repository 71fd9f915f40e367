"""The OpenAPI document: what FastAPI derives from the routes, completed and written byte-stable."""

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi


def describe(app: FastAPI) -> bytes:
    """Write the document as canonical JSON: sorted members, two spaces, a newline at the end."""
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, option=options)
