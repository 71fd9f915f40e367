"""`issues post|put|validate|publish`: documents in files, one issue per file."""

from functools import partial

import orjson
import typer

from app.cli import draft, issue_changes, issue_reads, transfer
from app.cli.documents import for_each, read_json, ref_in, ref_of
from app.cli.numbers import print_numbers
from app.cli.output import JsonOption, complain_of, print_faults, print_json, stdout
from app.cli.refusal import Refusal
from app.cli.session import judging
from app.config import Settings
from app.content.commands import issues as commands, publishing
from app.content.commands.selection import find_issue, members_of, no_guard
from app.content.commands.transaction import Transaction
from app.content.issue_view import IssueAnswer
from app.errors import Fault, MorningPostError

app = typer.Typer(no_args_is_help=True)
app.command("list")(issue_reads.list_)
app.command("show")(issue_reads.show)
app.command("review")(issue_reads.review)
app.command("draft")(draft.draft)
app.command("import")(transfer.import_)
app.command("export")(transfer.export)

app.command("patch")(issue_changes.patch)
app.command("schedule")(issue_changes.schedule)
app.command("unpublish")(issue_changes.unpublish)
app.command("delete")(issue_changes.delete)
app.command("preview")(issue_changes.preview)

FilesArgument = typer.Argument(metavar="FILE...", help="JSON files, one issue each; - is stdin.")
PublishOption = typer.Option(False, "--publish", help="Publish as well.")


@app.command()
def post(
    files: list[str] = FilesArgument, publish: bool = PublishOption, as_json: bool = JsonOption
) -> None:
    """Create an issue from each file: a draft, or published with --publish."""
    settings = Settings()

    def act(name: str, tx: Transaction) -> IssueAnswer:
        return commands.create(
            tx, payload=partial(read_json, name), publish=publish, base_url=settings.public_url
        )

    for_each(settings, files, act, word="Posted", as_json=as_json)


@app.command()
def put(
    files: list[str] = FilesArgument, publish: bool = PublishOption, as_json: bool = JsonOption
) -> None:
    """Replace the issue with each file's number or date, or create it if there is none."""
    settings = Settings()

    def act(name: str, tx: Transaction) -> IssueAnswer:
        document = members_of(read_json(name))
        ref = ref_in(document)
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

    for_each(settings, files, act, word="Put", as_json=as_json)


@app.command()
def publish(
    refs: list[str] = typer.Argument(
        help="Issues, by number, date or slug, or files that have a number or date."
    ),
    correction: str | None = typer.Option(
        None,
        "--correction",
        metavar="NOTE",
        help="Publish the change as a correction, with this note to readers.",
    ),
    as_json: bool = JsonOption,
) -> None:
    """Publish the newest revision of each issue. Without --correction a change is quiet."""
    settings = Settings()
    sent = None if correction is None else {"correction": {"note": correction}}

    def act(name: str, tx: Transaction) -> IssueAnswer:
        return publishing.publish(
            tx,
            ref_of(name),
            guard=no_guard,
            base_url=settings.public_url,
            payload=None if sent is None else lambda: sent,
        )

    for_each(settings, refs, act, word="Published", as_json=as_json)


@app.command()
def validate(files: list[str] = FilesArgument, as_json: bool = JsonOption) -> None:
    """Check files and print errors and warnings. Nothing is saved."""
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
    return commands.validate_only(tx, payload=partial(read_json, name))


def _print_judgement(name: str, judged: dict[str, object]) -> None:
    stdout.print(f"{name}: {'valid' if judged['valid'] else 'not valid'}")
    for kind, style in (("errors", "red"), ("warnings", "yellow")):
        findings = judged[kind]
        if isinstance(findings, list):
            others = [finding for finding in findings if "printed" not in finding]
            print_faults([Fault(**finding) for finding in others], style=style)
            print_numbers([finding for finding in findings if "printed" in finding])
