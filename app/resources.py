"""Folders of the project that are no Python: migrations and contract files.

They stand at the top of a checkout. A wheel brings them inside the package, since its top is
`site-packages`, where `alembic` is the library.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSIDE = _PACKAGE / "packaged"
"""Made by the build, see `force-include` in pyproject.toml; not there in a checkout."""

is_installed = _INSIDE.is_dir()
"""Whether the code runs from a wheel."""


def folder(name: str) -> Path:
    """Find a folder of the project by its name."""
    return (_INSIDE if is_installed else _PACKAGE.parent) / name
