"""Snippets: the place where it was found, marked, and nothing of the text as markup."""

import re
from html import unescape

import pytest
from hypothesis import given, strategies as st

from app.content.search.question import Question, Term, read_question
from app.content.search.snippet import LENGTH, MAX_MARKED, snippet_of
from app.content.search.words import one_line

MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)


def shown(question: str, text: str, title: str = "A title") -> str:
    return snippet_of(read_question(question), title=title, text=text)


@pytest.mark.parametrize(
    ("question", "text", "snippet"),
    [
        ("fox", "The quick fox.", "The quick <mark>fox</mark>."),
        ("FÓX", "Fox, fóx; foxes", "<mark>Fox</mark>, <mark>fóx</mark>; foxes"),
        ("fox*", "Foxes afox", "<mark>Foxes</mark> afox"),
        ('"quick fox"', "quick; fox, quick", "<mark>quick; fox</mark>, quick"),
        ("quick fox", "quick fox", "<mark>quick</mark> <mark>fox</mark>"),
        ("fox -dog", "fox doggy", "<mark>fox</mark> doggy"),
        ("4o", "GPT-4o!", "GPT-<mark>4o</mark>!"),
        ("智能", "人工智能的", "人工<mark>智能</mark>的"),
        ("strasse", "Die Straße!", "Die <mark>Straße</mark>!"),
        ("b", "<b>b</b> & \"q\" 'r'", None),
    ],
)
def test_each_match_is_marked(question: str, text: str, snippet: str | None) -> None:
    expected = snippet or (
        "&lt;<mark>b</mark>&gt;<mark>b</mark>&lt;/<mark>b</mark>&gt;"
        " &amp; &quot;q&quot; &#x27;r&#x27;"
    )

    assert shown(question, text) == expected


def test_what_only_the_title_has_is_shown_in_the_title() -> None:
    assert shown("hammer", "It hits.", "The Hammer") == "The <mark>Hammer</mark> — It hits."
    assert shown("hammer", "", "The Hammer") == "The <mark>Hammer</mark>"


def test_a_long_text_is_cut_between_words() -> None:
    text = " ".join(["before"] * 100 + ["needle"] + ["after"] * 100)

    snippet = shown("needle", text)

    assert snippet.startswith("…before before")
    assert snippet.endswith("after…")
    assert "<mark>needle</mark>" in snippet
    assert len(unescape(MARK.sub(r"\1", snippet))) <= LENGTH + 2


def test_the_end_of_a_text_is_shown_whole() -> None:
    snippet = shown("needle", "before " * 100 + "the needle")

    assert snippet.endswith("the <mark>needle</mark>")
    assert len(MARK.sub(r"\1", snippet)) > LENGTH * 0.9


def test_a_word_without_end_is_marked_to_a_bound() -> None:
    snippet = shown("ab*", "ab" * 50_000)

    assert len(snippet) <= LENGTH + 2 + len("<mark></mark>")
    assert len(MARK.findall(snippet)[0]) == MAX_MARKED


def test_what_stands_between_marks_posted_as_text_is_text() -> None:
    assert shown("x", "</mark><script>x</script><mark>") == (
        "&lt;/mark&gt;&lt;script&gt;<mark>x</mark>&lt;/script&gt;&lt;mark&gt;"
    )


letters = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(title=letters, text=letters, wanted=st.lists(st.text("ab<é智&", min_size=1), min_size=1))
def test_a_snippet_is_a_part_of_the_text_with_marks(
    title: str, text: str, wanted: list[str]
) -> None:
    terms = tuple(Term(tuple(part)) for part in wanted if part.isalnum()) or (Term(("a",)),)
    text = one_line(text)

    snippet = snippet_of(Question(terms), title=title, text=text)

    bare = snippet.replace("<mark>", "").replace("</mark>", "")
    assert not set(bare) & set("<>\"'")
    whole = f"{one_line(title)} — {text}"
    assert unescape(bare).strip("…") in (whole if "—" in unescape(bare) else f"{whole}{text}")
    assert all(found for found in MARK.findall(snippet))
