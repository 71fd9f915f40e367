"""An entry on a board."""

from dataclasses import dataclass
from datetime import datetime

from app.content.trends.board_entries import BoardEntry
from app.models.values import EntryKind


@dataclass(frozen=True, slots=True)
class Place:
    """An entry with the board it belongs to."""

    source: str
    kind: EntryKind
    window: str
    observed_at: datetime
    snapshot_id: int
    entry: BoardEntry
    copies: tuple[str, ...] = ()
    """Names of re-packed copies folded into this entry."""
