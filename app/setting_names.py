"""Names of settings that do not exist, and settings that are read from files."""

import os
from collections.abc import Collection
from pathlib import Path

from dotenv import dotenv_values

from app.errors import did_you_mean, quoted

PREFIX = "MORNINGPOST_"
_OF_TESTS = "MORNINGPOST_TEST_"
"""Variables of the test suite, which no setting may begin with."""
_FILE = "_FILE"
"""Ending of a variable that names a file with the value of a setting."""
MAX_FILE_BYTES = 65_536


def unknown_names(known: Collection[str]) -> list[str]:
    """A sentence for each variable with our prefix, set or in `.env`, that is not a setting."""
    words = [name.upper() for name in known]
    unknown = {name for name in _given() if name.removesuffix(_FILE) not in words}
    return [
        f"{PREFIX}{quoted(word)[1:-1]}: there is no such setting."
        + did_you_mean(word, words).replace("'", f"'{PREFIX}", 1)
        for word in sorted(unknown)
    ]


def values_of_files(known: Collection[str]) -> dict[str, str]:
    """Read the settings that are given as files: `MORNINGPOST_X_FILE` names the file of `X`.

    Docker and Kubernetes mount secrets as files. A line break at the end is not part of the value.

    Raises:
        ValueError: a file cannot be read, or a setting is given both ways.
    """
    given = _given()
    values: dict[str, str] = {}
    for field in known:
        path = given.get(field.upper() + _FILE)
        if not path:
            continue
        if given.get(field.upper()):
            raise ValueError(f"{PREFIX}{field.upper()} is set twice: directly, and as a file.")
        values[field] = _content(field, Path(path))
    return values


def _content(field: str, path: Path) -> str:
    name = f"{PREFIX}{field.upper()}{_FILE}"
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise ValueError(f"{name}: the file is larger than {MAX_FILE_BYTES} bytes.")
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError(f"{name}: the file is not text in UTF-8.") from None
    except OSError as error:
        raise ValueError(f"{name}: {quoted(str(path))}: {error.strerror}.") from None


def _given() -> dict[str, str]:
    """The variables with our prefix, without it; the environment wins over `.env`."""
    found: dict[str, str] = {}
    for name, value in (*dotenv_values(".env").items(), *os.environ.items()):
        upper = name.upper()
        if upper.startswith(PREFIX) and not upper.startswith(_OF_TESTS):
            found[upper.removeprefix(PREFIX)] = value or ""
    return found
