"""What the facts of one board of one day are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date, datetime

from app.content.trends.board_entries import BoardEntry
from app.models.counter import counter_of, counter_word
from app.models.shown_name import shown_name
from app.models.source import KIND_LABELS, source_named
from app.models.values import EntryKind, Window

MAX_SHOWN = 80
"""A sentence with two names fits into a headline of 300 characters."""


@dataclass(frozen=True, slots=True)
class BriefSubject:
    """A subject as it was named and described on the day."""

    id: int
    source: str
    kind: EntryKind
    upstream_id: str
    external_id: str
    name: str
    url: str
    task: str | None = None
    language: str | None = None

    @property
    def shown(self) -> str:
        """How a sentence names it: a paper by its title, all else by its id; at most 80 characters.

        The check of printed numbers must find the subject again. The title of a Space or a model
        may be of other words than its id, and others may have the same.
        """
        is_paper = self.kind == "paper"
        name = shown_name(self.name, self.external_id) if is_paper else self.external_id
        return name if len(name) <= MAX_SHOWN else name[: MAX_SHOWN - 1].rstrip() + "…"

    @property
    def owner(self) -> str:
        """The part of the id before the slash; empty if there is none."""
        return self.external_id.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Counted:
    """The own counter of a subject in one snapshot: stars of a repository, else likes."""

    value: int
    snapshot_id: int
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class BoardList:
    """A list of the day with status `ok`: its entries, and what they were compared with."""

    window: Window
    entries: Sequence[BoardEntry]
    tracked: int
    """How many subjects could be compared."""
    base_snapshot_id: int | None
    base_observed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Renamed:
    """A subject that has another name since the day."""

    subject_id: int
    former: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Departed:
    """A subject that was found to be gone on the day."""

    subject_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class EarlierBoard:
    """A trending board of an earlier day with status `ok`."""

    snapshot_id: int
    observed_at: datetime
    entries: Sequence[BoardEntry]
    tasks: Mapping[int, str | None] = field(default_factory=dict)
    """By subject id, as far as they were read."""
    languages: Mapping[int, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardDay:
    """One kind of a source on one UTC day. Only what is whole: nothing partial, stale or withheld.

    A list or earlier board that was not `ok` is `None`.
    """

    date: Date
    source: str
    kind: EntryKind
    snapshot_id: int
    observed_at: datetime
    subjects: Mapping[int, BriefSubject]
    trending: BoardList | None = None
    """The trending board of the week."""
    gains: Sequence[BoardList] = ()
    """Mover lists of gains, by window."""
    losses: Sequence[BoardList] = ()
    before: EarlierBoard | None = None
    """The trending board of the day before."""
    month_ago: EarlierBoard | None = None
    """The trending board of four weeks before."""
    histories: Mapping[int, Sequence[Counted]] = field(default_factory=dict)
    """The last observation of each UTC day, oldest first, of the subjects that facts may need."""
    renamed: Sequence[Renamed] = ()
    departed: Sequence[Departed] = ()

    @property
    def counter(self) -> str:
        """The column of the counter."""
        return counter_of(self.kind)

    @property
    def word(self) -> str:
        """The word for the counter, in the plural."""
        return counter_word(self.kind)

    @property
    def label(self) -> str:
        """The source and the plural of the kind, such as "GitHub repositories"."""
        return f"{source_named(self.source).label} {KIND_LABELS[self.kind]}"

    def value_of(self, entry: BoardEntry) -> int | None:
        """Return the counter of an entry."""
        value: int | None = getattr(entry, self.counter)
        return value
