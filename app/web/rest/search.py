"""Full-text search of published issues."""

from typing import Annotated, cast

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.content.queries.completions import complete
from app.content.queries.search import search
from app.content.queries.search_facets import FACETS, Facet
from app.content.queries.search_matches import Group, SearchFilter, Sort
from app.content.search.entries import HitType
from app.content.search.index import index_of
from app.content.search.question import MAX_CHARACTERS, read_question
from app.errors import BadRequest
from app.models.surrogate_key import LISTS, SEARCH
from app.web.admission.route import AdmittedRoute, Caller
from app.web.endpoints.operation import reads
from app.web.endpoints.read import (
    days_in_order,
    names_of,
    page_response,
    viewer_for,
)
from app.web.http.representation import EVERYTHING, Freshness
from app.web.responses import answer
from app.web.rest.list_fast_path import ListFastPath, Values
from app.web.rest.parameters import FromDay, Paging, ToDay
from app.web.rest.shapes import Completions, SearchPage
from app.web.state import AppState, app_state

router = APIRouter(route_class=AdmittedRoute, prefix="/v1", tags=["Catalogue"])

Question = Annotated[
    str,
    Query(
        min_length=1,
        max_length=MAX_CHARACTERS,
        description='Words that must all match; `"a phrase"`; `prefix*`; `-without`. '
        "Accents and case are ignored.",
        examples=["small models"],
    ),
]
TypeOfHit = Annotated[
    HitType | None,
    Query(
        alias="type",
        description="Only hits of this type. `entry` is a trending or mover entry.",
    ),
]
Order = Annotated[
    Sort,
    Query(
        description="`relevance`: best match first, at most 200 hits; a cursor is valid until "
        "an issue is published. `newest`: all hits, newest issue first."
    ),
]
GroupName = Annotated[
    Group | None,
    Query(
        description="`subject`: trending entries about one subject are one hit, the best of them, "
        "with the issues that print it in `printings`. `total` counts groups, `facets` count "
        "entries. Only with `sort=relevance`."
    ),
]
FacetNames = Annotated[
    str | None,
    Query(
        max_length=100,
        description="Comma list of `type`, `kind`, `source`, `year`: adds the number of hits "
        "by value. `kind` is that of the section, of a trending entry its own.",
        examples=["type,year"],
    ),
]


@router.get(
    "/search",
    operation_id="search",
    summary="Search the paper",
    response_model=SearchPage,
    openapi_extra=reads(refuses=["cursor_expired"]),
)
async def search_paper(
    request: Request,
    caller: Caller,
    part: Paging,
    q: Question,
    type_: TypeOfHit = None,
    sort: Order = "relevance",
    from_: FromDay = None,
    to: ToDay = None,
    group: GroupName = None,
    facets: FacetNames = None,
) -> Response:
    """Search the published issues, their sections, tools, trending entries and reading items."""
    days_in_order(from_, to)
    asked = cast(
        "tuple[Facet, ...]", names_of(facets, FACETS, parameter="facets", noun="facet") or ()
    )
    database = app_state(request).database
    page = await search(
        database.reader,
        index_of(database.url.get_backend_name()),
        viewer=viewer_for(request, caller),
        where=SearchFilter(
            q,
            type=type_,
            sort=sort,
            first_day=from_,
            last_day=to,
            group=group,
        ),
        part=part,
        suggests=True,
        facets=asked,
    )
    return page_response(
        request,
        page,
        freshness=Freshness.of_print(page, LISTS, SEARCH),
        position={"suggestion": page.suggestion, "facets": page.facets},
    )


MOST_AT_ONCE = 20
"""Hits whose snippets are made in the event loop: more may have more text than that."""


def search_fast_path(state: AppState) -> ListFastPath:
    """`GET /v1/search`. One plain word waits for nothing, if it has no misspelling."""

    def reads_at_once(values: Values) -> bool:
        if values["type_"] or values["group"] or values["facets"] or values["limit"] > MOST_AT_ONCE:
            return False
        try:
            return read_question(values["q"]).is_one_word
        except BadRequest:
            return False

    return ListFastPath(state, router, search_paper, reads_at_once=reads_at_once)


@router.get(
    "/search/suggest",
    operation_id="suggestSearch",
    summary="Complete a search",
    response_model=Completions,
    openapi_extra=reads(),
)
async def suggest_search(
    request: Request,
    caller: Caller,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=MAX_CHARACTERS,
            description="What was typed so far; the last word may be unfinished.",
            examples=["qw"],
        ),
    ],
) -> Response:
    """Complete what a reader types: up to ten titles and names in print, and observed subjects."""
    database = app_state(request).database
    found = await complete(
        database.reader,
        index_of(database.url.get_backend_name()),
        viewer=viewer_for(request, caller),
        text=q,
    )
    fresh = Freshness(found.last_modified, found.next_change_at, depends_on=EVERYTHING)
    return answer(request, orjson.dumps({"data": found.items}), freshness=fresh.marked(SEARCH))
