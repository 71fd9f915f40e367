"""Numbers in words: "four million" is read as "4 million"."""

import re
from collections.abc import Mapping

_ONES_TEXT = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen
"""
_TENS_TEXT = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL: dict[str, int] = {
    **{word: number for number, word in enumerate(_ONES_TEXT.split(), start=1)},
    **{word: 10 * number for number, word in enumerate(_TENS_TEXT.split(), start=2)},
}
SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
LARGE = (*SCALES, "hundred")
_WORD = "|".join(sorted(_SMALL, key=len, reverse=True))
_SCALE = "|".join(SCALES)
_COUNT = rf"(?:{_WORD})(?:[\s-](?:{_WORD}))?"
_HUNDREDS = rf"(?:a|{_COUNT})[\s-]hundred(?:\s(?:and\s)?{_COUNT})?"
_IN_WORDS = re.compile(
    rf"(?<![\w-])(?=\w)(?:(?P<half>half[\s-]an?)|(?P<whole>{_WORD})\spoint\s(?P<tenths>{_WORD})|(?P<count>{_HUNDREDS}|{_COUNT})(?P<and_half>\sand\sa\shalf)?"
    rf"|(?P<one>(?<!of\s)(?<!in\s)(?<!many\s)a(?=\s(?:m|b)illion)))[\s-](?P<scale>{_SCALE})"
    rf"(?:(?<=thousand)\s(?:and\s)?(?P<rest>{_HUNDREDS}|{_COUNT})(?!\s(?:{_SCALE}|hundred)))?"
    rf"(?![\w-]|\s(?:{_WORD}|{_SCALE}|hundred|and\s(?:{_WORD}|a\s))\b)"
    rf"|(?<![\w-])(?P<hundreds>(?!a\s){_HUNDREDS})(?=\s(?:\w+\s)?(?:stars|likes|downloads|forks|upvotes)\b)",
    re.IGNORECASE,
)
"""Up to 999 of a scale. "A thousand" is often no number but a great many."""


def in_digits(text: str) -> tuple[str, Mapping[str, str]]:
    """Write the numbers of a sentence that are in words with digits; return it and those words.

    Multiples of ten become bare numbers, since they are mostly rounded: "sixty thousand" becomes
    "60,000", but "four million" becomes "4 million".
    """
    lowered = text.lower()
    if not any(word in lowered for word in LARGE):
        return text, {}
    words: dict[str, str] = {}

    def written(found: re.Match[str]) -> str:
        digits = _digits(found)
        words[digits] = found[0]
        return digits

    return _IN_WORDS.sub(written, text), words


def _digits(found: re.Match[str]) -> str:
    if found["hundreds"]:
        return str(_value(found["hundreds"].lower()))
    scale = found["scale"].lower()
    if found["half"]:
        return f"0.5 {scale}"
    if found["one"]:
        return f"1 {scale}"
    if found["whole"]:
        return f"{_value(found['whole'].lower())}.{_value(found['tenths'].lower())} {scale}"
    count = _value(found["count"].lower())
    if found["and_half"]:
        return f"{count}.5 {scale}"
    if found["rest"]:
        return f"{count * SCALES[scale] + _value(found['rest'].lower()):,}"
    return f"{count} {scale}" if count % 10 else f"{count * SCALES[scale]:,}"


def _value(words: str) -> int:
    """Return the value of a count in words, up to 999."""
    total = 0
    for word in re.split(r"[\s-]", words):
        match word:
            case "hundred":
                total *= 100
            case "a":
                total = 1
            case "and":
                pass
            case _:
                total += _SMALL[word]
    return total
