"""A counter word that is the label of what follows is not the noun of the number before it."""

import pytest

from tests.content.facts.judging import judged

STARS, FORKS = 66_912, 6_514
"""What was observed of OpenBB."""
LABELS_FIRST = [
    r"OpenBB in numbers\nStars: {stars}\nForks: {forks}\nGained this week: 1,452 stars",
    r"OpenBB in numbers\nForks: {forks}\nStars: {stars}",
    "OpenBB: stars {stars}, forks {forks}, likes 12",
    "OpenBB: Stars {stars}; forks {forks}",
    "OpenBB: Stars {stars} | Forks {forks} | Likes 12",
    "OpenBB: Stars {stars} • Forks {forks} • Likes 12",
    "OpenBB stars = {stars} forks = {forks}",
]
NUMBERS_FIRST = [
    "OpenBB has {stars} stars. Forks {forks}.",
    "OpenBB has {stars} stars – {forks} forks.",
    "OpenBB: {stars} stars – {forks} forks – 12 likes",
    "OpenBB: {stars} stars {forks} forks",
    "OpenBB {stars} ★ {forks} forks",
]
NOT_READ = [
    r"OpenBB\nStars {stars}\nForks {forks}",
    r"OpenBB\nFounded: 2021\nStars: {stars}\nForks: {forks}",
    r"OpenBB\nFounded 2021\nStars {stars}\nForks {forks}",
    r"OpenBB\nCommits 2021\nStars {stars} as of today",
    "OpenBB: stars {stars} forks {forks} likes 12",
    "OpenBB: stars – {stars} forks – {forks}",
    "OpenBB: forks {forks} ★ {stars}",
    r"OpenBB in numbers\nStars: {stars}\nForks: many",
    r"OpenBB in numbers\nStars: {stars}\nForks this week: 79",
    r"OpenBB in numbers\nStars: {stars}\nMonthly downloads: 79k",
    r"OpenBB in numbers\nForks: {forks}\nGitHub stars: {stars}",
    r"OpenBB in numbers\nStars, {stars}\nForks, {forks}",
    r"OpenBB in numbers\nStars last year: 40,000\nForks last year: 3,000",
    r"OpenBB\nLanguages: 2,021\nStars: {stars}",
]

NOT_OF_NOW = [
    "OpenBB then",
    "OpenBB a year ago",
    "OpenBB, 2024",
    "OpenBB at launch",
    "OpenBB goals",
    "OpenBB this week",
    "OpenBB gained",
    "What OpenBB won",
    "OpenBB forks",
    "OpenBB's rivals",
    "OpenBB Lite",
]


def verdicts(form: str, *, stars: int = STARS, forks: int = FORKS) -> list[tuple[str, str]]:
    text = form.format(stars=f"{stars:,}", forks=f"{forks:,}")
    return [(each.claim.counter, each.verdict) for each in judged(f"B {text}")]


@pytest.mark.parametrize("form", LABELS_FIRST + NUMBERS_FIRST)
def test_numbers_count_what_their_own_words_say(form: str) -> None:
    true = verdicts(form)
    assert ("stars", "supported") in true
    assert ("forks", "supported") in true
    assert "contradicted" not in {verdict for _, verdict in true}
    assert ("stars", "contradicted") in verdicts(form, stars=90_210)
    assert ("forks", "supported") in verdicts(form, stars=90_210)
    assert ("forks", "contradicted") in verdicts(form, forks=9_020)
    assert ("stars", "supported") in verdicts(form, forks=9_020)


@pytest.mark.parametrize("form", NOT_READ)
def test_a_number_does_not_count_what_the_next_label_says(form: str) -> None:
    assert "contradicted" not in {verdict for _, verdict in verdicts(form)}


@pytest.mark.parametrize("head", NOT_OF_NOW)
def test_what_stands_above_labels_may_date_them(head: str) -> None:
    text = rf"{head}\nStars: {{stars}}\nForks: {{forks}}\nLicence: MIT"
    assert "contradicted" not in {verdict for _, verdict in verdicts(text, stars=900, forks=12)}


def test_labels_may_stand_before_their_name() -> None:
    text = (
        r"Stars: {stars}\nForks: {forks}\nProject: OpenBB\n"
        r"Stars: 63,518\nForks: 19,702\nProject: Keras"
    )
    assert "contradicted" not in {verdict for _, verdict in verdicts(text)}


@pytest.mark.parametrize(
    "text",
    [
        "OpenBB has 90,210 stars: a record.",
        "OpenBB has 90,210 stars: 1,452 more than a week ago.",
        "OpenBB: 90,210 stars – 1,452 this week",
        "OpenBB ★ 90,210 +1,452 this week",
        "OpenBB has 90,210 stars 3 years after its launch.",
        "H OpenBB Hits 90,210 Stars 3 Years After Launch",
    ],
)
def test_a_colon_or_a_number_alone_makes_no_label(text: str) -> None:
    assert "contradicted" in {each.verdict for each in judged(text)}
