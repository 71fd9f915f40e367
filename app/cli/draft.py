"""`issues draft`: an issue written from the brief of a day, with boards and movers filled in."""

from typing import Any, get_args

import orjson
import typer

from app.cli.output import JsonOption, day_given, print_json, refusing, stderr, stdout
from app.cli.session import reading, utc_now, writing
from app.config import Settings
from app.content.commands.drafting import draft as draft_issue
from app.content.queries.brief import facts_for_issue
from app.models.values import Window

MOST = 40
"""Entries per board: with more, five boards would not fit into a section."""

DateOption = typer.Option(..., "--date", help="The day of the issue, as YYYY-MM-DD.")
WindowOption = typer.Option("week", "--window", help=f"One of {', '.join(get_args(Window))}.")
LimitOption = typer.Option(
    5, "--limit", min=1, max=MOST, help="Entries of each board, and movers in total."
)


def draft(
    date: str = DateOption,
    window: str = WindowOption,
    limit: int = LimitOption,
    as_json: bool = JsonOption,
) -> None:
    """Create a draft from the brief of a day: lead, numbers, short news, boards and movers."""
    day, wanted = day_given(date), _window(window)
    settings = Settings()
    with refusing(date, settings, as_json=as_json):
        facts = reading(
            settings, lambda database: facts_for_issue(database.reader, day, now=utc_now())
        )
        with writing(settings) as perform:
            drafted = perform(
                lambda tx: draft_issue(
                    tx,
                    day,
                    facts=facts,
                    window=wanted,
                    limit=limit,
                    base_url=settings.public_url,
                )
            )
    for sentence in drafted.missing:
        stderr.print(f"left empty: {sentence}", style="yellow")
    for sentence in drafted.warnings:
        stderr.print(f"warning: {sentence}", style="yellow")
    if as_json:
        print_json(drafted.answer.body)
        return
    issue = orjson.loads(drafted.answer.body)
    filled = ", ".join(
        f"{len(section['entries'])} {section['kind']} entries"
        for section in issue["sections"]
        if section["kind"] in ("trending", "movers")
    )
    stdout.print(
        f"Drafted issue {issue['number']} of {issue['date']} with {filled}: "
        f"{issue['links']['self']}; {_what_is_next(issue)}",
    )


def _window(given: str) -> Window:
    windows: tuple[Window, ...] = get_args(Window)
    if given not in windows:
        raise typer.BadParameter(f"Give one of {', '.join(windows)}.", param_hint="--window")
    return windows[windows.index(given)]


def _what_is_next(issue: dict[str, Any]) -> str:
    if issue["sections"][0]["kind"] == "lead":
        return "its stories are written from the brief; read them before you publish."
    return "it needs a lead before it can be published."
