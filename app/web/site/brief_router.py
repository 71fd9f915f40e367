"""The page of a day's brief."""

from datetime import date as Date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.content.facts.brief.markdown import KIND_TITLES
from app.content.facts.brief.shapes import brief_document
from app.content.queries.brief import brief_changes_at, last_complete_day, read_brief_change
from app.errors import NotFound
from app.models.days import add_days
from app.models.values import parse_date
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute
from app.web.http.representation import ON_TRENDS, Freshness
from app.web.site.page import page, rendered
from app.web.state import app_state, reader_of

router = APIRouter(route_class=AdmittedRoute, include_in_schema=False)


@router.get("/brief")
async def read_newest_brief_page(request: Request) -> Response:
    """The brief of the last day that is over."""
    date = last_complete_day(app_state(request).clock())
    has_key = "authorization" in request.headers
    return RedirectResponse(
        f"{reader_of(request).base_url}/brief/{date.isoformat()}",
        status_code=307,
        headers={"Cache-Control": "private, no-store" if has_key else "no-cache"},
    )


@router.get("/brief/{date}")
async def read_brief_page(request: Request, date: str) -> Response:
    """What happened on a day, each fact with its proof."""
    state = app_state(request)
    day, reader, now = _day(date), state.database.reader, state.clock()
    brief = await state.briefs.read(reader, day, now=now)
    document = brief_document(brief.date, brief.facts, brief.coverage)
    best = brief.facts[0].statement if brief.facts else "Nothing to report."
    following = add_days(day, 1)
    body = await off_the_loop(
        rendered,
        request,
        "brief.html",
        path=f"/brief/{day.isoformat()}",
        title=f"The brief of {day:%-d %B %Y}",
        description=best,
        date=day.isoformat(),
        previous=add_days(day, -1).isoformat(),
        next=following.isoformat() if following <= now.date() else None,
        facts=document["facts"],
        coverage=document["coverage"],
        titles=KIND_TITLES,
    )
    fresh = Freshness(
        # The link to the following day appears when that day begins.
        await read_brief_change(reader, min(following, now.date()), now=now),
        stale_at=brief_changes_at(day, now=now),
        depends_on=ON_TRENDS,
    )
    return page(request, body, fresh)


def _day(text: str) -> Date:
    """Read the day of an address. Raises `NotFound` for what is none, and near the ends of time."""
    try:
        day = parse_date(text)
    except ValueError:
        day = Date.min
    if not Date(2000, 1, 1) <= day <= Date(2999, 12, 31):
        raise NotFound("not_found", "There is no brief of this day; ask for one as YYYY-MM-DD.")
    return day
