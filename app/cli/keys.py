"""`keys create`, `keys list`, `keys revoke`."""

from datetime import datetime, timedelta

import orjson
import typer

from app.cli.output import (
    JsonOption,
    print_json,
    print_list,
    stderr,
    stdout,
    to_minute,
)
from app.cli.session import all_pages, utc_now, writing
from app.config import Settings
from app.content.access import SCOPES, Scope
from app.content.commands.api_keys import create_key, revoke_key
from app.content.queries.api_keys import key_document, list_keys
from app.errors import quoted
from app.models.values import parse_instant
from app.wording import instant_sentence

app = typer.Typer(no_args_is_help=True)

ScopeOption = typer.Option([], "--scope", help=f"A scope; give several times: {', '.join(SCOPES)}.")


@app.command()
def create(
    scope: list[str] = ScopeOption,
    name: str = typer.Option("", "--name", help="What the key is for."),
    expires_at: str | None = typer.Option(
        None, "--expires-at", help="When it expires, such as 2026-12-31T00:00:00Z."
    ),
    days: int | None = typer.Option(None, "--days", min=1, help="Expire after this many days."),
    as_json: bool = JsonOption,
) -> None:
    """Create a key and print it. It cannot be shown again."""
    scopes = [_scope(word) for word in scope]
    if days is not None and expires_at is not None:
        raise typer.BadParameter("Give --days or --expires-at, not both.")
    ends = utc_now() + timedelta(days=days) if days is not None else _instant(expires_at)
    with writing(Settings()) as perform:
        row, new = perform(
            lambda tx: create_key(
                tx, name=name or f"key of {tx.now:%Y-%m-%d}", scopes=scopes, expires_at=ends
            )
        )
    if as_json:
        print_json(orjson.dumps({"key": new.key, **key_document(row)}))
        return
    typer.echo(new.key)
    granted = ", ".join(row.scopes.split()) or "no scopes"
    stderr.print(f"Key {row.prefix} ({granted}). It is not shown again.")


def _scope(word: str) -> Scope:
    for scope in SCOPES:
        if scope == word:
            return scope
    raise typer.BadParameter(f"Unknown scope {quoted(word)}. Choose from: {', '.join(SCOPES)}.")


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError:
        raise typer.BadParameter(instant_sentence(text)) from None


@app.command("list")
def list_(as_json: bool = JsonOption) -> None:
    """List keys that are not revoked, newest first."""
    print_list(
        all_pages(list_keys),
        ("prefix", "name", "scopes", "created", "expires", "last used"),
        lambda key: (
            key["prefix"],
            key["name"],
            " ".join(key["scopes"]),
            *(to_minute(key[name]) for name in ("created_at", "expires_at", "last_used_at")),
        ),
        if_empty="No keys yet. Create one with `morningpost keys create`.",
        as_json=as_json,
    )


@app.command()
def revoke(prefix: str = typer.Argument(help="The part of the key after amp_.")) -> None:
    """Revoke a key at once."""
    with writing(Settings()) as perform:
        perform(lambda tx: revoke_key(tx, prefix))
    stdout.print(f"Revoked {prefix}.")
