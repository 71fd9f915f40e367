"""Idempotency records: the first answer to a request, stored for retries."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant


class IdempotencyRecord(SQLModel, table=True):
    """Written in the transaction of the effect; expires after seven days."""

    __tablename__ = "idempotency_record"

    identity: str = Field(primary_key=True, max_length=64)
    """SHA-256 of API key, method, path and idempotency key."""
    payload_digest: str = Field(max_length=64)
    """SHA-256 of the query string and the body."""
    created_at: datetime = Field(sa_type=UtcInstant, index=True)
    status: int
    body: bytes = Field(sa_type=LargeBinary)
    etag: str | None = Field(default=None, max_length=200)
    location: str | None = Field(default=None, max_length=2000)
