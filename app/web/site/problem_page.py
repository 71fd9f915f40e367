"""Problems as HTML pages, for browsers."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from app.web.http.negotiation import Offer, best_media_type, combined
from app.web.problems.handlers import MEDIA_TYPE
from app.web.site.page import HEADERS, HTML, rendered

_OFFER = Offer((MEDIA_TYPE, "text/html"), when_named="text/html")


def problem_page(request: Request, problem: Mapping[str, object]) -> Response | None:
    """Render a problem as a page; `None` unless `Accept` names HTML and prefers it."""
    if best_media_type(combined(request.headers, "accept"), _OFFER) != "text/html":
        return None
    title = str(problem["title"])
    body = rendered(
        request, "problem.html", path="", title=title, description=title, problem=problem
    )
    status = problem["status"]
    assert isinstance(status, int)
    return Response(
        body, status_code=status, media_type=HTML, headers={**HEADERS, "Vary": "Accept"}
    )
