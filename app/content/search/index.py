"""The full-text index of each database, behind one small class.

SQLite has FTS5 (`search_index`, whose rowid is the id of the entry), PostgreSQL a `tsvector` with a
GIN index. Both hold words made in `words.py` and find the same, newest first, without sorting all
matches. Which differences are left: docs/adr/0011-search.md.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlmodel import col

from app.content.print import in_print
from app.content.search.entries import Entry, HitType
from app.content.search.question import Question, Term
from app.models.search_entry import SearchEntry

MAX_POSITION = 16_383
"""The last place of a word that PostgreSQL tells from others."""
MAX_POSITIONS = 255
"""Places of one word that PostgreSQL keeps."""

IN_TITLE, OF_TYPE = "§", "¶"
"""Marks before words that stand for more than a word in a text; no word has such a sign."""

_BUCKET_BITS = 18
"""Entries of 64 days share a bucket: 12 bits are the places of a day."""
_STEPS = (2, 8)
"""Buckets that are looked through at once, the newest first; then all that is left: of words that
are not found often there are few, and many buckets cost more than they save."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the ids that is asked at once, from the newest down, and for what."""

    match: str
    first: int
    last: int


class SearchIndex(ABC):
    """How one database is asked. Its statements take `match`, `first`, `last`, `now`, `limit`."""

    @abstractmethod
    def steps(
        self,
        question: Question,
        *,
        first: int,
        last: int,
        type_: HitType | None = None,
        in_title: bool = False,
        oldest_first: bool = False,
    ) -> Iterator[Step]:
        """Part the ids from `first` to `last` into steps, each to be asked once the one before
        has not found enough. `in_title`: all that is wanted stands in the title. `oldest_first`:
        all in one step, for a statement that goes up.
        """

    @abstractmethod
    def matching(self, *columns: Any, oldest_first: bool = False) -> Select[Any]:
        """Select columns of the entries that match and are in print, newest first or oldest."""

    @abstractmethod
    def id_list(self, *, oldest_first: bool = False) -> Select[Any]:
        """Select the ids of `matching` as one row, `ids`: numbers separated by commas, or null."""

    @abstractmethod
    def listed(self) -> ColumnElement[bool]:
        """Entries whose ids are in the parameter `ids`, in the form of `id_list`."""

    def lexemes(self, entry: Entry) -> str | None:
        """What the database keeps beside the words of an entry."""
        return None


class _SQLiteIndex(SearchIndex):
    def steps(
        self,
        question: Question,
        *,
        first: int,
        last: int,
        type_: HitType | None = None,
        in_title: bool = False,
        oldest_first: bool = False,
    ) -> Iterator[Step]:
        # FTS5 walks down from the newest match and stops at the limit: one step does for all.
        parts = [_fts_term(term, mark=IN_TITLE if in_title else "") for term in question.wanted]
        if type_ is not None:
            parts.append(f'"{OF_TYPE}{type_}"')
        match = " AND ".join(parts)
        if question.unwanted:
            match = f"({match}) NOT ({' OR '.join(map(_fts_term, question.unwanted))})"
        yield Step(match, first, last)

    def matching(self, *columns: Any, oldest_first: bool = False) -> Select[Any]:
        index = table("search_index", column("rowid"))
        return (
            select(*columns)
            .select_from(index)
            .join(SearchEntry, col(SearchEntry.id) == index.c.rowid)
            .where(
                literal_column("search_index").op("MATCH")(bindparam("match", type_=Text)),
                index.c.rowid >= bindparam("first"),
                index.c.rowid <= bindparam("last"),
                in_print(SearchEntry),
            )
            .order_by(index.c.rowid.asc() if oldest_first else index.c.rowid.desc())
            .limit(bindparam("limit"))
        )

    def id_list(self, *, oldest_first: bool = False) -> Select[Any]:
        found = self.matching(col(SearchEntry.id), oldest_first=oldest_first).subquery()
        return select(func.group_concat(found.c.id).label("ids"))

    def listed(self) -> ColumnElement[bool]:
        numbers = func.json_each(literal("[").concat(_ids_parameter()).concat("]"))
        return col(SearchEntry.id).in_(select(numbers.table_valued("value").c.value))


