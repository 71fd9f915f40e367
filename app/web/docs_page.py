"""`/docs`: the OpenAPI document as a page to read and try, with nothing from another host.

The page and its opening script are ours; Swagger UI comes as files in the package fastapi-swagger,
byte for byte those of its own distribution, and no code of that package is used.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound, quoted
from app.web.conditional import answer, respond
from app.web.gate import gate
from app.web.representation import Freshness, Lifetime, Representation

# A day: the names carry no version, and a release may change what stands behind them.
_LIFETIME = Lifetime(max_age=86_400, stale_while_revalidate=0)
_STATIC = Path(__file__).parent / "static"
_OURS = {"docs.js": "text/javascript"}
_SWAGGER_UI = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_PAGE_HEADERS = {
    # Scripts and styles from files of ours alone; the style sheet draws its icons as data: images.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}

router = APIRouter(prefix="/docs", dependencies=[Depends(gate)], include_in_schema=False)


@router.get("")
async def read_docs(request: Request) -> Response:
    """Answer the page."""
    body = _page()
    return answer(
        request, body, media_type="text/html", freshness=Freshness(), headers=_PAGE_HEADERS
    )


@router.get("/assets/{name}")
async def read_asset(request: Request, name: str) -> Response:
    """Answer a script, style sheet or picture of the page."""
    # Looked up before the cache, so that names that we do not have never fill it.
    if name not in _OURS and name not in _SWAGGER_UI:
        raise NotFound("not_found", f"The page has no file {quoted(name)}.")
    return respond(request, _asset(name, is_public="authorization" not in request.headers))


@cache
def _page() -> bytes:
    return (_STATIC / "docs.html").read_bytes()


@cache
def _asset(name: str, *, is_public: bool) -> Representation:
    """A file of the page; kept whole, for packing its 1.7 MB takes a quarter of a second."""
    if name in _OURS:
        body, media_type = (_STATIC / name).read_bytes(), _OURS[name]
    else:
        body = files("fastapi_swagger").joinpath("resources", name).read_bytes()
        media_type = _SWAGGER_UI[name]
    return Representation(
        body,
        media_type=media_type,
        freshness=Freshness(),
        lifetime=_LIFETIME if is_public else None,
    )
