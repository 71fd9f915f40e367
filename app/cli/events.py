"""`events`: print the event log, and follow it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress

import orjson
import typer

from app.cli.output import JsonOption, print_json, stderr, stdout, to_minute
from app.cli.session import utc_now
from app.config import Settings
from app.content.changes import watch_changes
from app.content.event_feed import FOLLOWED_AT_ONCE, open_feed
from app.content.queries.events import (
    EventPage,
    EventView,
    LoggedEvent,
    events_after,
    start_of,
    types_of,
)
from app.db import Database, open_database
from app.errors import BadRequest

_VIEW = EventView.ALL
_PATIENCE_SECONDS = 10.0


def events(
    follow: bool = typer.Option(
        False, "--follow", "-f", help="Wait for further events, until Ctrl-C."
    ),
    after: str | None = typer.Option(
        None, "--after", metavar="CURSOR", help="Only events after this cursor, or `latest`."
    ),
    types: str | None = typer.Option(
        None, "--types", help="Only these types, by comma, such as issue.published,trending.*."
    ),
    as_json: bool = JsonOption,
) -> None:
    """Print the event log, oldest event first.

    With --json all events are one document as the API returns it; with --follow too, one event is
    one line. The cursor to continue from goes to stderr.
    """
    settings = Settings()
    try:
        wanted = types_of(types)
    except BadRequest as error:
        raise typer.BadParameter(error.detail, param_hint="--types") from error
    printer = _Printer(is_lines=follow or not as_json, as_json=as_json)

    async def run() -> None:
        async with open_database(settings.database, settings.postgres) as database:
            start = await start_of(database.reader, after, view=_VIEW)
            pages = _follow(database, start, wanted) if follow else _read(database, start, wanted)
            async with aclosing(pages):
                async for page in pages:
                    printer.take(page)

    with suppress(KeyboardInterrupt):
        asyncio.run(run())
    printer.finish()


async def _read(
    database: Database, start: int | None, types: Sequence[str] | None
) -> AsyncGenerator[EventPage]:
    has_more = True
    while has_more:
        page = await events_after(database.reader, start, types=types, limit=FOLLOWED_AT_ONCE)
        yield page
        start, has_more = page.end, page.has_more


async def _follow(
    database: Database, start: int | None, types: Sequence[str] | None
) -> AsyncGenerator[EventPage]:
    async with (
        watch_changes(database, clock=utc_now, patience_seconds=_PATIENCE_SECONDS) as watch,
        open_feed(database.reader, watch) as feed,
        aclosing(feed.follow(start, view=_VIEW, types=types)) as pages,
    ):
        async for page in pages:
            yield page


class _Printer:
    """Prints pages as they come, or all at the end as one document."""

    def __init__(self, *, is_lines: bool, as_json: bool) -> None:
        self._is_lines = is_lines
        self._as_json = as_json
        self._kept: list[LoggedEvent] = []
        self._last: EventPage | None = None
        self._is_truncated = False

    def take(self, page: EventPage) -> None:
        """Print the events of a page, or keep them for the document."""
        self._last = page
        if page.truncated:
            self._is_truncated = True
            stderr.print("Events after this cursor are no longer kept; read all state again.")
        if not self._is_lines:
            self._kept.extend(page.events)
            return
        for event in page.events:
            if self._as_json:
                print_json(event.body(_VIEW))
            else:
                stdout.print(_line(event))

    def finish(self) -> None:
        """Print the document, if it was wanted, and the cursor to continue from."""
        last = self._last
        if last is None:
            return
        if not self._is_lines:
            whole = EventPage(
                _VIEW, self._kept, last.limit, last.end, False, truncated=self._is_truncated
            )
            print_json(whole.body())
        stderr.print(f"Continue with --after {last.next_cursor}")


def _line(event: LoggedEvent) -> str:
    """Describe an event on one line: sequence, time, type, and what it concerns."""
    data = orjson.loads(event.data)
    issue, text = data.get("issue"), ""
    if issue:
        text = f"No. {issue['number']} of {issue['date']}  {issue['title'] or ''}"
    elif "kind" in data:
        text = f"{data['source']} {data['kind']}"
    when = to_minute(event.document(_VIEW)["timestamp"])
    return f"{event.position:>6}  {when}  {event.type:<18} {text}".rstrip()
