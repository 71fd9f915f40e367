"""Registered documents: `*.graphql` files, and the manifests that client tools write.

Two forms of manifest are read: a JSON object with the text of each document under its id (Relay's
`persistConfig`, graphql-codegen's `persistedDocuments`), and Apollo's
`apollo-persisted-query-manifest` of version 1 (read 2026-11).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.errors import quoted

DOCUMENT_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
"""An id that a manifest may give a document: a hash, as a rule."""

_APOLLO = "apollo-persisted-query-manifest"
_WHAT_IS_READ = (
    "is not a manifest: give a JSON object of ids and documents, as Relay and graphql-codegen "
    "write it, or Apollo's manifest of version 1"
)


def read_registered(path: Path) -> Iterator[tuple[str | None, str]]:
    """Read a manifest, or the `*.graphql` and `*.json` files of a folder.

    Yields the text of each document with its id; `None` in a `*.graphql` file, which has none.

    Raises:
        OSError, UnicodeDecodeError: a file cannot be read.
        ValueError: a JSON file is not a manifest.
    """
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    for file in files:
        # As bytes: text mode would translate line ends, which changes the hash.
        if file.suffix == ".graphql":
            yield None, file.read_bytes().decode("utf-8")
        elif file.suffix == ".json":
            yield from _read_manifest(file)


def _read_manifest(file: Path) -> Iterator[tuple[str, str]]:
    try:
        manifest = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{quoted(file.name)} is not JSON") from error
    for id_, text in _documents_in(manifest):
        is_text = isinstance(id_, str) and isinstance(text, str)
        if not is_text or not DOCUMENT_ID.fullmatch(id_.removeprefix("sha256:")):
            raise ValueError(f"{quoted(file.name)} {_WHAT_IS_READ}")
        yield id_.removeprefix("sha256:"), text


def _documents_in(manifest: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(manifest, dict):
        yield None, None
    elif "format" not in manifest:
        yield from manifest.items()
    elif manifest["format"] == _APOLLO and manifest.get("version") == 1:
        operations = manifest.get("operations")
        for operation in operations if isinstance(operations, list) else [None]:
            given = operation if isinstance(operation, dict) else {}
            yield given.get("id"), given.get("body")
    else:
        yield None, None
