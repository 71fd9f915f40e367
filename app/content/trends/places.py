"""One entry of a board that is shown."""

from dataclasses import dataclass
from datetime import datetime

from app.content.trends.board_entries import BoardEntry
from app.models.values import EntryKind


@dataclass(frozen=True, slots=True)
class Place:
    """An entry with the board that it stands on."""

    source: str
    kind: EntryKind
    window: str
    observed_at: datetime
    snapshot_id: int
    entry: BoardEntry
    copies: tuple[str, ...] = ()
    """Names of re-packed copies that are folded into this place."""
