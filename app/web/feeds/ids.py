"""The ids of feed entries, which do not change with the public URL or the title of the paper.

UUIDs of names (RFC 9562, 5.5, read 2026-11). A tag URI would have to name a host or mailbox that
was the paper's own on some day (RFC 4151, 2.1, read 2026-11), and of the paper only the setting
knows one, which may change; see docs/adr/0015-pages-and-feeds.md.
"""

from datetime import date as Date
from uuid import UUID, uuid5

_PAPER = UUID("ad2c0d82-8b6b-4998-9e40-3c655d6292d3")
"""Drawn once. Another one would make every entry new to every reader."""


def issue_id(public_id: int) -> str:
    """The id of an issue, by its `public_id`: a number may be taken by another one day."""
    return _urn(f"issue/{public_id}")


def section_id(public_id: int, *, kind: str, ordinal: int) -> str:
    """The id of a section: its slug follows the headline, its place among its kind does not."""
    return _urn(f"issue/{public_id}/{kind}/{ordinal}")


def mover_id(day: Date, *, source: str, kind: str, external_id: str) -> str:
    """The id of a move on a day: the same thing may move again."""
    return _urn(f"movers/{day.isoformat()}/{source}/{kind}/{external_id}")


def correction_id(public_id: str) -> str:
    """The id of a correction, by its own id."""
    return _urn(f"correction/{public_id}")


def _urn(name: str) -> str:
    return uuid5(_PAPER, name).urn
