"""Synthetic issues for measurements, one for any date.

Each states that it is synthetic. An issue depends only on its date and a seed, so any of them can
be generated again, in any order.
"""

from datetime import date as Date
from functools import cache
from itertools import accumulate, product
from random import Random

WORDS = 8000
"""Size of the vocabulary: about that of some months of a newspaper."""

_ONSETS = ("b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "br", "st", "tr")
_RHYMES = ("a", "e", "i", "o", "u", "an", "en", "er", "in", "is", "on", "or")

SITE = "https://synthetic.example"
"""A reserved host name, which never resolves."""


@cache
def vocabulary() -> tuple[str, ...]:
    """Return words of two and three syllables, most common first; always the same."""
    syllables = [onset + rhyme for onset, rhyme in product(_ONSETS, _RHYMES)]
    random = Random("The AI Morning Post")  # not the issue's seed: the vocabulary is fixed
    words: dict[str, None] = {}
    while len(words) < WORDS:
        # Common words are short, as in every language.
        count = 2 if len(words) < WORDS // 6 else 3
        words["".join(random.choices(syllables, k=count))] = None
    return tuple(words)


_SHARES = tuple(accumulate(1 / (rank + 2.7) for rank in range(1, WORDS + 1)))
"""Cumulative weights by the Zipf–Mandelbrot law: frequency falls with the rank of a word."""

Document = dict[str, object]


def synthetic_issue(day: Date, *, seed: int) -> Document:
    """Generate the document of a date; its read form has about 18 KB."""
    return _Writer(day, seed).issue()


class _Writer:
    """Writes the issue of one date with its own random generator."""

    def __init__(self, day: Date, seed: int) -> None:
        self._day = day.isoformat()
        self._random = Random(f"{seed} {self._day}")
        self._vocabulary = vocabulary()

    def issue(self) -> Document:
        return {
            "date": self._day,
            "slug": f"synthetic-{self._day}",
            "title": f"Synthetic issue: {self._title(6)}",
            "summary": "A synthetic issue, generated to measure with. Nothing in it is true. "
            + self._sentence(10),
            "dateline": {
                "place": "Nowhere (synthetic issue)",
                "weather": {"summary": self._title(2), "temperature_c": self._tenths(-50, 350)},
            },
            "sections": [
                self._story("lead", words=120) | {"metrics": self._metrics()},
                self._story("deep_dive", words=120),
                self._story("opinion", words=60),
                self._story("opinion", words=60),
                {"kind": "tools", "tools": [self._tool() for _ in range(4)]},
                {"kind": "trending", "entries": self._trending()},
                {"kind": "movers", "entries": self._movers()},
                {"kind": "reading", "items": [self._reading_item() for _ in range(3)]},
            ],
        }

    def _story(self, kind: str, *, words: int) -> Document:
        return {
            "kind": kind,
            "kicker": "Synthetic",
            "headline": self._title(7),
            "standfirst": self._sentence(16),
            "byline": f"{self._title(2)} (synthetic)",
            "body": self._body(words),
            "significance": self._random.randint(0, 10),
        }

    def _body(self, words: int) -> str:
        """Paragraphs of about 60 words, some of them with a little Markdown."""
        paragraphs = []
        for _ in range(max(1, words // 60)):
            sentences = [self._sentence(self._random.randint(8, 22)) for _ in range(4)]
            if self._random.random() < 0.3:
                sentences.append(f"*{self._sentence(4)}*")
            if self._random.random() < 0.3:
                sentences.append(f"[{self._title(2)}]({self._url()})")
            paragraphs.append(" ".join(sentences))
        return "\n\n".join(paragraphs)

    def _metrics(self) -> Document:
        items = []
        for _ in range(4):
            number = self._random.randint(1, 99_999)
            items.append(
                {
                    "label": self._title(2),
                    "value": f"{number:,} (synthetic)",
                    "number": number,
                    "unit": self._words(1),
                    "source": {
                        "name": self._title(2),
                        "url": self._url(),
                        "observed_at": self._instant(),
                    },
                }
            )
        return {"title": "By the Numbers", "items": items}

    def _tool(self) -> Document:
        return {
            "name": self._title(1),
            "summary": self._sentence(12),
            "url": self._url(),
            "category": self._vocabulary[self._random.randrange(20)],
        }

    def _trending(self) -> list[Document]:
        boards = ("github", "repository"), ("huggingface", "model"), ("huggingface", "dataset")
        return [
            self._entry(source, kind) | {"previous_rank": self._random.randint(1, 20)}
            for source, kind in boards
            for _ in range(4)
        ]

    def _movers(self) -> list[Document]:
        changes = sorted((self._random.randint(100, 9_999) for _ in range(5)), reverse=True)
        return [self._entry("github", "repository") | {"change": change} for change in changes]

    def _entry(self, source: str, kind: str) -> Document:
        name = "-".join(self._words(2).split())
        counted: Document
        if source == "github":
            counted = {"stars": self._count(), "forks": self._count(), "language": self._title(1)}
        else:
            counted = {"likes": self._count(), "downloads": self._count(), "task": self._words(1)}
        return {
            "source": source,
            "kind": kind,
            "external_id": f"synthetic/{name}",
            "url": f"{SITE}/{source}/{name}",
            "summary": self._sentence(9),
            "score": self._tenths(0, 1000),
            "window": "week",
            "observed_at": self._instant(),
            **counted,
        }

    def _reading_item(self) -> Document:
        return {
            "title": self._title(5),
            "summary": self._sentence(16),
            "url": self._url(),
            "source": f"{self._title(2)} (synthetic)",
            "author": self._title(2),
            "minutes": self._random.randint(3, 40),
        }

    def _words(self, count: int) -> str:
        return " ".join(self._random.choices(self._vocabulary, cum_weights=_SHARES, k=count))

    def _title(self, count: int) -> str:
        return self._words(count).title()

    def _sentence(self, count: int) -> str:
        return f"{self._words(count).capitalize()}."

    def _url(self) -> str:
        return f"{SITE}/{'/'.join(self._words(2).split())}"

    def _instant(self) -> str:
        return f"{self._day}T05:{self._random.randrange(60):02}:00Z"

    def _count(self) -> int:
        """A count distributed like stars: many small ones, a few large."""
        return int(10 ** (self._random.random() * 5))

    def _tenths(self, lowest: int, highest: int) -> float:
        return self._random.randint(lowest, highest) / 10
