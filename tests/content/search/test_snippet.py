"""Snippets: the place where it was found, marked, and nothing of the text as markup."""

import re
from html import unescape

import pytest
from hypothesis import given, strategies as st

from app.content.search.folding import fold
from app.content.search.question import Question, Term, read_question
from app.content.search.snippet import LENGTH, MAX_MARKED, Excerpt, snippet_of
from app.content.search.words import one_line, words_of

MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)


def shown(question: str, text: str, title: str = "A title") -> str:
    return snippet_of(read_question(question), title=title, excerpt=Excerpt(text))


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
        ("gpt4o", "GPT-4o or GPT 41", "<mark>GPT-4o</mark> or GPT 41"),
        ("qwen", "Qwen3.6-27B", "<mark>Qwen</mark>3.6-27B"),
        ("qwen3.6 27", "Qwen3.6-27B", "<mark>Qwen3.6</mark>-<mark>27</mark>B"),
        ("gpt-4*", "GPT-41.2, GPT-4o", "<mark>GPT-41</mark>.2, <mark>GPT-4</mark>o"),
        ("o1-p*", "o1-preview, o1-mini", "<mark>o1-preview</mark>, o1-mini"),
        ("orsted", "Bei Ørsted", "Bei <mark>Ørsted</mark>"),
        ("كتاب", "هذا كِتَابٌ هنا", "هذا <mark>كِتَابٌ</mark> هنا"),
        ("मेल", "मूल मेल", "मूल <mark>मेल</mark>"),
        ("मे*", "मूल मेल", "मूल <mark>मेल</mark>"),
        ("ガス", "の ｶﾞｽ です", "の <mark>ｶﾞｽ</mark> です"),
        ("スガ", "ｽｶﾞ", "<mark>ｽｶﾞ</mark>"),
        ("c", "C++ or C# or C.", "C++ or C# or <mark>C</mark>."),
        ("C++", "C, C++17", "C, <mark>C++</mark>17"),
        ("net .net", "ASP.NET nets net", "ASP<mark>.NET</mark> nets <mark>net</mark>"),
        ("æon", "An aeon, an Æon", "An <mark>aeon</mark>, an <mark>Æon</mark>"),
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

    snippet = snippet_of(Question(terms), title=title, excerpt=Excerpt(text))

    bare = snippet.replace("<mark>", "").replace("</mark>", "")
    assert not set(bare) & set("<>\"'")
    whole = f"{one_line(title)} — {text}"
    assert unescape(bare).strip("…") in (whole if "—" in unescape(bare) else f"{whole}{text}")
    assert all(found for found in MARK.findall(snippet))


@given(
    text=st.text(st.sampled_from("aé1ø.-+# ßｶﾞไ智मे\u0301"), max_size=40), place=st.integers(0, 40)
)
def test_what_is_marked_is_what_was_looked_for(text: str, place: int) -> None:
    """Each word of a text, looked for by itself, is marked, and nothing but it."""
    text = one_line(text)
    words = words_of(text)
    if not words:
        return
    word = words[place % len(words)]

    snippet = snippet_of(Question((Term((word,)),)), title="", excerpt=Excerpt(text))

    marked = [unescape(part) for part in MARK.findall(snippet)]
    assert len(marked) == words.count(word)
    assert all(fold(part).split() == [word] for part in marked), (marked, word)
