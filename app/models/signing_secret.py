"""A secret that tokens of ours are signed with, drawn once for a database."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from app.models.base import UtcInstant


class SigningSecret(SQLModel, table=True):
    """Shared by all processes on a database; to delete its row ends every token at once."""

    __tablename__ = "signing_secret"

    purpose: str = Field(primary_key=True, max_length=20)
    secret: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcInstant)
