"""Settings from `MORNINGPOST_*` environment variables and `.env`.

Nothing else reads the environment. The descriptions become docs/settings.md.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from app.database_settings import DatabaseSettings
from app.errors import quoted
from app.process_settings import ProcessSettings
from app.retention_settings import RetentionSettings
from app.setting_names import unknown_names, values_of_files

KEY_PATTERN = re.compile(r"amp_(?P<prefix>[A-Za-z0-9]{1,32})_(?P<secret>[A-Za-z0-9_-]{1,200})")
"""The format of API keys: `amp_<prefix>_<secret>`."""

_PURGE_API = re.compile(r"(fastly|cloudflare):[A-Za-z0-9]{1,64}")
_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_MAX_WAITS, _MAX_WAIT = 100, 604_800
"""Of `webhooks_retry_seconds`: how many, and a week."""


class Settings(ProcessSettings, RetentionSettings, DatabaseSettings):
    """All settings. Environment variables take precedence over `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="MORNINGPOST_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(default=1, ge=1, le=64, description="Server processes.")
    public_url: str = Field(
        default="",
        description="Base of all absolute URLs in responses. Default: `http://<host>:<port>`, or "
        "`http://localhost:<port>` if the host is a wildcard such as `0.0.0.0`.",
    )
    demo: bool = Field(
        default=False,
        description="Publish demo issues in an empty database at start. `make serve` sets it.",
    )
    bootstrap_key: SecretStr | None = Field(
        default=None,
        description="API key with all scopes, `amp_<prefix>_<secret>`, stored at start.",
    )
    rate_limit: str = Field(
        default="600/60",
        pattern=r"^(0|[1-9]\d{0,8}/[1-9]\d{0,5})$",
        description="Requests per window in seconds, for each key or else each client address; "
        "`0` turns the limit off.",
    )
    redis_url: str | None = Field(
        default=None,
        description="Redis or Valkey URL, for rate limits shared by several servers. Needs the "
        "extra `redis`.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated addresses or networks of proxies whose `X-Forwarded-For` "
        "is trusted; `unix` for those that connect by a Unix socket.",
    )
    max_connections: int = Field(
        default=10_000,
        ge=0,
        description="Open connections per process; `0` for no limit but the system's.",
    )
    max_connections_per_address: int = Field(
        default=2_500,
        ge=0,
        description="Open connections per client address (IPv6: per /64), except trusted "
        "proxies; `0` for no limit.",
    )
    max_sockets: int = Field(
        default=2_000, ge=0, description="Open WebSockets per process; `0` for no limit."
    )
    max_sockets_per_caller: int = Field(
        default=500, ge=0, description="Open WebSockets per key, or else per client address."
    )
    max_subscriptions: int = Field(
        default=2_000, ge=0, description="Event subscriptions per process; `0` for no limit."
    )
    max_subscriptions_per_caller: int = Field(
        default=500,
        ge=0,
        description="Event streams and GraphQL subscriptions per key, or else per client address.",
    )
    max_body_bytes: int = Field(
        default=1_048_576,
        ge=1024,
        description="Largest request body in bytes; for an import, the largest line.",
    )
    max_age: int = Field(
        default=60, ge=0, description="Seconds that caches may serve public responses (`max-age`)."
    )
    stale_while_revalidate: int = Field(
        default=600,
        ge=0,
        description="Seconds that caches may serve them stale while "
        "they fetch a new one (`stale-while-revalidate`).",
    )
    surrogate_keys: bool = Field(
        default=True,
        description="Name the surrogate keys of public responses, in `Surrogate-Key` and "
        "`Cache-Tag`, so that edge caches can drop what a change touches.",
    )
    edge_max_age: int = Field(
        default=0,
        ge=0,
        le=31_536_000,
        description="Seconds that a CDN may serve public responses (`CDN-Cache-Control`). Set it "
        "only if changes are purged from it (`MORNINGPOST_PURGE_URLS`). `0` leaves the field out.",
    )
    purge_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated edge caches to purge after every change: URLs that take "
        "`PURGE` requests with `Surrogate-Key`, `fastly:SERVICE` or `cloudflare:ZONE`.",
    )
    purge_token: SecretStr | None = Field(
        default=None, description="API token for Fastly or Cloudflare in that list."
    )
    websub_hub: str | None = Field(
        default=None,
        pattern=r"^https?://[!-;=?-~]+$",  # stands in header fields, in angle brackets
        description="WebSub hub that feeds name and that is notified of each publication.",
    )
    cache_bytes: int = Field(
        default=33_554_432,
        ge=0,
        description="Size of the response cache per process, in bytes; `0` turns it off.",
    )
    keep_alive_seconds: int = Field(
        default=75,
        ge=1,
        le=3600,
        description="Seconds before an idle connection is closed. Set it longer than the "
        "keep-alive of the proxy in front.",
    )
    refuse_contradicted: bool = Field(False, description="Refuse to publish contradicted figures.")
    wire: bool = Field(
        default=True,
        description="Serve cached responses before the request reaches ASGI. Timeouts apply "
        "either way.",
    )
    access_log: bool = Field(default=True, description="Log one line per request.")
    graphql_documents: str | None = Field(
        default=None,
        description="Folder of `*.graphql` files and manifests of Relay, Apollo or "
        "graphql-codegen, or one manifest: clients may send these queries by their hash or id.",
    )
    graphql_only_registered: bool = Field(
        default=False, description="Accept only the queries registered there."
    )
    huggingface_url: str = Field(
        default="https://huggingface.co",
        pattern=r"^https?://[^/?#\s]+",
        description="Base URL of the Hugging Face API.",
    )
    huggingface_token: SecretStr | None = Field(
        default=None, description="Hugging Face token. Optional; doubles the quota."
    )
    github_url: str = Field(
        default="https://api.github.com",
        pattern=r"^https?://[^/?#\s]+",
        description="Base URL of the GitHub API.",
    )
    github_token: SecretStr | None = Field(
        default=None,
        description="GitHub token. With it every tracked repository is refreshed in each run, "
        "without it a few dozen.",
    )
    github_topics: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated GitHub topics to discover repositories by. Default: a dozen "
        "topics on AI.",
    )
    github_owners: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated GitHub users and organisations to discover repositories from.",
    )
    huggingface_owners: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated Hugging Face users and organisations to discover from.",
    )
    sync_interval_hours: float = Field(
        default=0,
        ge=0,
        le=24 * 31,
        description="Hours between sync runs in the server or the worker; `0` turns them off in "
        "the server.",
    )
    deliveries: bool = Field(
        default=True,
        description="Deliver webhooks from the server. `morningpost worker` delivers them too; any "
        "number of processes share the work.",
    )
    webhooks_retry_seconds: Annotated[tuple[float, ...], NoDecode] = Field(
        default=(5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400),
        description="Comma-separated waits in seconds after each failed attempt of a webhook "
        "delivery, with up to a tenth added at random; the last one repeats.",
    )
    webhooks_allow_private: bool = Field(
        default=False,
        description="Let webhooks use http and private addresses. For development only: a key "
        "that may create webhooks can then reach the network of the server.",
    )
    security_contact: str | None = Field(
        default=None,
        pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://[^\s/]+\S*)$",
        description="Contact in `security.txt`, `mailto:` or `https:`. Default: "
        "`security@<public host>`.",
    )
    require_provenance: bool = Field(
        default=False, description="Publish no text without its `digital_source_type`."
    )
    telegram_url: str | None = Field(
        default=None, description="URL of a Telegram channel to link to on the site."
    )
    newsletter_url: str | None = Field(
        default=None,
        pattern=r"^https://[^\s/?#@\"';,]+(/[^\s#\"]*)?$",
        description="Address of a newsletter service that the subscribe form posts `email` to; "
        "`https:` only.",
    )

    @model_validator(mode="before")
    @classmethod
    def _every_name_is_known(cls, given: object) -> object:
        known = cls.model_fields
        if unknown := unknown_names(known):
            raise ValueError("\n".join(unknown))
        values = values_of_files(known)
        return {**values, **given} if isinstance(given, dict) else given

    @field_validator(
        *("trusted_proxies", "purge_urls"),
        *("github_topics", "github_owners", "huggingface_owners"),
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("webhooks_retry_seconds", mode="before")
    @classmethod
    def _split_waits(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(float(part) for part in value.split(","))
        except ValueError:
            raise ValueError("must be seconds, separated by commas, such as 5,300,1800") from None

    @field_validator("webhooks_retry_seconds")
    @classmethod
    def _waits_are_reasonable(cls, waits: tuple[float, ...]) -> tuple[float, ...]:
        if not 1 <= len(waits) <= _MAX_WAITS or not all(0 <= w <= _MAX_WAIT for w in waits):
            raise ValueError(f"must be 1 to {_MAX_WAITS} waits of 0 to {_MAX_WAIT:,} seconds each")
        return waits

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

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            if network == "unix":
                continue
            try:
                ip_network(network, strict=False)
            except ValueError:
                raise ValueError(
                    f"{quoted(network)} is not an IP address, a network such as 10.0.0.0/8, or unix"
                ) from None
        return networks

    @field_validator("purge_urls")
    @classmethod
    def _purges_have_a_form(cls, targets: tuple[str, ...]) -> tuple[str, ...]:
        for target in targets:
            if not (_ADDRESS.fullmatch(target) or _PURGE_API.fullmatch(target)):
                raise ValueError(
                    f"{quoted(target)} is neither an http:// or https:// address nor "
                    "fastly:SERVICE nor cloudflare:ZONE"
                )
        return targets

    @model_validator(mode="after")
    def _purge_apis_have_a_token(self) -> Self:
        if self.purge_token is None and any(map(_PURGE_API.fullmatch, self.purge_urls)):
            raise ValueError("MORNINGPOST_PURGE_TOKEN: must be set for Fastly and Cloudflare")
        return self

    @field_validator("graphql_documents")
    @classmethod
    def _folder_exists(cls, value: str | None) -> str | None:
        if value is not None and not Path(value).exists():
            raise ValueError(f"there is no folder or file {quoted(value)}")
        return value

    @field_validator("bootstrap_key")
    @classmethod
    def _key_has_its_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not KEY_PATTERN.fullmatch(value.get_secret_value()):
            raise ValueError("must look like amp_<prefix>_<secret>")
        return value

    @model_validator(mode="after")
    def _public_url_has_a_default(self) -> Self:
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.listens_everywhere:
            host = "localhost"
        url = self.public_url or f"http://{host}:{self.port}"
        object.__setattr__(self, "public_url", url.rstrip("/"))
        return self

    @classmethod
    def with_overrides(cls, given: Mapping[str, object]) -> Self:
        """Read the settings with some overridden; worker processes inherit the overrides."""
        for name, value in given.items():
            os.environ[f"MORNINGPOST_{name.upper()}"] = str(value)
        return cls()

    @property
    def begins_a_paper(self) -> bool:
        """Whether `serve` makes a paper with demo issues: none is configured, and none is here."""
        is_given = {"database_url", "demo"} & self.model_fields_set
        return not is_given and not Path(self.database.database or "").exists()

    @property
    def listens_everywhere(self) -> bool:
        """Whether `host` is a wildcard address, which cannot be used in links."""
        try:
            return ip_address(self.host.strip("[]")).is_unspecified
        except ValueError:
            return not self.host

    @property
    def is_local(self) -> bool:
        """Whether only this machine can connect, by its loopback interface."""
        if self.uds is not None or self.fd is not None:
            return False
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def guesses_public_url(self) -> bool:
        """Whether links use an address that only works on this machine."""
        return self.listens_everywhere and "public_url" not in self.model_fields_set

    @property
    def rate(self) -> tuple[int, int] | None:
        """Requests per window and the window in seconds; `None` if the limit is off."""
        if self.rate_limit == "0":
            return None
        requests, seconds = self.rate_limit.split("/")
        return int(requests), int(seconds)
