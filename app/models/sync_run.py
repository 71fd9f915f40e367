"""Sync runs, and the result of each source in a run."""

from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant

RunStatus = Literal["running", "complete", "partial", "failed"]


class SyncRun(SQLModel, table=True):
    """One sync run. Only one runs at a time, in any process."""

    __tablename__ = "sync_run"

    id: int | None = Field(default=None, primary_key=True)
    status: str = Field(max_length=10)
    started_at: datetime = Field(sa_type=UtcInstant, index=True)
    finished_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class SyncRunSource(SQLModel, table=True):
    """The result of one source in one run."""

    __tablename__ = "sync_run_source"

    run_id: int = Field(primary_key=True, foreign_key="sync_run.id", ondelete="CASCADE")
    name: str = Field(primary_key=True, max_length=20)
    status: str = Field(max_length=10)
    requests: int = 0
    observations: int = 0
    skipped: int = 0
    refused: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Known subjects that the source withheld."""
    bytes: int = Field(default=0, sa_type=BigInteger)
    """Received bytes, before decompression."""
    reason: str | None = Field(default=None, max_length=200)
    """Why it is not complete: codes with the kinds they apply to."""
    finished_at: datetime | None = Field(default=None, sa_type=UtcInstant)
