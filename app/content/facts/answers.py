"""Questions and their answers: "How many stars does X have? 66,912, as of today."."""

import re

from app.content.facts.numbers import NUMBER

_QUESTION = re.compile(
    r"^\W*How\s+many\s+(?:(?:GitHub|Hugging\s+Face)\s+)?(?P<counter>stars|likes|downloads|forks|upvotes)"
    r"\s+(?:does|has|do)\s+(?P<name>[^?,;:]{1,80}?)\s+(?:now\s+)?(?:have|got|collected|count)\b[^?]{0,40}\?\s*$"
)
_ANSWER = re.compile(
    rf"^(?P<lead>(?:[A-Za-z]+(?:\s[a-z]+)?\s)?){NUMBER}(?=\s*(?:$|[.,;!](?!\d)))", re.IGNORECASE
)


def answer_to(question: str, answer: str) -> tuple[str, str] | None:
    """Write the answer to a question for a count as a sentence.

    Returns the sentence and the words in it that were not printed; `None` for any other text.
    """
    asked = _QUESTION.match(question) if question.endswith("?") else None
    found = _ANSWER.match(answer) if asked else None
    if asked is None or found is None:
        return None
    added = f" {asked['counter']}"
    lead = found["lead"].lower()
    number, rest = answer[found.start("digits") : found.end()], answer[found.end() :]
    return f"{asked['name']} has {lead}{number}{added}{rest}", added
