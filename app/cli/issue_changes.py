"""`issues patch|schedule|unpublish|delete|preview`: change issues named by number, date or slug."""

from functools import partial

import orjson
import typer

from app.cli.documents import for_each, read_json, ref_to_change
from app.cli.output import JsonOption, print_json, refusing, stderr
from app.cli.session import writing
from app.config import Settings
from app.content.commands import issues as commands, publishing
from app.content.commands.previews import address_of, preview as make_preview
from app.content.commands.selection import get_issue, no_guard, show
from app.content.commands.transaction import Transaction
from app.content.issue_view import IssueAnswer

RefArgument = typer.Argument(help="The issue, by number, date or slug.")
RefsArgument = typer.Argument(metavar="REF...", help="Issues, by number, date or slug.")


def patch(
    ref: str = RefArgument,
    file: str = typer.Argument("-", help="A JSON Merge Patch (RFC 7396); - is stdin."),
    section: str | None = typer.Option(
        None, "--section", help="Change only the section with this slug."
    ),
    publish: bool = typer.Option(False, "--publish", help="Publish as well."),
    as_json: bool = JsonOption,
) -> None:
    """Change some fields of an issue, or of one section of it.

    Fields that the patch leaves out stay as they are; null restores a default.
    """
    settings = Settings()

    def act(name: str, tx: Transaction) -> IssueAnswer:
        wanted, base_url = ref_to_change(name), settings.public_url
        payload = partial(read_json, file)
        if section is None:
            return commands.patch(
                tx, wanted, payload=payload, guard=no_guard, publish=publish, base_url=base_url
            )
        commands.patch_section(
            tx, wanted, section, payload=payload, guard=no_guard, publish=publish, base_url=base_url
        )
        issue = get_issue(tx, wanted, guard=no_guard, base_url=base_url)
        return show(tx, issue, base_url=base_url)

    for_each(settings, [ref], act, word="Changed", as_json=as_json)


def schedule(
    ref: str = RefArgument,
    publish_at: str = typer.Argument(
        help="When to publish, with its time zone, such as 2026-05-03T06:00:00Z."
    ),
    as_json: bool = JsonOption,
) -> None:
    """Publish an issue at a time in the future. The server needs no worker for it."""
    settings = Settings()

    def act(name: str, tx: Transaction) -> IssueAnswer:
        return publishing.schedule(
            tx,
            ref_to_change(name),
            payload=lambda: {"publish_at": publish_at},
            guard=no_guard,
            base_url=settings.public_url,
        )

    for_each(settings, [ref], act, word="Scheduled", as_json=as_json)


def unpublish(refs: list[str] = RefsArgument, as_json: bool = JsonOption) -> None:
    """Take issues out of print, or cancel their schedule. They become drafts."""
    settings = Settings()

    def act(name: str, tx: Transaction) -> IssueAnswer:
        return publishing.unpublish(
            tx, ref_to_change(name), guard=no_guard, base_url=settings.public_url
        )

    for_each(settings, refs, act, word="Unpublished", as_json=as_json)


def delete(refs: list[str] = RefsArgument, as_json: bool = JsonOption) -> None:
    """Delete drafts that have never been published, with all their revisions."""
    settings = Settings()

    def act(name: str, tx: Transaction) -> None:
        commands.delete(tx, ref_to_change(name), guard=no_guard, base_url=settings.public_url)

    for_each(settings, refs, act, word="Deleted", as_json=as_json)


def preview(ref: str = RefArgument, as_json: bool = JsonOption) -> None:
    """Print a URL that shows a draft to anyone who has it, for seven days."""
    settings = Settings()

    def act(tx: Transaction) -> dict[str, str]:
        made = make_preview(tx, ref_to_change(ref))
        url = address_of(tx, made, base_url=settings.public_url)
        return {"url": url, "expires_at": made.expires_at}

    with refusing(ref, settings, as_json=as_json), writing(settings) as perform:
        made = perform(act)
    if as_json:
        print_json(orjson.dumps(made))
        return
    typer.echo(made["url"])
    stderr.print(f"Expires at {made['expires_at']}.")
