"""`webhooks create`, `list`, `ping`, `enable`, `rotate`, `delete`, `replay` and `listen`."""

import asyncio
from collections.abc import Callable

import orjson
import typer

from app.cli.output import JsonOption, complain_of, print_json, print_list, stderr, stdout, tell
from app.cli.refusal import Refusal
from app.cli.session import all_pages, reading, utc_now, writing
from app.config import Settings
from app.content.commands import webhooks as commands
from app.content.commands.transaction import Transaction
from app.content.commands.webhook_queue import document_of
from app.content.commands.webhooks import WebhookInput
from app.content.queries.events import EventView, position_after
from app.content.queries.webhooks import list_webhooks
from app.content.validation import validate
from app.content.webhook_signature import format_secret, new_secret, parse_secret
from app.content.webhook_types import DEFAULT_TYPES
from app.delivery.forwarding import Forwarder, LogRefused
from app.errors import ContentInvalid
from app.models.webhook_endpoint import WebhookEndpoint

app = typer.Typer(no_args_is_help=True)

IdArgument = typer.Argument(help="The id of the webhook, wh_….", metavar="ID")
TypeOption = typer.Option(
    [],
    "--type",
    help="An event type, or a prefix such as 'issue.*'; give several times. "
    f"Default: {', '.join(DEFAULT_TYPES)}.",
)

Command = Callable[[Transaction], WebhookEndpoint]


@app.command()
def create(
    url: str = typer.Argument(help="Where events are posted, https://…."),
    types: list[str] = TypeOption,
    description: str | None = typer.Option(None, "--description", help="What it is for."),
    as_json: bool = JsonOption,
) -> None:
    """Create a webhook and print its secret, which cannot be shown again.

    It is sent all events of its types, those of drafts included.
    """
    settings = Settings()
    given = {"url": url, "description": description} | ({"types": types} if types else {})
    try:
        wanted = validate(WebhookInput, given)
        document, secret = _performed(
            lambda tx: commands.create_endpoint(
                tx, wanted, allow_private=settings.webhooks_allow_private
            )
        )
    except ContentInvalid as error:
        complain_of(url, error, settings, as_json=as_json)
        raise Refusal from None
    _print_secret(document, secret, as_json=as_json)
    if not as_json:
        stderr.print("It gets events once it has answered a ping.")


@app.command("list")
def list_(as_json: bool = JsonOption) -> None:
    """List the webhooks, newest first."""
    print_list(
        all_pages(list_webhooks),
        ("id", "status", "lag", "url"),
        lambda each: (
            each["id"],
            each["disabled_reason"] or each["status"],
            str(each["lag"]),
            each["url"],
        ),
        if_empty="No webhooks yet. Create one with `morningpost webhooks create URL`.",
        as_json=as_json,
    )


@app.command()
def ping(webhook_id: str = IdArgument, as_json: bool = JsonOption) -> None:
    """Queue a ping. A server or worker that runs sends it."""
    document, _ = _performed(lambda tx: commands.ping_endpoint(tx, webhook_id))
    tell(document, f"A ping for {webhook_id} is queued.", as_json=as_json)


@app.command()
def enable(webhook_id: str = IdArgument, as_json: bool = JsonOption) -> None:
    """Enable a disabled webhook; it goes on where it stopped."""
    document, _ = _performed(lambda tx: commands.enable_endpoint(tx, webhook_id))
    tell(document, f"{webhook_id} is {document['status']}.", as_json=as_json)


@app.command()
def rotate(webhook_id: str = IdArgument, as_json: bool = JsonOption) -> None:
    """Print a new secret. For 24 hours requests carry the signatures of both."""
    document, secret = _performed(lambda tx: commands.rotate_secret(tx, webhook_id))
    _print_secret(document, secret, as_json=as_json)


@app.command()
def delete(webhook_id: str = IdArgument) -> None:
    """Delete a webhook with its deliveries."""
    with writing(Settings()) as perform:
        perform(lambda tx: commands.delete_endpoint(tx, webhook_id))
    stdout.print(f"Deleted {webhook_id}.")


@app.command()
def replay(
    webhook_id: str = IdArgument,
    after: str | None = typer.Option(
        None, "--after", help="A cursor of the event log: send all events after it."
    ),
    event: str | None = typer.Option(None, "--event", help="The id of one event, evt_…."),
    as_json: bool = JsonOption,
) -> None:
    """Send events again: one of them, or all after a cursor of the log."""
    if (after is None) == (event is None):
        raise typer.BadParameter("Give either --after or --event.")
    if after is None:
        document, _ = _performed(lambda tx: commands.replay_event(tx, webhook_id, event or ""))
    else:
        cursor = after
        position = reading(
            Settings(),
            lambda database: position_after(database.reader, cursor, view=EventView.ALL),
        )
        document, _ = _performed(lambda tx: commands.replay_after(tx, webhook_id, position))
    tell(document, f"Events for {webhook_id} are queued again.", as_json=as_json)


@app.command()
def listen(
    forward_to: str = typer.Option(
        ..., "--forward-to", help="Your receiver, such as http://localhost:3000/hooks."
    ),
    server: str | None = typer.Option(
        None, "--server", help="Whose log to pull; MORNINGPOST_PUBLIC_URL by default."
    ),
    key: str | None = typer.Option(
        None, "--key", envvar="PAPER_KEY", help="An API key; with drafts:read for all events."
    ),
    types: list[str] = typer.Option([], "--type", help="An event type; give several times."),
    secret: str | None = typer.Option(
        None, "--secret", help="Sign with this whsec_… secret, not with a new one."
    ),
) -> None:
    """Pull the log of a server and post its events to a local address, signed like webhooks."""
    try:
        signing = new_secret() if secret is None else parse_secret(secret)
    except ValueError as error:
        raise typer.BadParameter(f"--secret: {error}.") from None
    listener = Forwarder(
        server=server or Settings().public_url,
        forward_to=forward_to,
        secret=signing,
        clock=utc_now,
        key=key,
        types=",".join(types) or None,
        on_trouble=lambda text: stderr.print(text, style="yellow"),
    )
    typer.echo(format_secret(signing))
    stderr.print(f"Forwarding the events of {listener.server} to {forward_to}. Ctrl+C ends it.")

    async def forward() -> None:
        async for each in listener.events():
            outcome = str(each.status) if each.status is not None else each.error or "no response"
            stdout.print(f"{each.type}  {each.event_id}  {outcome}")

    try:
        asyncio.run(forward())
    except KeyboardInterrupt:
        stderr.print("Stopped.")
    except LogRefused as refusal:
        raise Refusal(str(refusal)) from None


def _performed(command: Command) -> tuple[dict[str, object], bytes]:
    """Run a command; return the document of its endpoint and the secret."""

    def work(tx: Transaction) -> tuple[dict[str, object], bytes]:
        endpoint = command(tx)
        return document_of(tx, endpoint), endpoint.secret

    with writing(Settings()) as perform:
        return perform(work)


def _print_secret(document: dict[str, object], secret: bytes, *, as_json: bool) -> None:
    if as_json:
        print_json(orjson.dumps({**document, "secret": format_secret(secret)}))
        return
    typer.echo(format_secret(secret))
    stderr.print(f"Webhook {document['id']}. The secret is not shown again.")
