"""GraphiQL for browsers, with the examples of the guide; loads nothing from other hosts.

GraphiQL and React are files in the package graphene-django-graphiql-static; none of its code is
used.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.web.endpoints.static_files import PageFiles
from app.web.http.representation import STATIC
from app.web.responses import answer

_PACKAGE = "graphene_django_graphiql_static"
_FILES = PageFiles(
    {
        "graphiql-page.js": ("app.web", "static/graphiql-page.js"),
        "graphiql-page.css": ("app.web", "static/graphiql-page.css"),
        **{
            name: (_PACKAGE, f"static/{_PACKAGE}/{name}")
            for name in (
                "graphiql.min.js",
                "graphiql.min.css",
                "react.production.min.js",
                "react-dom.production.min.js",
            )
        },
    }
)
_HEADERS = {
    # The style sheet has fonts and icons as data:. The hash is that of the style element that
    # GraphiQL's settings insert.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; "
        "style-src 'self' 'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='; "
        "img-src 'self' data:; font-src data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
}

VARIABLES: dict[str, dict[str, Any]] = {
    "whole_issue": {"number": 1},
    "archive": {"first": 5},
    "appearances": {"externalId": "owner/name"},
    "search": {"query": "model"},
    "by_id": {"ids": []},
    "rising": {"source": "HUGGINGFACE", "kind": "MODEL"},
    "movers": {"kind": "REPOSITORY"},
    "subject": {"source": "GITHUB", "kind": "REPOSITORY", "externalId": "owner/name"},
    "create_issue": {"input": {"date": "2026-05-03"}},
    "publish_issue": {"ref": "2026-05-03", "ifRevision": 1},
}
"""Initial variables of the examples that need some."""
_ORDER = (
    *("front_page", "whole_issue", "archive", "tools", "names", "appearances"),
    *("boards", "rising", "movers", "subject", "search", "by_id"),
)


def page(request: Request) -> Response:
    """Return the page; `?query=` opens it with a query."""
    return answer(
        request,
        _page(),
        media_type="text/html",
        freshness=STATIC,
        vary_accept=True,
        headers=_HEADERS,
    )


def file(request: Request, name: str) -> Response:
    """Return a script or style sheet of the page. Raises `NotFound`."""
    return _FILES.respond(request, name)


def examples(request: Request) -> Response:
    """Return the examples of the page as JSON."""
    return answer(request, _examples(), freshness=STATIC)


@cache
def _page() -> bytes:
    return files("app.web").joinpath("static/graphiql.html").read_bytes()


@cache
def _examples() -> bytes:
    folder = files("app.web.graphql").joinpath("examples")
    texts = {
        file.name.removesuffix(".graphql"): file.read_text("utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".graphql")
    }
    names = [*_ORDER, *sorted(set(texts) - set(_ORDER))]
    return orjson.dumps(
        [
            {"query": texts[name], "variables": orjson.dumps(given).decode()}
            if (given := VARIABLES.get(name)) is not None
            else {"query": texts[name]}
            for name in names
        ]
    )
