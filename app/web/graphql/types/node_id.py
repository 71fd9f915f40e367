"""Node ids: opaque to clients, and unchanged by publication."""

import re
from dataclasses import dataclass

from app.content import base64url

MAX_CHARACTERS = 200
_MAX_ID = 2**63 - 1

_ISSUE = re.compile(r"Issue:([1-9][0-9]{0,18})")
_SUBJECT = re.compile(r"Subject:([1-9][0-9]{0,18})")
_SECTION = re.compile(r"Section:([1-9][0-9]{0,18}):([a-z0-9-]{1,80})")


@dataclass(frozen=True, slots=True)
class NodeId:
    """An issue by its public id, or a section of it by its slug."""

    public_id: int
    section: str | None = None

    def __str__(self) -> str:
        kind, rest = ("Issue", "") if self.section is None else ("Section", f":{self.section}")
        return base64url.encode(f"{kind}:{self.public_id}{rest}".encode())


def subject_id_of(row_id: int) -> str:
    """Return the node id of a subject."""
    return base64url.encode(f"Subject:{row_id}".encode())


def parse_subject_id(text: str) -> int | None:
    """Return the row id of a subject; `None` for an id of another kind."""
    match = _SUBJECT.fullmatch(_decoded(text))
    return int(match[1]) if match is not None and int(match[1]) <= _MAX_ID else None


def parse_node_id(text: str) -> NodeId | None:
    """Parse the id of an issue or a section; `None` if it has another form."""
    decoded = _decoded(text)
    match = _ISSUE.fullmatch(decoded) or _SECTION.fullmatch(decoded)
    if match is None or int(match[1]) > _MAX_ID:
        return None
    return NodeId(int(match[1]), match[2] if match.re is _SECTION else None)


def _decoded(text: str) -> str:
    """Decode an id; an empty text if it is not Base64 of ASCII."""
    if len(text) > MAX_CHARACTERS:
        return ""
    try:
        return base64url.decode(text).decode("ascii")
    except ValueError:
        return ""
