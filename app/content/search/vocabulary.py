"""Vocabulary: how often each word is printed, and the printed word that was probably meant."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

MIN_LETTERS = 3
"""Shorter words are never corrected: too many others are near them."""
MIN_LETTERS_FOR_TWO = 5
"""Words of this length may have two wrong letters; shorter ones may have one."""
COMMON = 20
"""A printed word is taken for a misprint if a near one is printed this many times as often."""


class Vocabulary:
    """The printed words that consist of letters, with the number of times each is printed."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = {
            word: count
            for word, count in counts.items()
            if len(word) >= MIN_LETTERS and word.isalpha()
        }
        by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._counts:
            by_length[len(word)].append(word)
        self._by_length: Mapping[int, Sequence[str]] = by_length

    def __len__(self) -> int:
        return len(self._counts)

    def correction(self, word: str) -> str | None:
        """Return the printed word that a folded word most probably stands for.

        Letters may be wrong, missing, added or swapped with the next one: one of them, or two from
        five letters on. `None` if the word is printed itself or nothing is near it.
        """
        if len(word) < MIN_LETTERS or not word.isalpha():
            return None
        count = self._counts.get(word, 0)
        if count:
            near = self._near(word, 1)
            near = [other for other in near if self._counts[other[0]] >= COMMON * count]
        else:
            near = self._near(word, 2 if len(word) >= MIN_LETTERS_FOR_TWO else 1)
        if not near:
            return None
        return min(near, key=lambda it: self._doubt(word, *it))[0]

    def _doubt(self, word: str, other: str, edits: int) -> tuple[int, bool, bool, int, str]:
        """How unlikely it is that another word was meant; smaller is likelier.

        People rarely mistype the first letter, and they swap letters more often than they add one.
        """
        is_swapped = sorted(word) == sorted(other)
        return edits, other[0] != word[0], not is_swapped, -self._counts[other], other

    def _near(self, word: str, distance: int) -> list[tuple[str, int]]:
        """Return other words within an edit distance, each with its distance."""
        # Imported here, off the event loop: few searches are misspelt, and it takes 4 MB.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = []
        for length in range(len(word) - distance, len(word) + distance + 1):
            words = self._by_length.get(length)
            if words:
                found += process.extract(
                    word, words, scorer=OSA.distance, score_cutoff=distance, limit=None
                )
        return [(other, int(edits)) for other, edits, _ in found if other != word]


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count words in texts of folded words that are separated by spaces."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text.split())
    return counts
