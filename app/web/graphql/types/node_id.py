"""Ids of nodes: opaque to callers, and the same before and after an issue is published."""

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
    """What an id names: an issue by its public id, or a section of it."""

    public_id: int
    section: str | None = None

    def __str__(self) -> str:
        kind, rest = ("Issue", "") if self.section is None else ("Section", f":{self.section}")
        return base64url.encode(f"{kind}:{self.public_id}{rest}".encode())


def subject_id_of(row_id: int) -> str:
    """The id of a subject as a node."""
    return base64url.encode(f"Subject:{row_id}".encode())


def parse_subject_id(text: str) -> int | None:
    """The row of a subject that an id names; `None` where it names none."""
    match = _SUBJECT.fullmatch(_written(text))
    return int(match[1]) if match is not None and int(match[1]) <= _MAX_ID else None


def parse_node_id(text: str) -> NodeId | None:
    """Read an id; `None` where it is none of ours, so that it names nothing."""
    written = _written(text)
    match = _ISSUE.fullmatch(written) or _SECTION.fullmatch(written)
    if match is None or int(match[1]) > _MAX_ID:
        return None
    return NodeId(int(match[1]), match[2] if match.re is _SECTION else None)


def _written(text: str) -> str:
    """What an id says inside; empty where it was not made here."""
    if len(text) > MAX_CHARACTERS:
        return ""
    try:
        return base64url.decode(text).decode("ascii")
    except ValueError:
        return ""
