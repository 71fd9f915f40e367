"""Names of subjects, and where a text mentions them.

The index is built once for each version of the trends; a look-up costs as much for 20,000 subjects
as for ten.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from app.models.source import EntryKind, SourceName

K = TypeVar("K")

LEAST_NAME = 2
"""Characters of the shortest name."""
LEAST_TITLE = 3
"""Words of the shortest title: two words may be ordinary prose."""
MAX_TITLE = 40
"""Words of a title that are compared."""
MAX_JOINED = 4
"""Words that may spell one name, such as "Qwen 3.6 27B" for "Qwen3.6-27B"."""

TOKEN = re.compile(r"[^\W_](?:[\w.+#/@-]*[\w+#])?")
"""A word, or a name such as "openai/whisper-large-v3"."""
_SEPARATORS = re.compile(r"[-_. ]+")
_PLAIN = re.compile(r"[^\W\d_]+\Z")


@dataclass(frozen=True, slots=True)
class NamedSubject:
    """A subject with a name that it has or had."""

    row_id: int
    source: SourceName
    kind: EntryKind
    external_id: str
    """Its present id."""
    url: str
    """Its page at the source."""
    former_ids: Sequence[str] = ()
    title: str | None = None
    """Its title or name, if that is more than the last part of its id."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text mentions subjects by a name; more than one where the name is ambiguous."""

    start: int
    end: int
    subjects: tuple[NamedSubject, ...]
    is_plain: bool
    """Whether the name is one word of letters, which may be an ordinary word."""
    is_id: bool
    """Whether it is a whole id with its owner."""
    is_plain_lower: bool = False
    """Whether it is one word of lower-case letters."""
    is_pronoun: bool = False
    """Whether it is "it" or "the project", which stands for a name."""


class NameIndex:
    """The names of all subjects."""

    def __init__(self, subjects: Iterable[NamedSubject]) -> None:
        self._words: dict[str, dict[int, NamedSubject]] = {}
        self._joined: dict[str, dict[int, NamedSubject]] = {}
        self._joined_starts: set[str] = set()
        """The first two characters of joined names, for a quick test."""
        self._titles: dict[tuple[str, ...], dict[int, NamedSubject]] = {}
        self._title_lengths: dict[tuple[str, ...], set[int]] = {}
        self._ids: dict[tuple[str, str, str], NamedSubject] = {}
        self._urls: dict[str, NamedSubject] = {}
        for subject in subjects:
            self._add(subject)

    def _add(self, subject: NamedSubject) -> None:
        for external_id in (subject.external_id, *subject.former_ids):
            folded = external_id.casefold()
            self._ids.setdefault((subject.source, subject.kind, folded), subject)
            self._note(self._words, folded, subject)
            last = folded.rpartition("/")[2]
            # An arXiv id is a number: only a title names a paper in prose.
            if len(last) >= LEAST_NAME and not _is_number(last):
                self._note(self._words, last, subject)
                if any(map(str.isdigit, last)):
                    joined = _SEPARATORS.sub("", last)
                    self._note(self._joined, joined, subject)
                    self._joined_starts.add(joined[:2])
        self._urls.setdefault(subject.url.casefold(), subject)
        words = _words_of(subject.title or "")
        if len(words) >= LEAST_TITLE:
            self._note(self._titles, words, subject)
            self._title_lengths.setdefault(words[:2], set()).add(len(words))

    @staticmethod
    def _note(names: dict[K, dict[int, NamedSubject]], name: K, subject: NamedSubject) -> None:
        names.setdefault(name, {})[subject.row_id] = subject

    def subject(self, source: str, kind: str, external_id: str) -> NamedSubject | None:
        """Return the subject with an id, in any letter case."""
        return self._ids.get((source, kind, external_id.casefold()))

    def at(self, url: str) -> NamedSubject | None:
        """Return the subject whose page at the source has an address."""
        address = url.strip().casefold().rstrip("/").removesuffix(".git")
        return self._urls.get(address.replace("://www.", "://"))

    def mentions(self, text: str) -> list[Mention]:
        """Find the names in a sentence, in order; of overlapping ones the longest."""
        tokens = [(found.start(), found.end(), found[0]) for found in TOKEN.finditer(text)]
        found: list[Mention] = []
        place = 0
        while place < len(tokens):
            mention, used = self._at(text, tokens, place)
            if mention is not None:
                found.append(mention)
            place += used
        return found

    def _at(
        self, text: str, tokens: Sequence[tuple[int, int, str]], place: int
    ) -> tuple[Mention | None, int]:
        start = tokens[place][0]
        title = self._title_at(tokens, place)
        if title is not None:
            subjects, used = title
            end = tokens[place + used - 1][1]
            return Mention(start, end, tuple(subjects.values()), False, False), used
        _, end, word = tokens[place]
        named = self._words.get(word.casefold())
        joined, used = self._joined_at(text, tokens, place)
        if joined is not None and (named is None or used > 1):
            end = tokens[place + used - 1][1]
            return Mention(start, end, tuple(joined.values()), False, False), used
        if named is None:
            return None, 1
        is_plain = _PLAIN.match(word) is not None
        bearers = tuple(named.values())
        return Mention(start, end, bearers, is_plain, "/" in word, is_plain and word.islower()), 1

    def _title_at(
        self, tokens: Sequence[tuple[int, int, str]], place: int
    ) -> tuple[Mapping[int, NamedSubject], int] | None:
        if place + 1 >= len(tokens) or not self._title_lengths:
            return None
        first = (_folded(tokens[place][2]), _folded(tokens[place + 1][2]))
        for length in sorted(self._title_lengths.get(first, ()), reverse=True):
            words = tuple(_folded(each[2]) for each in islice(tokens, place, place + length))
            if (found := self._titles.get(words)) is not None:
                return found, length
        return None

    def _joined_at(
        self, text: str, tokens: Sequence[tuple[int, int, str]], place: int
    ) -> tuple[Mapping[int, NamedSubject] | None, int]:
        """Find the longest run of words that spells a name with digits in another way."""
        best: tuple[Mapping[int, NamedSubject] | None, int] = (None, 1)
        spelled = ""
        for used in range(1, MAX_JOINED + 1):
            if place + used > len(tokens):
                break
            start, _, word = tokens[place + used - 1]
            if used > 1 and text[tokens[place + used - 2][1] : start] != " ":
                break
            spelled += _SEPARATORS.sub("", word.casefold())
            if len(spelled) > 1 and spelled[:2] not in self._joined_starts:
                break
            if (found := self._joined.get(spelled)) is not None:
                best = (found, used)
        return best


def _is_number(word: str) -> bool:
    return word.replace(".", "").isdigit()


def _words_of(title: str) -> tuple[str, ...]:
    found = (_folded(token[0]) for token in TOKEN.finditer(title))
    return tuple(islice(found, MAX_TITLE))


def _folded(word: str) -> str:
    return word.casefold()
