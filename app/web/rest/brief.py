"""The brief of a day."""

from datetime import date as Date
from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.facts.brief.markdown import brief_markdown
from app.content.facts.brief.shapes import BriefShape, brief_document
from app.content.queries.brief import brief_changes_at, last_complete_day, read_brief_change
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute, Caller
from app.web.endpoints.operation import MarkdownResponse, reads
from app.web.endpoints.read import JSON, MARKDOWN, media_type_for
from app.web.http.representation import ON_TRENDS, Freshness
from app.web.responses import answer
from app.web.rest.parameters import Day
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1/brief", tags=["Trending"])

BriefDate = Annotated[Day, Query(description="The UTC day; by default the last one that is over.")]


@router.get(
    "",
    operation_id="readBrief",
    summary="Read the brief of a day",
    response_model=BriefShape,
    openapi_extra=reads(is_negotiated=True),
)
async def read_brief(request: Request, caller: Caller, date: BriefDate = None) -> Response:
    """Read what happened on a day, each fact with its proof, as JSON or as Markdown."""
    is_markdown = media_type_for(request, (JSON, MARKDOWN)) == MARKDOWN
    return await _answer(request, date, is_markdown=is_markdown, is_negotiated=True)


@router.get(
    ".md",
    operation_id="readBriefAsMarkdown",
    summary="Read the brief of a day as Markdown",
    response_class=MarkdownResponse,
    openapi_extra=reads(),
)
async def read_brief_markdown(request: Request, caller: Caller, date: BriefDate = None) -> Response:
    """Read what happened on a day as Markdown."""
    return await _answer(request, date, is_markdown=True, is_negotiated=False)


async def _answer(
    request: Request, date: Date | None, *, is_markdown: bool, is_negotiated: bool
) -> Response:
    state = app_state(request)
    reader, now = state.database.reader, state.clock()
    brief = await state.briefs.read(reader, date or last_complete_day(now), now=now)

    def body_of() -> bytes:
        document = brief_document(brief.date, brief.facts, brief.coverage)
        return brief_markdown(document).encode() if is_markdown else orjson.dumps(document)

    return answer(
        request,
        await off_the_loop(body_of),
        media_type=f"{MARKDOWN}; charset=utf-8" if is_markdown else JSON,
        freshness=Freshness(
            await read_brief_change(reader, date, now=now),
            stale_at=brief_changes_at(date, now=now),
            depends_on=ON_TRENDS,
        ),
        vary_accept=is_negotiated,
        # Many caches ignore Vary and would send Markdown to a client that asks for JSON.
        is_private=is_markdown and is_negotiated,
    )
