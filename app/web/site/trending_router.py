"""The pages of what moves: all boards in short, one board, and one subject."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date as Date, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from markupsafe import Markup
from pydantic import BeforeValidator
from starlette.requests import Request
from starlette.responses import Response

from app.content.queries.board_changes import read_board_changes
from app.content.queries.board_choices import read_choices
from app.content.queries.board_history import read_board_history
from app.content.queries.paging import Part
from app.content.queries.series import read_series
from app.content.queries.subjects import MovedTo
from app.content.queries.trending import BoardPage, read_board, read_boards
from app.content.trends.boards import Asked
from app.db import Reader
from app.models.board import BoardList
from app.models.counter import counter_of, counter_word
from app.models.days import add_days
from app.models.source import KIND_LABELS, source_named
from app.models.surrogate_key import board_keys
from app.models.values import Window, parse_date
from app.off_the_loop import off_the_loop
from app.web.admission.route import AdmittedRoute
from app.web.charts import inline as charts
from app.web.http.representation import ON_TRENDS, Freshness
from app.web.site.board_names import board_named, subject_named
from app.web.site.bump_chart import bump_chart
from app.web.site.day_links import day_links
from app.web.site.environment import is_titled
from app.web.site.links import address, older_page
from app.web.site.method import method_html
from app.web.site.page import moved, page, rendered
from app.web.site.page_filter import PageFilter, chosen_words
from app.web.site.sides import place_of
from app.web.state import app_state

router = APIRouter(route_class=AdmittedRoute, include_in_schema=False)

Cursor = Annotated[str | None, Query(max_length=1000)]


def _day(value: object) -> object:
    # A form sends its empty field as an empty value.
    return parse_date(value) if isinstance(value, str) and value else None


PageDay = Annotated[Date | None, BeforeValidator(_day)]
BOARD_SIZE = 50
SHORT_BOARD = 5
SHORT_MOVERS = 12
MOST_CHANGES = 20
DAYS_LINKED = 7
CHART_DAYS, CHART_SUBJECTS = 30, 10
_LISTS: tuple[BoardList, ...] = ("trending", "up", "down")


@router.get("/trending")
async def read_trending_page(
    request: Request, window: Window = "week", date: PageDay = None
) -> Response:
    """Every board in short, and the biggest movers, now or at the end of a day."""
    reader, now = app_state(request).database.reader, app_state(request).clock()
    boards, changed, ends = await read_boards(
        reader, window, now=now, limit=SHORT_BOARD, date=date, copies="folded"
    )
    movers = {
        direction: await read_board(
            reader, Asked(direction, window, date=date), now=now, part=Part(SHORT_MOVERS)
        )
        for direction in ("up", "down")
    }
    body = await off_the_loop(
        rendered,
        request,
        "trending.html",
        path=address("/trending", **_asked(window, date)),
        title="Trending" if date is None else f"Trending on {date:%-d %B %Y}",
        description="What rises among models, datasets, spaces, papers and repositories.",
        window=window,
        date=date,
        days=day_links("/trending", _asked(window, None), *_days_to(boards), date=date, now=now),
        boards_shown=sorted(boards, key=lambda shown: place_of(shown["board"])),
        movers=movers,
        series=await read_series(
            reader,
            [entry for shown in boards for entry in shown["entries"]]
            + [entry for each in movers.values() for entry in each.page.items],
        ),
        largest=_largest(movers.values()),
    )
    fresh = Freshness(changed, stale_at=ends, depends_on=ON_TRENDS)
    return page(request, body, fresh)


@router.get("/trending/changes")
async def read_changes_page(
    request: Request, window: Window = "week", date: PageDay = None
) -> Response:
    """What entered the boards and what left them since the day before."""
    reader, now = app_state(request).database.reader, app_state(request).clock()
    found = await read_board_changes(
        reader, Asked("trending", window, date=date), now=now, limit=MOST_CHANGES
    )
    changes = sorted(found.documents, key=lambda each: place_of(each["board"]))
    body = await off_the_loop(
        rendered,
        request,
        "changes.html",
        path=address("/trending/changes", **_asked(window, date)),
        title="New entries and leavers",
        description="What entered the trending boards and what left them since the day before.",
        window=window,
        date=date,
        days=day_links(
            "/trending/changes", _asked(window, None), *_days_to(changes), date=date, now=now
        ),
        changes=changes,
        series=await read_series(
            reader, [entry for each in changes for entry in (*each["entered"], *each["left"])]
        ),
    )
    fresh = Freshness(found.last_modified, stale_at=found.next_change_at, depends_on=ON_TRENDS)
    return page(request, body, fresh)


@router.get("/trending/method")
async def read_method_page(request: Request) -> Response:
    """How trending is counted, for readers; docs/trending.md has the same text."""
    body = await off_the_loop(
        rendered,
        request,
        "method.html",
        path="/trending/method",
        title="How trending is counted",
        description="What a trending score is made of, with a worked example.",
        text=method_html(),
    )
    return page(request, body, Freshness())


@router.get("/trending/{source}/{kind}")
async def read_board_page(
    request: Request,
    source: Annotated[str, Path()],
    kind: Annotated[str, Path()],
    window: Window = "week",
    date: PageDay = None,
    cursor: Cursor = None,
    *,
    wanted: PageFilter,
) -> Response:
    """One board, and who gained and lost most; further pages of it have the board alone."""
    known_source, known_kind = board_named(source, kind)
    reader, now = app_state(request).database.reader, app_state(request).clock()
    board = Asked("trending", window, known_source, known_kind, date)
    lists = await _lists(reader, replace(board, filter=wanted), now=now, cursor=cursor)
    history = await read_board_history(
        reader, board, now=now, days=CHART_DAYS, limit=CHART_SUBJECTS
    )
    words, shown, over_time = chosen_words(wanted), lists["trending"].page, history.document
    here, asked = f"/trending/{source}/{kind}", _asked(window, date) | words
    label = f"{source_named(known_source).label} {KIND_LABELS[known_kind]}"
    days = (*over_time["dates"], _last_day([{"board": lists["trending"].head}]))
    body = await off_the_loop(
        rendered,
        request,
        "board.html",
        path=address(here, **asked, cursor=cursor),
        title=f"Trending {label}" + ("" if date is None else f" on {date:%-d %B %Y}"),
        description=f"What rises among {label}, counted from our own snapshots.",
        label=label,
        source=known_source,
        kind=known_kind,
        window=window,
        date=date,
        days=day_links(here, _asked(window, None) | words, *days, date=date, now=now),
        # The chart is of the whole board.
        over_time=None if cursor or wanted.is_narrow else over_time,
        chart=_chart(over_time, label),
        wanted=words,
        choices=await read_choices(reader, board, now=now),
        lists=lists,
        first=None if cursor is None else address(here, **asked),
        further=older_page(here, shown, **asked),
        series=await read_series(reader, [it for each in lists.values() for it in each.page.items]),
        largest=_largest(each for name, each in lists.items() if name != "trending"),
    )
    return page(request, body, Freshness.of_board(shown, known_source, known_kind))


def _chart(over_time: Mapping[str, Any], label: str) -> Markup:
    title = f"{label}: ranks of {CHART_DAYS} days"
    return bump_chart(over_time["dates"], over_time["subjects"], title=title)


async def _lists(
    reader: Reader, board: Asked, *, now: datetime, cursor: str | None
) -> dict[BoardList, BoardPage]:
    """Read a page of a board; beside its first page also the movers."""
    part = Part(BOARD_SIZE, after=cursor)
    return {
        name: await read_board(reader, replace(board, list=name), now=now, part=part)
        for name in (_LISTS if cursor is None else _LISTS[:1])
    }


@router.get("/trending/{source}/{kind}/{external_id:path}")
async def read_subject_page(request: Request, source: str, kind: str, external_id: str) -> Response:
    """One model, dataset, space, paper or repository, with its history."""
    found = await subject_named(request, source, kind, external_id)
    if isinstance(found, MovedTo):
        there = f"/trending/{source}/{kind}/{quote(found.external_id, safe='/')}"
        return moved(request, there)
    subject: dict[str, Any] = found.document
    counter, word = counter_of(kind), counter_word(kind)
    seen = [each for each in subject["history"] if each[counter] is not None]
    named = subject["name"] if is_titled(subject) else subject["external_id"]
    path = f"/trending/{source}/{kind}/{quote(subject['external_id'], safe='/')}"
    body = await off_the_loop(
        rendered,
        request,
        "subject.html",
        path=path,
        card=f"/cards{path}.png",
        title=named,
        description=(subject["summary"] or f"{word.capitalize()} of {named} over time.")[:300],
        subject=subject,
        counter=counter,
        word=word,
        seen=seen,
        chart=charts.history(
            [
                charts.Point(datetime.fromisoformat(each["observed_at"]), each[counter])
                for each in seen
            ],
            title=f"{word.capitalize()} of {named}",
            what=word.capitalize(),
        ),
    )
    fresh = Freshness(found.last_modified, found.next_change_at, keys=board_keys(source, kind))
    return page(request, body, fresh)


def _largest(lists: Iterable[BoardPage]) -> int:
    """The largest move of some lists: one scale for the bars of gains and losses."""
    changes = [item.get("change") for each in lists for item in each.page.items]
    return max((abs(change) for change in changes if isinstance(change, int)), default=0)


def _asked(window: Window, date: Date | None) -> dict[str, str | None]:
    """The parameters of a board, those with their default left out."""
    return {
        "window": None if window == "week" else window,
        "date": None if date is None else date.isoformat(),
    }


def _last_day(boards: Iterable[Mapping[str, Any]]) -> str | None:
    return max((shown["board"]["date"] for shown in boards), default=None)


def _days_to(boards: Iterable[Mapping[str, Any]]) -> list[str]:
    """The week that ends with the newest of some boards; other days have a board as it stood."""
    last = _last_day(boards)
    if last is None:
        return []
    return [add_days(Date.fromisoformat(last), -n).isoformat() for n in range(DAYS_LINKED)]
