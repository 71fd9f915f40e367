"""Texts that were made to be slow to read.

The tests count claims, and the characters that two functions search: the one for counts told as
people, which runs once for each text with figures, and the one for names. Other regular
expressions, such as those around a figure, are not counted.
"""

from collections import Counter
from typing import Any

import pytest

from app.content.facts import names, number_forms, sentences
from app.content.facts.claims import claims_of
from app.content.facts.text_claims import MAX_TEXT_CLAIMS, TextClaims
from tests.content.facts.judging import world

SIZE = 100_000


def repeated(text: str, end: str = "") -> str:
    return text * (SIZE // len(text)) + end


TEXTS = {
    "one endless sentence": repeated("and Ollama has 5,000 stars "),
    "numbers": repeated("5,000 ", "stars"),
    "names": repeated("Ollama vLLM ", "has 5 stars"),
    "short sentences": repeated("Ollama has 5,000 stars. "),
    "sentences full of names": repeated("Ollama and " * 88 + "has 5,000 stars. "),
    "nested lists": "\n".join(f"{'  ' * (row % 50)}- Ollama 5,000 stars" for row in range(1_400)),
    "wide table": "|" + "Stars|" * 5_000 + "\n|" + "-|" * 5_000 + "\n|" + "5,000|" * 5_000,
    "number words": repeated("five hundred thousand and twenty million stars "),
    "pronouns": "Ollama is here. " + repeated("It has 5,000 stars. "),
    "numbers without a noun": "Ollama has 5,000 stars. " + repeated("It has 61,033, up 5 today. "),
    "numbers without a noun in one sentence": repeated("Ollama has 5,000 stars and 61,033 today, "),
    "no owner": "Ollama is here. " + repeated("A good day: 5,000 stars. "),
    "entries": repeated("Ollama - fast. 5,000 stars. "),
    "verbs": "Ollama has 5,000 stars " + repeated("has is at now up "),
    "semicolons": "Ollama has 5,000 stars; " + repeated("vLLM, 61,033; "),
    "questions": repeated("How many stars does Ollama have? 5,000. "),
    "capitals": repeated("OLLAMA HAS 5,000 STARS. "),
    "items": "Most starred:\n\n" + "- Ollama (5,000)\n" * 6_000,
}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Characters given to `number_forms.stated_by_givers` and to `NameIndex.mentions`."""
    counted: Counter[str] = Counter()

    def counting(module: Any, name: str, place: int) -> None:
        real = getattr(module, name)

        def count(*given: Any) -> Any:
            counted[name] += len(given[place])
            return real(*given)

        monkeypatch.setattr(module, name, count)

    counting(number_forms, "stated_by_givers", 0)
    counting(names.NameIndex, "mentions", 1)
    return counted


@pytest.mark.parametrize("kind", TEXTS)
def test_a_hostile_text_costs_a_few_readings_of_it(kind: str, work: Counter[str]) -> None:
    document = {"sections": [{"body": TEXTS[kind]}]}

    found = claims_of(document, TextClaims(world().names))

    # A pronoun looks back at up to four sentences; a short one is looked at by itself.
    assert work["stated_by_givers"] <= 2 * SIZE
    assert work["mentions"] <= 6 * SIZE
    assert len(found) <= MAX_TEXT_CLAIMS


def test_no_sentence_is_longer_than_the_limit() -> None:
    longest = max(len(each) for text in TEXTS.values() for each in sentences.sentences(text))

    assert longest <= sentences.MAX_SENTENCE
