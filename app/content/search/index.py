"""The full-text index of each database behind one interface.

SQLite uses FTS5 (`search_index`, whose rowid is the entry's id), PostgreSQL a `tsvector` with a GIN
index. Both index words made in `words.py` and return the same hits, newest first, without
sorting all matches. docs/adr/0011-search.md lists the remaining differences.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
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
"""The last word position that PostgreSQL distinguishes."""
MAX_POSITIONS = 255
"""Positions per word that PostgreSQL stores."""

IN_TITLE, OF_TYPE = "§", "¶"
"""Prefixes of indexed words that are not words of the text; words contain no such sign."""
INCOMPLETE = "†"
"""Lexeme of an entry that has more positions than PostgreSQL stores."""

_BUCKET_BITS = 18
"""Entries of 64 days share a bucket: a day has 12 bits of places."""
_STEPS = (2, 8)
"""Buckets per step, newest first; the last step covers the rest. Words that are still not found
often enough by then are rare, and more buckets would cost more than they save."""


@dataclass(frozen=True, slots=True)
class Step:
    """A range of ids to search with one statement, and the match expression."""

    match: str
    first: int
    last: int


class SearchIndex(ABC):
    """The index of one database. Statements take `match`, `first`, `last`, `now` and `limit`."""

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
        """Divide the ids from `first` to `last` into steps; run each if hits are still missing.

        `in_title` requires all words in the title. `oldest_first` gives a single step, for an
        ascending statement.
        """

    @abstractmethod
    def matching(self, *columns: Any, oldest_first: bool = False) -> Select[Any]:
        """Select columns of matching entries in print, newest or oldest first."""

    @abstractmethod
    def id_list(self, *, oldest_first: bool = False) -> Select[Any]:
        """Select the ids of `matching` as one row: `ids`, separated by commas, or null."""

    @abstractmethod
    def listed(self) -> ColumnElement[bool]:
        """Condition for entries with the parameter `ids`, in the format of `id_list`."""

    def lexemes(self, entry: Entry) -> str | None:
        """Return what the database indexes beside the words of an entry."""
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
        # FTS5 scans down from the newest match and stops at the limit, so one step is enough.
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
    # Words contain only letters and digits, so they cannot end the string.
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
        term_of = partial(_ts_term, mark=IN_TITLE) if in_title else _ts_wanted_term
        parts = [term_of(term) for term in question.wanted]
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
            # GIN returns all matches, which are then sorted. With buckets among the words it
            # skips all other ones.
            buckets = " | ".join(f"'#{number}'" for number in range(lowest, top + 1))
            start = lowest << _BUCKET_BITS
            yield Step(f"{match} & ({buckets})", start, last)
            last = start - 1
        yield Step(match, first, last)

    def matching(self, *columns: Any, oldest_first: bool = False) -> Select[Any]:
        # An expression instead of the key: otherwise the planner may scan the key downwards until
        # enough rows match, which for a rare word reads the whole table.
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
        # The gap keeps phrases from matching across title and text.
        text = f"{entry.text_words} {entry.more_words or ''}"
        place = 0
        for place, word in enumerate(text.split(), start=len(title) + 2):
            places.setdefault(word, []).append(str(min(place, MAX_POSITION)))
        written = [f"'{word}':{','.join(at[:MAX_POSITIONS])}" for word, at in places.items()]
        if place > MAX_POSITION or any(len(at) > MAX_POSITIONS for at in places.values()):
            written.append(f"'{INCOMPLETE}'")
        return " ".join([*written, f"'{OF_TYPE}{entry.type}'", f"'#{entry.id >> _BUCKET_BITS}'"])


def _ts_wanted_term(term: Term) -> str:
    """Match the words of a term side by side; anywhere where positions are incomplete.

    A model name such as Qwen3.6 is a phrase too. In a text with more numbers than PostgreSQL keeps
    positions of, it is better found by all of its words than not at all.
    """
    adjacent = _ts_term(term)
    if len(term.words) == 1:
        return adjacent
    return f"({adjacent} | ('{INCOMPLETE}' & {_ts_term(term, joined_by=' & ')}))"


def _ts_term(term: Term, *, mark: str = "", joined_by: str = " <-> ") -> str:
    words = joined_by.join(f"'{mark}{word}'" for word in term.words)
    return f"({words}{':*' if term.is_prefix else ''})"


_INDEXES: dict[str, SearchIndex] = {"sqlite": _SQLiteIndex(), "postgresql": _PostgresIndex()}


def index_of(backend: str) -> SearchIndex:
    """Return the index for a dialect name: `sqlite` or `postgresql`."""
    return _INDEXES[backend]
