"""The settings: one prefix, every field described. Nothing else reads the environment."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url

from app.database_file import make_private_folder
from app.wording import right_value

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

KEY_PATTERN = re.compile(r"amp_(?P<prefix>[A-Za-z0-9]{1,32})_(?P<secret>[A-Za-z0-9_-]{1,200})")
"""What a key looks like: `amp_<prefix>_<secret>`."""

_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


class Settings(BaseSettings):
    """Everything that can be set, by environment (`MORNINGPOST_…`) or a `.env` file."""

    model_config = SettingsConfigDict(
        env_prefix="MORNINGPOST_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    database_url: str = Field(
        default="sqlite:///data/morningpost.db",
        description="Where the paper is kept: `sqlite:///path` or `postgresql://…`.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(default=1, ge=1, le=64, description="Server processes.")
    public_url: str = Field(
        default="",
        description="Start of every absolute URL in an answer; `http://<host>:<port>` by default, "
        "and `http://localhost:<port>` where the host is a wildcard such as `0.0.0.0`.",
    )
    demo: bool = Field(
        default=False,
        description="Seed the demo issues into an empty database at start (`make serve` sets it).",
    )
    bootstrap_key: SecretStr | None = Field(
        default=None, description="A first key with all scopes, `amp_<prefix>_<secret>`."
    )
    rate_limit: str = Field(
        default="600/60",
        pattern=r"^(0|[1-9]\d{0,8}/[1-9]\d{0,5})$",
        description="Requests a window in seconds, by key or else by address; `0` is off.",
    )
    redis_url: str | None = Field(
        default=None, description="Redis or Valkey for rate limits that many nodes share."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Addresses or networks, by comma, whose `X-Forwarded-For` is believed.",
    )
    max_connections: int = Field(
        default=10_000, ge=0, description="Open connections of each process; `0`: no limit."
    )
    max_connections_per_address: int = Field(
        default=2_500,
        ge=0,
        description="The same from one address (IPv6: one /64), trusted proxies excepted.",
    )
    max_sockets: int = Field(
        default=2_000, ge=0, description="Open WebSockets of each process; `0`: no limit."
    )
    max_sockets_per_caller: int = Field(
        default=500, ge=0, description="The same of one key, or else of one address."
    )
    max_subscriptions: int = Field(
        default=2_000,
        ge=0,
        description="GraphQL subscriptions of each process, over either transport; `0`: no limit.",
    )
    max_subscriptions_per_caller: int = Field(
        default=500, ge=0, description="The same of one key, or else of one address."
    )
    max_body_bytes: int = Field(
        default=1_048_576,
        ge=1024,
        description="Largest request body, in bytes (a line of an import).",
    )
    max_age: int = Field(
        default=60, ge=0, description="Seconds that public answers are fresh (`max-age`)."
    )
    stale_while_revalidate: int = Field(
        default=600, ge=0, description="Seconds that a cache may serve them stale meanwhile."
    )
    cache_bytes: int = Field(
        default=33_554_432,
        ge=0,
        description="Room for ready answers in each process, in bytes; `0` keeps none.",
    )
    keep_alive_seconds: int = Field(
        default=75,
        ge=1,
        le=3600,
        description="Seconds that an idle connection stays open; longer than the proxy before it.",
    )
    wire: bool = Field(
        default=True,
        description="Give ready answers inside the protocol class; its deadlines stand anyway.",
    )
    access_log: bool = Field(default=True, description="Write a line of log for every request.")
    graphql_documents: str | None = Field(
        default=None,
        description="A folder of `*.graphql` files: queries known by the SHA-256 of their text.",
    )
    graphql_only_registered: bool = Field(
        default=False, description="Carry out no GraphQL but the documents of that folder."
    )
    huggingface_url: str = Field(
        default="https://huggingface.co",
        pattern=r"^https?://[^/?#\s]+",
        description="Where the Hugging Face API is asked.",
    )
    huggingface_token: SecretStr | None = Field(
        default=None, description="A token for it: twice the quota. Works without."
    )
    github_url: str = Field(
        default="https://api.github.com",
        pattern=r"^https?://[^/?#\s]+",
        description="Where the GitHub API is asked.",
    )
    github_token: SecretStr | None = Field(
        default=None,
        description="A token for it: all known repositories are refreshed; without, a few dozen.",
    )
    github_topics: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Topics to discover repositories by, by comma; a dozen on AI by default.",
    )
    github_owners: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Users and organisations on GitHub to discover from, by comma."
    )
    huggingface_owners: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Users and organisations on the Hub to discover from, by comma."
    )
    sync_interval_hours: float = Field(
        default=0,
        ge=0,
        le=24 * 31,
        description="Hours between sync runs, of the worker or the server; `0` is off.",
    )
    security_contact: str | None = Field(
        default=None,
        pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://[^\s/]+\S*)$",
        description="Whom `security.txt` names: `mailto:` or `https:`; security@ its host without.",
    )
    telegram_url: str | None = Field(
        default=None, description="Address of a Telegram channel to name among the subscriptions."
    )
    newsletter_url: str | None = Field(
        default=None,
        pattern=r"^https://[^\s/?#@\"';,]+(/[^\s#\"]*)?$",
        description="Address of a newsletter service that the subscribe form posts `email` to; "
        "`https:` only.",
    )

    @field_validator(
        "trusted_proxies", "github_topics", "github_owners", "huggingface_owners", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("github_topics", "github_owners", "huggingface_owners")
    @classmethod
    def _names_have_their_shape(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name) for name in names):
            raise ValueError("must be names of letters, digits, dots, hyphens and underscores")
        return names

    @field_validator("public_url", "telegram_url")
    @classmethod
    def _address_is_absolute(cls, value: str | None) -> str | None:
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError("must begin https:// or http:// and have a host, and no query")
        return value

    @field_validator("bootstrap_key")
    @classmethod
    def _key_has_its_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not KEY_PATTERN.fullmatch(value.get_secret_value()):
            raise ValueError("must look like amp_<prefix>_<secret>")
        return value

    @model_validator(mode="after")
    def _public_url_has_a_default(self) -> Self:
        host = "localhost" if self.listens_everywhere else _for_url(self.host)
        url = self.public_url or f"http://{host}:{self.port}"
        object.__setattr__(self, "public_url", url.rstrip("/"))
        return self

    @classmethod
    def with_overrides(cls, given: Mapping[str, object]) -> Self:
        """Read the settings with some of them given; the processes of a server inherit these."""
        for name, value in given.items():
            os.environ[f"MORNINGPOST_{name.upper()}"] = str(value)
        return cls()

    @property
    def listens_everywhere(self) -> bool:
        """Whether `host` means every address of the machine, which no link can name."""
        try:
            return ip_address(self.host.strip("[]")).is_unspecified
        except ValueError:
            return not self.host

    @property
    def guesses_public_url(self) -> bool:
        """Whether links begin with an address that only this machine can follow."""
        return self.listens_everywhere and "public_url" not in self.model_fields_set

    @property
    def rate(self) -> tuple[int, int] | None:
        """Requests and the seconds of their window; `None` when the limit is off."""
        if self.rate_limit == "0":
            return None
        requests, seconds = self.rate_limit.split("/")
        return int(requests), int(seconds)

    @property
    def database(self) -> URL:
        """`database_url` with the driver that we use; the folder of a SQLite file is made."""
        url = make_url(self.database_url)
        if url.get_backend_name() == "postgresql":
            return url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() != "sqlite":
            raise ValueError("MORNINGPOST_DATABASE_URL must begin sqlite:/// or postgresql://")
        if not url.database or url.database == ":memory:":
            raise ValueError(
                "MORNINGPOST_DATABASE_URL must name a file: several connections share it"
            )
        make_private_folder(Path(url.database).parent)
        return url.set(drivername="sqlite+pysqlite")


_FORMS = {
    "rate_limit": "requests and seconds such as 600/60, or 0",
    "huggingface_url": "an address that begins https:// or http://",
    "github_url": "an address that begins https:// or http://",
    "security_contact": "an address that begins mailto: or https://",
}
"""What the settings that have a pattern must be."""


def settings_faults(error: ValidationError) -> str:
    """What is wrong with the settings, a line each, by the names that they have outside."""
    lines = []
    for fault in error.errors():
        field = str(fault["loc"][0])
        lines.append(f"MORNINGPOST_{field.upper()}: {_fault(field, fault)}")
    return "\n".join(lines)


def _fault(field: str, fault: "ErrorDetails") -> str:
    if fault["type"] == "value_error":
        return fault["msg"].removeprefix("Value error, ")  # raised above, for operators
    right = _FORMS.get(field) or right_value(fault["type"], fault.get("ctx", {}))
    return "is not valid" if right is None else f"must be {right}"


def _for_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
