"""Whether a figure is a total or a change over a window, by the words beside it."""

import re
from dataclasses import dataclass

from app.content.facts.counters import ClaimCounter
from app.content.facts.phrases import ADVERBS, IS_A_GAIN, MOVES, RISES_TO, Hedge
from app.content.facts.windows import (
    before_next_number,
    behind_window,
    starts_with_span,
    starts_with_window,
    window_in,
    without_span,
)
from app.models.values import Window

NEW = r"new|more|fresh|additional|extra|net|further"
_TODAY = re.compile(r"\s+today\b")
_HAS = re.compile(
    r"\b(?:has|holds|counts|boasts|shows|carries|owns|enjoys|sports|totals|numbers|lists|commands|claims|displays"
    r"|(?:stands|sits|is|rests|hovers|settles|closes|closed|ended|finished)(?:\s+the\s+day)?\s+(?:at|on|with))"
    rf"\s+{ADVERBS}$"
)
_BEGINS_SPAN = re.compile(
    r"\b(?:this|the\s+(?:past|last))\s+(?:day|week|month)\b[^.:;,]{0,40}[:–—]\s+"
    r"(?:[+−-]?[\d.,]+[kM]?\s+[a-z]+,?\s+(?:and\s+|[\w.-]+:\s+)?){0,3}$",
    re.IGNORECASE,
)
"""Before a figure that may be a change or a total, as in "X this week: 5 stars"."""
_RISES_TO = re.compile(rf"\b{RISES_TO}\s+$")
_RATE = re.compile(r"^\s+(?:a|per|each|every)\s+(?P<span>day|week|month)\b")
_ADDED = re.compile(
    r"\s+(?:(?:were\s+|have\s+been\s+)?(?:added|gained|arriv\w+|came|come)|more(?!\s+than))\b"
)
"""Behind a figure that is a change, as in "with 5 stars added this week"."""
_ON_THE = re.compile(r"\s+(?:on|across)\s+the\s")
_IS_ITEM = re.compile(r"[·|•]\s*$")
_HAS_NO_VERB = re.compile(r"(?:^\W*|[:(·|•]|\b[Dd]espite)\s*$")
"""Before a figure that no verb governs, as in "X · 5 stars today" and "X (5 stars in a day)"."""
_ENDS = re.compile(r"\s*(?:$|[).,;:·|•–—])|\s+for\b")
_NAMES_GAIN = re.compile(
    r"\b(?:daily|weekly|monthly)\s+(?:net\s+)?(?:gain|growth|increase|rise|haul|intake)(?:\s*[,:(–—]\s*|\s+(?:of|is|was)\s+)$",
    re.IGNORECASE,
)
"""Before a figure that a noun calls a change, as in "X's monthly haul, 5 stars"."""
_TAKES_IN = re.compile(r"gain(?!\s+of)|add|pick|put|nett?ed", re.IGNORECASE)
"""Verbs of a subject that gets something: "gained 5 downloads" may count all of a span."""
_OF_A_SPAN = re.compile(r"\b(?:weekly|daily|week['’]s|day['’]s)\s+\w+\s*[(:]?\s*$")
_AFTER = re.compile(r"\s+after\s")
_SAYS_NEW = re.compile(rf"\b(?:{NEW})\s")
VERB_AT = 120
"""Characters before a number in which its verb begins."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure says."""

    start: int
    is_change: bool = False
    is_loss: bool = False
    window: Window | None = None
    is_certain: bool = True
    is_of_its_life: bool = False
    """Whether it is a gain over no span, as in "has gained 5 stars": at most the total."""
    is_of_span: bool = False
    """Of downloads: whether those of the span may be meant, and not the change over it."""


def _is_gain_alone(lead: str, after: str) -> bool:
    """Whether a figure without a verb is a change: "(5 stars in a day)", "· 5 stars today"."""
    rest = behind_window(after) if _HAS_NO_VERB.search(lead) and starts_with_window(after) else None
    if rest is None or _ENDS.match(rest) is None:
        return False
    return (
        starts_with_span(after)
        or _ON_THE.match(after) is not None
        or _IS_ITEM.search(lead) is not None
    )


def _is_monthly(adjectives: str, after: str) -> bool:
    return window_in(f"{adjectives} {after}", with_last_month=True) == "month"


def meaning_of(
    lead: str,
    after: str,
    *,
    adjectives: str,
    sign: str | None,
    counter: ClaimCounter,
    hedge: Hedge | None,
    is_act: bool,
) -> Meaning:
    """Tell a change over a window from a total.

    `lead`: the words before the number, without those that say how exact it is. `is_act`: the
    verb names the counter, as in "was downloaded 5 times".
    """
    start = len(lead)
    nearest = max(0, start - VERB_AT)
    verb = MOVES.search(without_span(lead), nearest)
    gains, loses, gets = verb.group("gains", "loses", "gets") if verb else (None, None, None)
    near = before_next_number(after[:60])
    window = window_in(near) or window_in(lead)
    is_new = _SAYS_NEW.search(adjectives) is not None or _ADDED.match(after) is not None
    is_change = bool(gains or loses or sign or is_new or (gets and window))
    is_change = is_change or (is_act and window_in(near) is not None)
    rate, is_of_span = _RATE.match(after), False
    if counter == "downloads":
        is_moved = is_act or is_change
        if (_is_monthly(adjectives, near) and not is_moved) or (rate and rate["span"] == "month"):
            return Meaning(start)  # as the Hub counts them
        is_net = loses or sign or (gains and not _TAKES_IN.match(gains))
        is_of_span = not is_net and (is_change or window_in(near) is not None)
    is_change = is_change or is_of_span or rate is not None or _is_gain_alone(lead, after)
    if is_change:
        return Meaning(
            verb.start() if verb else start,
            is_certain=rate is None,
            is_change=True,
            is_loss=bool(loses) or sign in ("-", "−"),
            window=window,
            is_of_its_life=bool(
                gains
                and counter != "downloads"
                and not (sign or is_new or window or starts_with_span(after))
            ),
            is_of_span=is_of_span,
        )
    if IS_A_GAIN.search(lead, nearest) or _OF_A_SPAN.search(lead, nearest):
        window = window_in(lead[nearest:]) if _NAMES_GAIN.search(lead, nearest) else window
        is_named = _NAMES_GAIN.search(lead, nearest) is not None and window is not None
        return Meaning(start, is_change=True, window=window, is_certain=is_named)
    is_total = _is_total(
        lead, after, nearest=nearest, is_given=bool(gets), has_window=window is not None
    )
    return Meaning(verb.start() if verb else start, is_certain=is_total or hedge is Hedge.REACHED)


def _is_total(lead: str, after: str, *, nearest: int, is_given: bool, has_window: bool) -> bool:
    """Whether a figure that is no change counts all there is, and not what came in a span."""
    is_of_span = (
        without_span(lead) != lead
        or starts_with_window(after)
        or starts_with_span(after)
        or (is_given and _AFTER.match(after) is not None)
        or _BEGINS_SPAN.search(lead, nearest) is not None
        or (not has_window and starts_with_span(lead))
    )
    return (
        not is_of_span
        or _RISES_TO.search(lead, nearest) is not None
        or (_TODAY.match(after) is not None and _HAS.search(lead, nearest) is not None)
    )
