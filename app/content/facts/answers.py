"""Questions and their answers: "How many stars does X have? 66,912."."""

import re

from app.content.facts.numbers import NUMBER

_QUESTION = re.compile(
    r"^\W*How\s+many\s+(?:(?:GitHub|Hugging\s+Face)\s+)?(?P<counter>stars|likes|downloads|forks|upvotes)"
    r"\s+(?:does|has)\s+(?P<name>[^?,;:]{1,80}?)\s+(?:now\s+)?(?P<verb>have|got|collected)"
    r"(?:\s+(?:now|today|on\s+(?:GitHub|Hugging\s+Face)))?\s*\?\s*$"
)
_ANSWER = re.compile(
    r"^(?P<lead>(?:(?:about|around|roughly|some|nearly|almost|over|more\s+than|just\s+over|just\s+under|exactly"
    rf"|only|now)\s+)?){NUMBER}(?:,\s+as\s+of\s+(?:today|now|this\s+morning))?[.!]?$",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(
    r"^\W*(?:\d|(?:No|Nope|Not|Wrong|False|Or|Actually|Sorry|Correction)\b)", re.IGNORECASE
)
"""The beginning of a sentence behind an answer that was wrong, or one of several."""


def answer_to(question: str, answer: str, after: str) -> tuple[str, str] | None:
    """Write the answer to a question for a count as a sentence.

    `after`: the sentence behind the answer. Returns the sentence and the words in it that were not
    printed; `None` for any other text.
    """
    asked = _QUESTION.match(question) if question.endswith("?") else None
    found = _ANSWER.match(answer) if asked else None
    if asked is None or found is None or _TAKES_BACK.match(after):
        return None
    if asked["counter"] == "downloads" and asked["verb"] != "have":
        return None  # those of all time, perhaps
    added = f" {asked['counter']}"
    lead = found["lead"].lower()
    number = answer[found.start("digits") :].partition(", as of")[0].rstrip(".!")
    return f"{asked['name']} has {lead}{number}{added}.", added
