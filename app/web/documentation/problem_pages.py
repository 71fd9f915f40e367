"""`/problems/<code>`: the pages to which the `type` of every problem leads, for people and scripts.

They show the rows of `app/web/problems/problems.toml`.
"""

from pathlib import Path

import orjson
from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound, quoted
from app.web.admission.route import AdmittedRoute
from app.web.endpoints.read import media_type_for
from app.web.http.representation import STATIC
from app.web.problems.handlers import problem_document
from app.web.problems.registry import PROBLEMS, ProblemKind
from app.web.responses import answer
from app.web.state import app_state

_TEMPLATES = Path(__file__).parent / "templates"
_HTML = "text/html"
_JSON = "application/json"
_PAGE_HEADERS = {
    # No script, no frame, no form; the style sheet is ours.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
}

router = APIRouter(
    prefix="/problems", route_class=AdmittedRoute, include_in_schema=False, tags=["problems"]
)
_environment = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@router.get("")
async def read_problems(request: Request) -> Response:
    """List every problem code."""
    settings = app_state(request).settings
    if _wanted(request) == _JSON:
        documents = [_document(kind, settings.public_url) for kind in PROBLEMS.values()]
        return _answer(request, orjson.dumps({"data": documents}), _JSON)
    return _page(request, "problem_index.html", kinds=list(PROBLEMS.values()))


@router.get("/style.css")
async def read_style(request: Request) -> Response:
    """Answer the style sheet of these pages."""
    return _answer(request, (_TEMPLATES / "problem.css").read_bytes(), "text/css", chosen=False)


@router.get("/{code}")
async def read_problem(request: Request, code: str) -> Response:
    """Explain one problem code: what it means and what to do."""
    kind = PROBLEMS.get(code)
    if kind is None:
        raise NotFound("not_found", f"There is no problem code {quoted(code)}.")
    settings = app_state(request).settings
    if _wanted(request) == _JSON:
        return _answer(request, orjson.dumps(_document(kind, settings.public_url)), _JSON)
    example = problem_document(
        code=kind.code,
        status=kind.status,
        detail=kind.meaning,
        public_url=settings.public_url,
        instance="/v1/issues/95",
        request_id="req_0123456789abcdef01234567",
    )
    text = orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()
    return _page(request, "problem.html", kind=kind, example=text)


def _wanted(request: Request) -> str:
    """Choose between page and document; a browser prefers pages, a script asks for JSON."""
    return media_type_for(request, (_HTML, _JSON))


def _document(kind: ProblemKind, public_url: str) -> dict[str, object]:
    return {
        "type": f"{public_url}/problems/{kind.code}",
        "code": kind.code,
        "status": kind.status,
        "title": kind.title,
        "meaning": kind.meaning,
        "remedy": kind.remedy,
    }


def _page(request: Request, template: str, **values: object) -> Response:
    return _answer(request, _environment.get_template(template).render(values).encode(), _HTML)


def _answer(request: Request, body: bytes, media_type: str, *, chosen: bool = True) -> Response:
    return answer(
        request,
        body,
        media_type=media_type,
        freshness=STATIC,
        vary_accept=chosen,
        headers=_PAGE_HEADERS if media_type == _HTML else None,
    )
