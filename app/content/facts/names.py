"""Names of subjects, and where a text mentions them.

The index is built once for each version of the trends; a look-up costs as much for 20,000 subjects
as for ten.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

from app.content.facts.no_projects import COMPOUNDS, NO_JOINED_NAMES, NO_PROJECTS
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
_COINED = re.compile(r"([A-Z]\w*[a-z]\w*[A-Z]\w*|[A-Z]{4,}\w*):\s")
"""What a paper calls its own work, as in "LoopFormer: Recurrent Depth at Fixed Cost"."""
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


class _Token(NamedTuple):
    start: int
    end: int
    word: str
    folded: str


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
        self._camel: dict[str, dict[int, NamedSubject]] = {}
        """Names of words that may be joined by capitals, as in "LlamaIndex" for "llama_index"."""
        self._spaced: dict[tuple[str, ...], dict[int, NamedSubject]] = {}
        """Names of several words, such as "AI Comic Factory" for "ai-comic-factory"."""
        self._title_lengths: dict[tuple[str, ...], set[int]] = {}
        self._title_starts: set[str] = set()
        """The first words of titles and of names of several words."""
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
            if len(last) >= LEAST_NAME and not _is_number(last) and last not in COMPOUNDS:
                self._note(self._words, last, subject)
                if any(map(str.isdigit, last)):
                    joined = _SEPARATORS.sub("", last)
                    self._note(self._joined, joined, subject)
                    self._joined_starts.add(joined[:2])
                else:
                    self._note_words(tuple(_SEPARATORS.split(last)), subject)
        self._urls.setdefault(subject.url.casefold(), subject)
        words = _words_of(subject.title or "")
        coined = _COINED.match(subject.title or "")
        if coined is not None:
            self._note(self._words, coined[1].casefold(), subject)
        short = _words_of((subject.title or "").partition(": ")[0])
        if LEAST_TITLE <= len(short) < len(words):
            self._note(self._titles, short, subject)
            self._note_length(short)
        if len(words) >= LEAST_TITLE:
            self._note(self._titles, words, subject)
            self._note_length(words)

    def _note_words(self, words: tuple[str, ...], subject: NamedSubject) -> None:
        words = tuple(filter(None, words))
        joined = "".join(words)
        if len(words) < 2 or joined in NO_JOINED_NAMES or NO_PROJECTS.issuperset(words):
            return
        self._note(self._camel, joined, subject)
        self._note(self._spaced, words, subject)
        self._note_length(words)

    def _note_length(self, words: tuple[str, ...]) -> None:
        self._title_lengths.setdefault(words[:2], set()).add(len(words))
        self._title_starts.add(words[0])

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
        tokens = [
            _Token(found.start(), found.end(), word := found[0], _folded(word))
            for found in TOKEN.finditer(text)
        ]
        found: list[Mention] = []
        next_place = 0
        for place, token in enumerate(tokens):
            if place < next_place or not self._may_begin(token.folded):
                continue
            mention, used = self._at(text, tokens, place)
            if mention is not None:
                found.append(mention)
            next_place = place + used
        return found

    def _may_begin(self, folded: str) -> bool:
        """Whether a name may begin with a word: the quick test for most words."""
        return (
            folded in self._words
            or folded in self._title_starts
            or folded in self._camel
            or folded[:2] in self._joined_starts
            or not folded[:2].isalnum()
            or len(folded) == 1
        )

    def _at(self, text: str, tokens: Sequence[_Token], place: int) -> tuple[Mention | None, int]:
        start, end, word, folded = tokens[place]
        title = self._title_at(tokens, place)
        if title is not None:
            subjects, used = title
            end = tokens[place + used - 1].end
            return Mention(start, end, tuple(subjects.values()), False, False), used
        named = self._words.get(folded)
        joined, used = self._joined_at(text, tokens, place)
        if joined is not None and (named is None or used > 1):
            end = tokens[place + used - 1].end
            return Mention(start, end, tuple(joined.values()), False, False), used
        if named is None and any(map(str.isupper, word[1:])):
            named = self._camel.get(folded)
        if named is None:
            return None, 1
        is_plain = _PLAIN.match(word) is not None
        bearers = tuple(named.values())
        return Mention(start, end, bearers, is_plain, "/" in word, is_plain and word.islower()), 1

    def _title_at(
        self, tokens: Sequence[_Token], place: int
    ) -> tuple[Mapping[int, NamedSubject], int] | None:
        if place + 1 >= len(tokens) or not self._title_lengths:
            return None
        lengths = self._title_lengths.get((tokens[place].folded, tokens[place + 1].folded))
        for length in sorted(lengths or (), reverse=True):
            words = tuple(each.folded for each in islice(tokens, place, place + length))
            if (found := self._titles.get(words)) is not None:
                return found, length
            if (found := self._spaced.get(words)) is not None and all(
                each.word[0].isupper() for each in islice(tokens, place, place + length)
            ):
                return found, length
        return None

    def _joined_at(
        self, text: str, tokens: Sequence[_Token], place: int
    ) -> tuple[Mapping[int, NamedSubject] | None, int]:
        """Find the longest run of words that spells a name with digits in another way."""
        best: tuple[Mapping[int, NamedSubject] | None, int] = (None, 1)
        begins = tokens[place].folded[:2]
        if begins.isalnum() and len(begins) > 1 and begins not in self._joined_starts:
            return best
        spelled = ""
        for used in range(1, MAX_JOINED + 1):
            if place + used > len(tokens):
                break
            token = tokens[place + used - 1]
            if used > 1 and text[tokens[place + used - 2].end : token.start] != " ":
                break
            spelled += _SEPARATORS.sub("", token.folded)
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
