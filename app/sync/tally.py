"""Counting the rows that one survey can and cannot read."""

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(slots=True)
class Tally:
    """The subjects that were read or could not be read, however often each was listed."""

    _read: set[str] = field(default_factory=set)
    _bad: set[str] = field(default_factory=set)
    _rows_with_id: int = 0
    _rows_without_id: int = 0

    def note_read(self, upstream_id: str) -> None:
        """Note a row that could be read."""
        self._rows_with_id += 1
        self._read.add(upstream_id)

    def note_bad(self, upstream_id: str | None) -> None:
        """Note a row that could not be read; `None` if it does not say which subject it is."""
        if upstream_id is None:
            self._rows_without_id += 1
        else:
            self._rows_with_id += 1
            self._bad.add(upstream_id)

    @property
    def skipped(self) -> int:
        """Subjects that were never read, and rows without an id."""
        return len(self._bad - self._read) + self._rows_without_id

    @property
    def is_mostly_bad(self) -> bool:
        """Whether more than half of what the source sent could not be read.

        Rows without an id are a share of all rows. Of the rows with an id, the bad share is
        counted by subject, because several searches may list the same subject.
        """
        read, bad = len(self._read), len(self._bad - self._read)
        if not read:
            return bool(self.skipped)
        without_id = Fraction(self._rows_without_id, self._rows_with_id + self._rows_without_id)
        return without_id + (1 - without_id) * Fraction(bad, read + bad) > Fraction(1, 2)
