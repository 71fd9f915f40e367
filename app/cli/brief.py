"""`brief`: what happened on a day, as facts with their proof."""

import asyncio
from datetime import UTC, date as Date, datetime

import orjson
import typer

from app.cli.output import JsonOption, day_given, print_json, refusing, stdout
from app.config import Settings
from app.content.facts.brief.markdown import brief_markdown
from app.content.facts.brief.shapes import brief_document
from app.content.queries.brief import last_complete_day, read_brief
from app.db import open_database

DateOption = typer.Option(
    None, "--date", help="The UTC day, as YYYY-MM-DD; by default the last one that is over."
)


def brief(date: str | None = DateOption, as_json: bool = JsonOption) -> None:
    """Show the facts of a day, best first, each with its observations."""
    settings, now = Settings(), datetime.now(UTC)
    day = last_complete_day(now) if date is None else day_given(date)
    with refusing(str(day), settings, as_json=as_json):
        document = asyncio.run(_read(settings, day, now))
    if as_json:
        print_json(orjson.dumps(document))
    else:
        stdout.print(brief_markdown(document), markup=False, highlight=False, soft_wrap=True)


async def _read(settings: Settings, day: Date, now: datetime) -> dict[str, object]:
    async with open_database(settings.database) as database:
        found = await read_brief(database.reader, day, now=now)
    return brief_document(found.date, found.facts, found.coverage)