def _ids_parameter() -> BindParameter[str]:
    return bindparam("ids", type_=Text)


def _fts_term(term: Term, mark: str = "") -> str:
    # Words are letters and digits only, so that nothing in them ends the string.
    words = " ".join(mark + word for word in term.words)
    return f'"{words}"' + (" *" if term.is_prefix else "")


class _PostgresIndex(SearchIndex):
    def steps(
        self,
        question: Question,
        *,
        first: int,
        last: int,
        type_: HitType | None = None,
        in_title: bool = False,
        oldest_first: bool = False,
    ) -> Iterator[Step]:
        parts = [_ts_term(term, mark=IN_TITLE if in_title else "") for term in question.wanted]
        parts += [f"!{_ts_term(term)}" for term in question.unwanted]
        if type_ is not None:
            parts.append(f"'{OF_TYPE}{type_}'")
        match = " & ".join(parts)
        bottom = first >> _BUCKET_BITS
        for size in () if oldest_first else _STEPS:
            top = last >> _BUCKET_BITS
            lowest = top - size + 1
            if lowest <= bottom:
                break
            # GIN gives all matches, and then they are sorted. With their time among the words
            # it leaps over all others.
            buckets = " | ".join(f"'#{number}'" for number in range(lowest, top + 1))
            start = lowest << _BUCKET_BITS
            yield Step(f"{match} & ({buckets})", start, last)
            last = start - 1
        yield Step(match, first, last)

    def matching(self, *columns: Any, oldest_first: bool = False) -> Select[Any]:
        # Not the key itself, or the planner would follow it down in the hope of a match: through
        # the whole paper, where the word is rare.
        place = col(SearchEntry.id) + literal_column("0")
        return (
            select(*columns)
            .select_from(SearchEntry)
            .where(
                col(SearchEntry.lexemes).op("@@")(cast(bindparam("match", type_=Text), TSQUERY)),
                place >= bindparam("first"),
                place <= bindparam("last"),
                in_print(SearchEntry),
            )
            .order_by(place.asc() if oldest_first else place.desc())
            .limit(bindparam("limit"))
        )

    def id_list(self, *, oldest_first: bool = False) -> Select[Any]:
        found = self.matching(col(SearchEntry.id), oldest_first=oldest_first).subquery()
        return select(func.string_agg(cast(found.c.id, Text), ",").label("ids"))

    def listed(self) -> ColumnElement[bool]:
        numbers = cast(func.string_to_array(_ids_parameter(), ","), ARRAY(BigInteger))
        return col(SearchEntry.id) == any_(numbers)

    def lexemes(self, entry: Entry) -> str | None:
        places: dict[str, list[str]] = {}
        title = entry.title_words.split()
        for place, word in enumerate(title, start=1):
            places.setdefault(word, []).append(str(place))
            places.setdefault(IN_TITLE + word, []).append(str(place))
        # No phrase goes on from the title to the text.
        text = f"{entry.text_words} {entry.more_words or ''}"
        for place, word in enumerate(text.split(), start=len(title) + 2):
            places.setdefault(word, []).append(str(min(place, MAX_POSITION)))
        written = [f"'{word}':{','.join(at[:MAX_POSITIONS])}" for word, at in places.items()]
        return " ".join([*written, f"'{OF_TYPE}{entry.type}'", f"'#{entry.id >> _BUCKET_BITS}'"])


def _ts_term(term: Term, mark: str = "") -> str:
    words = " <-> ".join(f"'{mark}{word}'" for word in term.words)
    return f"({words}{':*' if term.is_prefix else ''})"


_INDEXES: dict[str, SearchIndex] = {"sqlite": _SQLiteIndex(), "postgresql": _PostgresIndex()}


def index_of(backend: str) -> SearchIndex:
    """The index of a database by the name of its kind: `sqlite` or `postgresql`."""
    return _INDEXES[backend]
