"""Which schema this code needs; told without Alembic, which a server need not carry."""

SCHEMA_HEAD = "0005"
"""The newest revision in `alembic/versions`; a test holds it to that."""
