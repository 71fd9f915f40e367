"""Folders with other files than Python: migrations and contract files.

They are at the top of a checkout. In a wheel they are inside the package, because its top is
`site-packages`, where `alembic` is the library.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSIDE = _PACKAGE / "packaged"
"""Created by the build, see `force-include` in pyproject.toml; absent in a checkout."""

is_installed = _INSIDE.is_dir()
"""Whether the code runs from a wheel."""


def folder(name: str) -> Path:
    """Return a project folder by name."""
    return (_INSIDE if is_installed else _PACKAGE.parent) / name
