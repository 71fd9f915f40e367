"""How a read is answered: who looks, in which form, with which validators."""

from collections.abc import Mapping, Sequence
from datetime import date as Date
from urllib.parse import quote, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.content.access import Principal
from app.content.issue_view import IssueAnswer
from app.content.queries.issues import Viewer
from app.content.queries.paging import Page
from app.errors import BadRequest, Fault, NotAcceptable, did_you_mean, quoted
from app.models.surrogate_key import issue_keys
from app.web.http.alternates import JSON as JSON, MARKDOWN as MARKDOWN, alternates
from app.web.http.negotiation import best_media_type, combined
from app.web.http.representation import Freshness
from app.web.responses import answer
from app.web.state import app_state, request_state


def media_type_for(request: Request, offered: tuple[str, str, *tuple[str, ...]]) -> str:
    """Choose the form of the answer, where an address has more than one.

    An address with one form gives it whatever `Accept` says, and does not call this. What was
    offered is left in `request_state(request).offered`: the edge chooses of it for later callers.

    Raises:
        NotAcceptable: `Accept` allows none of them.
    """
    request_state(request).offered = offered
    chosen = best_media_type(combined(request.headers, "accept"), offered)
    if chosen is None:
        raise NotAcceptable(
            "not_acceptable", f"Available as {' or '.join(offered)}; change Accept."
        )
    return chosen


def viewer_for(request: Request, principal: Principal, view: str | None = None) -> Viewer:
    """Who looks, with the time and the addresses that the answer is to hold."""
    return Viewer(
        principal=principal,
        now=app_state(request).clock(),
        base_url=app_state(request).settings.public_url,
        wants_print=view == "published",
    )


def fields_of(fields: str | None, known: Sequence[str]) -> tuple[str, ...] | None:
    """Read a comma list of member names. Raises `BadRequest` naming the first unknown one."""
    return names_of(fields, known, parameter="fields", noun="field")


def names_of(
    names: str | None, known: Sequence[str], *, parameter: str, noun: str
) -> tuple[str, ...] | None:
    """Read a comma list of known names; `noun` says what one is.

    Raises:
        BadRequest: there is an unknown name; the problem names the first.
    """
    if names is None:
        return None
    given = tuple(name.strip() for name in names.split(","))
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known) or f" Choose from {', '.join(known)}."
            detail = f"There is no {noun} {quoted(name)}.{hint}"
            fault = Fault("", f"unknown_{noun}", detail[:200], parameter)
            raise BadRequest("invalid_parameter", detail, faults=[fault])
    return given


def days_in_order(first: Date | None, last: Date | None) -> None:
    """Raises `BadRequest` where no day lies between the two."""
    if first is not None and last is not None and first > last:
        detail = "`from` must not be after `to`."
        fault = Fault("", "out_of_range", detail, "from")
        raise BadRequest("invalid_parameter", detail, faults=[fault])


def issue_response(
    request: Request,
    shown: IssueAnswer,
    *,
    ref: str,
    media_type: str = JSON,
    vary_accept: bool = False,
    is_private: bool = False,
    is_whole: bool = False,
) -> Response:
    """Answer with something of one issue; `ref` is the reference that named it.

    `is_whole`: it is the issue in one of its forms, and the answer links to the others.
    `is_private`: shared caches must not store it, although it is public.
    """
    base_url = app_state(request).settings.public_url
    return answer(
        request,
        shown.body,
        media_type=f"{media_type}; charset=utf-8" if media_type == MARKDOWN else media_type,
        etag_stem=shown.stem,
        freshness=Freshness.of_print(shown, *issue_keys(shown.number, ref)),
        vary_accept=vary_accept,
        is_private=is_private,
        # A draft has no other form that can be opened.
        headers={"Link": alternates(base_url, shown.number, but=media_type)}
        if is_whole and shown.last_modified is not None
        else None,
    )


def page_response(
    request: Request,
    page: Page,
    *,
    freshness: Freshness | None = None,
    vary_accept: bool = False,
    position: Mapping[str, object] | None = None,
    **further: object,
) -> Response:
    """Answer with a page of a collection, its neighbours in `Link` too (RFC 8288).

    `further`: members beside `data` and `page`; `position`: further members of `page`. `freshness`:
    of what is no list of what is in print. `vary_accept`: the collection has other forms.
    """
    body = orjson.dumps(
        {
            "data": page.items,
            "page": {**page.document(), **(position or {})},
            **further,
        }
    )
    return answer(
        request,
        body,
        freshness=freshness or Freshness.of_print(page),
        vary_accept=vary_accept,
        headers={"Link": page_links(request, page)},
    )


def page_links(request: Request, page: Page) -> str:
    """Return the `Link` field of a page: `first`, and `next` where there is one."""
    base = app_state(request).settings.public_url + quote(request.scope["path"])
    given = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    first = urlencode(given)
    links = [f'<{base}?{first}>; rel="first"' if first else f'<{base}>; rel="first"']
    if page.next_cursor is not None:
        further = urlencode([*given, ("cursor", page.next_cursor)])
        links.append(f'<{base}?{further}>; rel="next"')
    return ", ".join(links)
