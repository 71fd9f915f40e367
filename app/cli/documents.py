"""What the commands on issues share: documents in files, references, and one line per issue."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import get_args

import orjson
import typer

from app.cli.numbers import print_numbers
from app.cli.output import complain_of, print_json, progress, stdout, tell
from app.cli.refusal import Refusal
from app.cli.session import writing
from app.config import Settings
from app.content.commands.selection import members_of
from app.content.commands.transaction import Transaction
from app.content.issue_view import IssueAnswer, with_warnings
from app.content.queries.issues import StatusFilter
from app.content.ref import LATEST, Ref, parse_ref
from app.errors import BadRequest, MorningPostError, NotFound
from app.models.values import parse_date
from app.web.http.payload import parse_json

Act = Callable[[str, Transaction], IssueAnswer | None]
"""One change to the issue of a name; `None` where nothing is left to print."""
STATUSES: tuple[StatusFilter, ...] = get_args(StatusFilter)


def for_each(
    settings: Settings, names: Sequence[str], act: Act, *, word: str, as_json: bool
) -> None:
    """Change the issue of each name in a transaction of its own; go on after a refusal.

    Raises:
        Refusal: at least one was refused; each refusal has been printed.
    """
    refused = False
    with writing(settings) as perform, progress(is_shown=len(names) > 1) as bar:
        for name in bar.track(names, description="Working"):
            try:
                shown = perform(partial(act, name))
            except MorningPostError as error:
                refused = True
                complain_of(name, error, settings, as_json=as_json)
                continue
            if shown is None:
                tell({"ref": name}, f"{word} issue {name}.", as_json=as_json)
            elif as_json:
                print_json(with_warnings(shown))
            else:
                print_issue(word, orjson.loads(shown.body))
                print_numbers([warning.document() for warning in shown.warnings])
    if refused:
        raise Refusal


def status_given(text: str) -> StatusFilter:
    """Read the option `--status`."""
    for status in STATUSES:
        if status == text:
            return status
    raise typer.BadParameter(f"Choose from: {', '.join(STATUSES)}.", param_hint="--status")


def print_issue(word: str, issue: dict[str, object]) -> None:
    """Print one line about an issue after a change."""
    links = issue["links"]
    address = links["self"] if isinstance(links, dict) else ""
    stdout.print(
        f"{word} issue {issue['number']} of {issue['date']}: "
        f"revision {issue['revision']}, {issue['status']}, {address}",
    )


def read_json(name: str) -> object:
    """Read a file, or stdin for `-`, as JSON. Raises `BadRequest`."""
    try:
        text = typer.get_binary_stream("stdin").read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise BadRequest("malformed_json", f"cannot be read: {error.strerror}.") from error
    return parse_json(text)


def ref_to_change(text: str) -> Ref:
    """Read a reference to an issue that is to be changed. Raises `NotFound`."""
    if text == LATEST:
        raise NotFound(
            "issue_not_found",
            "`latest` can only be read; name the issue by its number, date or slug.",
        )
    return parse_ref(text)


def ref_of(name: str) -> Ref:
    """The issue that a file names by number or date, else the one of a reference."""
    if name == "-" or Path(name).is_file():
        ref = ref_in(members_of(read_json(name)))
        if ref is not None:
            return ref
    return ref_to_change(name)


def ref_in(document: object) -> Ref | None:
    """The number, else the date, that a document names."""
    if not isinstance(document, dict):
        return None
    number, date = document.get("number"), document.get("date")
    if isinstance(number, int) and not isinstance(number, bool):
        return Ref("number", number)
    with suppress(ValueError):
        return Ref("date", parse_date(date)) if isinstance(date, str) else None
    return None
