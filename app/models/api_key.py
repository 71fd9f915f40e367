"""API keys: a public prefix and a digest; the secret is never stored."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant


class ApiKey(SQLModel, table=True):
    """A revoked key keeps its row, so that its prefix is never reused."""

    __tablename__ = "api_key"

    id: int | None = Field(default=None, primary_key=True)
    prefix: str = Field(unique=True, max_length=32)
    digest: str = Field(max_length=64)
    name: str = Field(max_length=200)
    scopes: str = Field(max_length=200)
    """Granted scopes, separated by spaces."""
    created_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
