"""The files that a page of ours is made of: our own, and those of packages that ship them.

A page allows scripts and styles from files alone, all of them served here.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound, quoted
from app.web.http.representation import STATIC, Lifetime, Representation
from app.web.responses import lasting_lifetime, respond
from app.web.state import app_state

# A day: the names carry no version, and a release may change what stands behind them.
_MAX_AGE = 86_400
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".png": "image/png"}

Source = tuple[str, str]
"""A package, and the path of a file in it."""


class PageFiles:
    """Some files by the names under which a page asks for them."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def respond(self, request: Request, name: str) -> Response:
        """Answer a file. Raises `NotFound` for a name that is not among them."""
        # Looked up before the cache, so that names that we do not have never fill it.
        source = self._sources.get(name)
        if source is None:
            raise NotFound("not_found", f"The page has no file {quoted(name)}.")
        is_public = "authorization" not in request.headers
        lifetime = lasting_lifetime(app_state(request).settings, max_age=_MAX_AGE)
        return respond(request, _file(source, lifetime if is_public else None))


@cache
def _file(source: Source, lifetime: Lifetime | None) -> Representation:
    """A file, kept whole: packing 1.7 MB of script takes a quarter of a second."""
    package, path = source
    return Representation(
        files(package).joinpath(path).read_bytes(),
        media_type=_MEDIA_TYPES[PurePosixPath(path).suffix],
        freshness=STATIC,
        lifetime=lifetime,
    )
