"""Signing secrets for our own tokens, one per purpose and database."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant


class SigningSecret(SQLModel, table=True):
    """Shared by all processes of a database; deleting its row invalidates all tokens."""

    __tablename__ = "signing_secret"

    purpose: str = Field(primary_key=True, max_length=20)
    secret: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcInstant)
