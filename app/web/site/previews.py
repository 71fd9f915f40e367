"""`/preview/{token}`: the only page that shows a draft; no cache may keep it, no index list it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.content.queries.previews import get_preview
from app.errors import NotFound
from app.web.admission.route import AdmittedRoute
from app.web.observability.request_log import PREVIEW_ROUTE
from app.web.responses import private_answer
from app.web.site.issue_page import issue_page
from app.web.site.page import HEADERS, HTML
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, include_in_schema=False)

MAX_TOKEN = 100


@router.get(PREVIEW_ROUTE)
async def read_preview(request: Request, token: str) -> Response:
    """The head of the issue that the token is for."""
    if len(token) > MAX_TOKEN:
        raise NotFound("preview_not_found", "There is no such preview, or it has expired.")
    settings = app_state(request).settings
    document = await get_preview(
        app_state(request).database.primary,  # a draft may have been saved just now
        token,
        now=app_state(request).clock(),
        base_url=settings.public_url,
    )
    made = await issue_page(request, document, path=f"/preview/{token}", is_preview=True)
    headers = {**HEADERS, "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
    return private_answer(made.body, media_type=HTML, headers=headers)
