"""Problems as a reader meets them: a page, where a browser asks for one."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from app.web.site.page import HEADERS, HTML, rendered


def note_reader(request: Request) -> None:
    """A dependency of all pages: what goes wrong is told on a page too."""
    request.state.problem_page = _problem_page


def _problem_page(request: Request, problem: Mapping[str, object]) -> Response | None:
    """A problem document as a page; nothing where no HTML is asked for by name."""
    if "text/html" not in request.headers.get("accept", "").lower():
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
