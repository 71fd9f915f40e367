"""The settings of a server's processes, a part of `app.config.Settings`."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class ProcessSettings(BaseSettings):
    """How a server listens and ends, and what it tells of itself."""

    uds: str | None = Field(
        default=None, description="Path of a Unix socket to listen on instead of host and port."
    )
    fd: int | None = Field(
        default=None,
        ge=3,
        description="File descriptor of a listening socket to use instead of host and port, such "
        "as `3` under systemd's socket activation.",
    )
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=300,
        description="Seconds between SIGTERM and the end of listening, while `/readyz` answers "
        "503: time for load balancers to notice.",
    )
    grace_seconds: float = Field(
        default=8,
        ge=0,
        le=300,
        description="Seconds for requests in hand after listening has ended; then they are cut.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Log lines as text, or as one JSON object each."
    )
    metrics_folder: str | None = Field(
        default=None,
        description="Folder in which the workers of one server share their metrics. "
        "`serve --workers` makes one.",
    )
