"""`brief`: what happened on a day, as facts with their proof."""

import asyncio
from datetime import UTC, date as Date, datetime

import orjson
import typer

from app.cli.output import JsonOption, Refusal, complain_of, print_json, stdout
from app.config import Settings
from app.content.facts.brief.markdown import brief_markdown
from app.content.facts.brief.shapes import brief_document
from app.content.queries.brief import last_complete_day, read_brief
from app.db import open_database
from app.errors import MorningPostError
from app.models.values import parse_date
from app.wording import date_sentence

DateOption = typer.Option(
    None, "--date", help="The UTC day, as YYYY-MM-DD; by default the last one that is over."
)


def brief(date: str | None = DateOption, as_json: bool = JsonOption) -> None:
    """Show the facts of a day, best first, each with its observations."""
    settings, now = Settings(), datetime.now(UTC)
    try:
        day = last_complete_day(now) if date is None else parse_date(date)
    except ValueError:
        raise typer.BadParameter(date_sentence(date), param_hint="--date") from None
    try:
        document = asyncio.run(_read(settings, day, now))
    except MorningPostError as error:
        complain_of(str(day), error, settings, as_json=as_json)
        raise Refusal from error
    if as_json:
        print_json(orjson.dumps(document))
    else:
        stdout.print(brief_markdown(document), markup=False, highlight=False, soft_wrap=True)


async def _read(settings: Settings, day: Date, now: datetime) -> dict[str, object]:
    async with open_database(settings.database) as database:
        found = await read_brief(database.reader, day, now=now)
    return brief_document(found.date, found.facts, found.coverage)
