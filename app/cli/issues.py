"""`issues post|put|validate|publish`: documents in files, one issue each."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import orjson
import typer

from app.cli import draft, transfer
from app.cli.output import (
    JsonOption,
    Refusal,
    complain_of,
    print_faults,
    print_json,
    progress,
    stdout,
)
from app.cli.session import judging, writing
from app.config import Settings
from app.content.commands import issues as commands, publishing
from app.content.commands.selection import find_issue, members_of, no_guard
from app.content.commands.transaction import Transaction
from app.content.issue_view import IssueAnswer
from app.content.ref import Ref, parse_ref
from app.errors import BadRequest, Fault, MorningPostError
from app.models.values import parse_date
from app.web.http.payload import parse_json

app = typer.Typer(no_args_is_help=True)
app.command("draft")(draft.draft)
app.command("import")(transfer.import_)
app.command("export")(transfer.export)

FilesArgument = typer.Argument(help="JSON documents, one issue each; - is stdin.")
PublishOption = typer.Option(False, "--publish", help="Publish as well.")

Act = Callable[[Transaction, str], IssueAnswer]


@app.command()
def post(
    files: list[str] = FilesArgument, publish: bool = PublishOption, as_json: bool = JsonOption
) -> None:
    """Make a new issue of each file: a draft, or with --publish in print."""
    settings = Settings()

    def act(tx: Transaction, name: str) -> IssueAnswer:
        return commands.create(
            tx, payload=partial(_read, name), publish=publish, base_url=settings.public_url
        )

    _each(settings, files, act, word="Posted", as_json=as_json)


@app.command()
def put(
    files: list[str] = FilesArgument, publish: bool = PublishOption, as_json: bool = JsonOption
) -> None:
    """Replace the issue of each file's number (else date), or make it where there is none."""
    settings = Settings()

    def act(tx: Transaction, name: str) -> IssueAnswer:
        document = members_of(_read(name))
        ref = _ref_in(document)
        if ref is None or find_issue(tx, ref) is None:
            return commands.create(
                tx, payload=lambda: document, publish=publish, base_url=settings.public_url
            )
        return commands.replace(
            tx,
            ref,
            payload=lambda: document,
            guard=no_guard,
            publish=publish,
            base_url=settings.public_url,
        )

    _each(settings, files, act, word="Put", as_json=as_json)


@app.command()
def publish(
    refs: list[str] = typer.Argument(
        help="Issues by number, date or slug, or files that hold their number or date."
    ),
    as_json: bool = JsonOption,
) -> None:
    """Put the head of each issue into print."""
    settings = Settings()

    def act(tx: Transaction, name: str) -> IssueAnswer:
        return publishing.publish(tx, _ref_of(name), guard=no_guard, base_url=settings.public_url)

    _each(settings, refs, act, word="Published", as_json=as_json)


@app.command()
def validate(files: list[str] = FilesArgument, as_json: bool = JsonOption) -> None:
    """Say what is wrong with each file, and what could be better; nothing is saved."""
    settings = Settings()
    all_valid = True
    with judging(settings) as judge:
        for name in files:
            try:
                judged = judge(partial(_judge, name))
            except MorningPostError as error:
                all_valid = False
                complain_of(name, error, settings, as_json=as_json)
                continue
            all_valid = all_valid and bool(judged["valid"])
            if as_json:
                print_json(orjson.dumps(judged))
            else:
                _print_judgement(name, judged)
    if not all_valid:
        raise Refusal


def _judge(name: str, tx: Transaction) -> dict[str, object]:
    return commands.validate_only(tx, payload=partial(_read, name))


def _print_judgement(name: str, judged: dict[str, object]) -> None:
    stdout.print(f"{name}: {'valid' if judged['valid'] else 'not valid'}")
    for kind, style in (("errors", "red"), ("warnings", "yellow")):
        findings = judged[kind]
        if isinstance(findings, list):
            print_faults([Fault(**finding) for finding in findings], style=style)


def _each(settings: Settings, names: Sequence[str], act: Act, *, word: str, as_json: bool) -> None:
    """Do a thing with each name in a transaction of its own; go on after a refusal."""
    refused = False
    with writing(settings) as perform, progress() as bar:
        for name in bar.track(names, description=word):
            try:
                shown = perform(partial(_acted, act, name))
            except MorningPostError as error:
                refused = True
                complain_of(name, error, settings, as_json=as_json)
                continue
            if as_json:
                print_json(shown.body)
            else:
                _print_issue(word, orjson.loads(shown.body))
    if refused:
        raise Refusal


def _acted(act: Act, name: str, tx: Transaction) -> IssueAnswer:
    return act(tx, name)


def _print_issue(word: str, issue: dict[str, object]) -> None:
    links = issue["links"]
    address = links["self"] if isinstance(links, dict) else ""
    stdout.print(
        f"{word} issue {issue['number']} of {issue['date']}: "
        f"revision {issue['revision']}, {issue['status']}, {address}",
    )


def _read(name: str) -> object:
    """Read a file, or stdin, as JSON. Raises `BadRequest`."""
    try:
        text = typer.get_binary_stream("stdin").read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise BadRequest("malformed_json", f"cannot be read: {error.strerror}.") from error
    return parse_json(text)


def _ref_of(name: str) -> Ref:
    if name == "-" or Path(name).is_file():
        ref = _ref_in(members_of(_read(name)))
        if ref is not None:
            return ref
    return parse_ref(name)


def _ref_in(document: object) -> Ref | None:
    """The number, else the date, that a document names."""
    if not isinstance(document, dict):
        return None
    number, date = document.get("number"), document.get("date")
    if isinstance(number, int) and not isinstance(number, bool):
        return Ref("number", number)
    with suppress(ValueError):
        return Ref("date", parse_date(date)) if isinstance(date, str) else None
    return None
