"""`/docs`: the OpenAPI document as a page to read and try, with nothing from another host.

The page and its opening script are ours; Swagger UI comes as files in the package fastapi-swagger,
byte for byte those of its own distribution, and no code of that package is used.
"""

from functools import cache
from importlib.resources import files

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.web.admission.route import AdmittedRoute
from app.web.endpoints.static_files import PageFiles
from app.web.http.representation import STATIC
from app.web.responses import answer

_FILES = PageFiles(
    {
        "docs.js": ("app.web", "static/docs.js"),
        "docs.css": ("app.web", "static/docs.css"),
        **{
            name: ("fastapi_swagger", f"resources/{name}")
            for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png")
        },
    }
)
_PAGE_HEADERS = {
    # Scripts and styles from files of ours alone; the style sheet draws its icons as data: images.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}

router = APIRouter(prefix="/docs", route_class=AdmittedRoute, include_in_schema=False)


@router.get("")
async def read_docs(request: Request) -> Response:
    """Answer the page."""
    body = _page()
    return answer(request, body, media_type="text/html", freshness=STATIC, headers=_PAGE_HEADERS)


@router.get("/assets/{name}")
async def read_asset(request: Request, name: str) -> Response:
    """Answer a script, style sheet or picture of the page."""
    return _FILES.respond(request, name)


@cache
def _page() -> bytes:
    return files("app.web").joinpath("static/docs.html").read_bytes()
