"""What a reader of plain text gets of our own HTML."""

import pytest
from hypothesis import given, strategies as st

from app.content.markdown import to_html
from app.content.plain_text import plain_text


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("Some *words* and **more**.", "Some words and more."),
        ("One.\n\nTwo.", "One.\nTwo."),
        ("# Head\n\n- a\n- b", "Head\na\nb"),
        ("[a link](https://paper.test/?a=1&b=2 'titled')", "a link"),
        ("![a whale](https://paper.test/w.png)", "a whale"),
        ("`x < y && z`", "x < y && z"),
        ("```\nif x:\n    y\n```", "if x:\ny"),
        ("|a|b|\n|-|-|\n|1|2|", "a\nb\n1\n2"),
        ("<script>alert(1)</script> & so", "<script>alert(1)</script> & so"),
        ("[x](https://paper.test 'a > b')", "x"),
        ("", ""),
    ],
)
def test_markup_goes_and_words_stay(markdown: str, said: str) -> None:
    assert plain_text(to_html(markdown)) == said


@given(st.text(alphabet="ab 1\n", max_size=80))
def test_text_without_markup_keeps_its_words(text: str) -> None:
    assert plain_text(to_html(text)).split() == text.split()
