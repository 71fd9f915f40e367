"""How a page is answered: its frame, its headers, and the freshness of what it shows."""

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.content.publication import publication
from app.errors import NotFound
from app.models.surrogate_key import PAGES
from app.web.http.representation import STATIC, Freshness, Representation
from app.web.responses import answer, lasting_lifetime, public_lifetime, respond
from app.web.site.address import host_of
from app.web.site.environment import environment
from app.web.state import app_state

HTML = "text/html; charset=utf-8"
_POLICY = "Content-Security-Policy"
HEADERS = {
    # Files of ours alone; data blocks of JSON-LD are no scripts.
    _POLICY: (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
}

_FILES = {
    name: (media_type, (Path(__file__).parent / "static" / name).read_bytes())
    for name, media_type in {
        "site.css": "text/css",
        "site.js": "text/javascript",
        "icon.svg": "image/svg+xml",
        # The icon where SVG is not understood, 512 pixels square: feeds, home screens.
        "icon.png": "image/png",
        # What stands beside a link where links are shown as cards: 1,200 by 630 pixels.
        "card.png": "image/png",
    }.items()
}
VERSION = blake2b(
    b"".join(_FILES[name][1] for name in ("site.css", "site.js", "icon.svg", "card.png")),
    digest_size=8,
).hexdigest()
"""Of the files that pages are made of; stands in their addresses, so that they never change."""
_A_YEAR = 31_536_000
"""`max-age` of files with a version in their address, in seconds."""


def rendered(
    request: Request,
    template: str,
    *,
    path: str,
    title: str | None,
    description: str,
    card: str | None = None,
    **values: object,
) -> bytes:
    """Render a page. Call it by `off_the_loop`: a long one takes 20 ms and more.

    `path`: its canonical address. `title`: added to the name of the paper. `card`: the path of its
    picture for shared links, by default that of the paper.
    """
    settings = app_state(request).settings
    paper = publication(base_url=settings.public_url, telegram_url=settings.telegram_url)
    frame: Mapping[str, Any] = {
        "paper": paper,
        "base": settings.public_url,
        "path": path,
        "canonical": f"{settings.public_url}{path}",
        "title": f"{title} · {paper.title}" if title else f"{paper.title}: {paper.tagline}",
        "description": description,
        "version": VERSION,
        "card": card_address(request, card),
        "card_alt": title or f"{paper.title}: {paper.tagline}",
        "telegram": settings.telegram_url,
        "newsletter": settings.newsletter_url,
        "intros": {each.kind: each.intro for each in paper.rubrics if each.intro},
    }
    return environment().get_template(template).render(frame=frame, **values).encode()


def card_address(request: Request, card: str | None = None) -> str:
    """The address of a picture for shared links, by default that of the paper."""
    path = card or f"/assets/{VERSION}/card.png"
    return f"{app_state(request).settings.public_url}{path}"


def page(
    request: Request, body: bytes, freshness: Freshness, *, link: str | None = None
) -> Response:
    """Return the response of a public page.

    `link`: the `Link` field of an address that has other forms, chosen by `Accept`.
    """
    headers = _headers(app_state(request).settings.newsletter_url)
    return answer(
        request,
        body,
        media_type=HTML,
        freshness=freshness.marked(PAGES),
        vary_accept=link is not None,
        headers=headers if link is None else {**headers, "Link": link},
    )


@cache
def _headers(newsletter_url: str | None) -> Mapping[str, str]:
    """The headers of a page whose subscribe form posts to another host."""
    if newsletter_url is None:
        return HEADERS
    ours = "form-action 'self'"
    policy = HEADERS[_POLICY].replace(ours, f"{ours} https://{host_of(newsletter_url)}")
    return {**HEADERS, _POLICY: policy}


def moved(request: Request, path: str) -> Response:
    """Redirect from a former name. Not cached for long: another subject may take the name."""
    address = f"{app_state(request).settings.public_url}{path}"
    return RedirectResponse(address, status_code=308, headers={"Cache-Control": "no-cache"})


def file(request: Request, version: str | None, name: str) -> Response:
    """Return a static file; with its version in the path, caches may keep it for a year.

    Raises `NotFound` for another version too.
    """
    if version not in (VERSION, None) or name not in _FILES:
        raise NotFound("not_found", "The pages have no such file.")
    media_type, body = _FILES[name]
    is_public = "authorization" not in request.headers
    settings = app_state(request).settings
    lifetime = lasting_lifetime(settings, max_age=_A_YEAR) if version else public_lifetime(settings)
    return respond(
        request,
        Representation(
            body,
            media_type=media_type,
            freshness=STATIC,
            lifetime=lifetime if is_public else None,
        ),
    )
