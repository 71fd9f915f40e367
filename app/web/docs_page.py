"""`/docs`: the OpenAPI document as a page to read and try, with nothing from another host.

The page and its opening script are ours; Swagger UI comes as files in the package fastapi-swagger,
byte for byte those of its own distribution, and no code of that package is used.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound, quoted
from app.web.conditional import Freshness, answer, encoded, encoding_for, entity_tags, etag_of
from app.web.gate import gate
from app.web.negotiation import Encoding, combined

# A day: the names carry no version, and a release may change what stands behind them.
_CACHE_CONTROL = "public, max-age=86400"
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


@dataclass(frozen=True, slots=True)
class _Asset:
    body: bytes
    media_type: str


@router.get("")
async def read_docs(request: Request) -> Response:
    """Answer the page."""
    body = _page()
    return answer(
        request, body, media_type="text/html", freshness=Freshness(), headers=_PAGE_HEADERS
    )


@router.get("/assets/{name}")
def read_asset(request: Request, name: str) -> Response:
    """Answer a script, style sheet or picture of the page.

    In a thread, for the first answer in a coding packs 1.7 MB; it is kept for the next ones.
    """
    asset = _asset(name)
    encoding = encoding_for(request, asset.body)
    etag = _etag(name, encoding)
    has_key = "authorization" in request.headers
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-store" if has_key else _CACHE_CONTROL,
        "Vary": "Accept-Encoding, Authorization",
    }
    held = combined(request.headers, "if-none-match") or ""
    if held.strip() == "*" or any(f'"{tag}"' == etag for _, tag in entity_tags(held)):
        return Response(status_code=304, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    body = _encoded_asset(name, encoding)
    return Response(body, media_type=asset.media_type, headers=headers)


@cache
def _page() -> bytes:
    return (_STATIC / "docs.html").read_bytes()


def _asset(name: str) -> _Asset:
    # Looked up before the cache, so that names that we do not have never fill it.
    if name not in _OURS and name not in _SWAGGER_UI:
        raise NotFound("not_found", f"The page has no file {quoted(name)}.")
    return _read_asset(name)


@cache
def _read_asset(name: str) -> _Asset:
    if name in _OURS:
        return _Asset((_STATIC / name).read_bytes(), _OURS[name])
    body = files("fastapi_swagger").joinpath("resources", name).read_bytes()
    return _Asset(body, _SWAGGER_UI[name])


@cache
def _etag(name: str, encoding: Encoding) -> str:
    asset = _read_asset(name)
    return etag_of(asset.body, media_type=asset.media_type, encoding=encoding)


@cache
def _encoded_asset(name: str, encoding: Encoding) -> bytes:
    return encoded(_read_asset(name).body, encoding)
