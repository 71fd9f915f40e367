"""Limits of Markdown: each is refused with a code, and each bounds time or output by structure."""

import pytest

from app.content.documents import read_issue
from app.content.markdown import MarkdownRefused, to_html
from app.content.markdown.page import Page
from app.errors import ContentInvalid
from tests.factories import issue, lead, story

LONG = "x" * 2_000


def refused(markdown: str) -> str:
    with pytest.raises(MarkdownRefused) as caught:
        to_html(markdown)
    return caught.value.code


@pytest.mark.parametrize(
    "deep",
    ["- " * 101 + "a", "> " * 101 + "a", ">" * 50_000, "- " * 50_000 + "\n" * 99_000,
     "1. " * 300 + "a", "> - " * 60 + "a", "*a _b " * 60 + "c_ d*" * 60],
)  # fmt: skip
def test_what_nests_too_deep_is_refused(deep: str) -> None:
    assert refused(deep) == "too_deep"


@pytest.mark.parametrize(
    "markdown",
    [
        f"[a](https://a.test/{LONG})",
        f"![a](https://a.test/{LONG})",
        f"[a]\n\n[a]: https://a.test/{LONG}",
        f"https://a.test/{LONG}",
        f"<https://a.test/{LONG}>",
        f"[a](/{LONG})",
    ],
)
def test_an_address_is_bounded(markdown: str) -> None:
    assert refused(markdown) == "too_long"


def test_an_address_of_2000_characters_is_taken() -> None:
    address = "https://a.test/".ljust(2_000, "x")

    assert f'href="{address}"' in to_html(f"[a]({address})")


@pytest.mark.parametrize(
    "markdown",
    [
        "[a]: http://x/" + "x" * 1_900 + "\n\n" + "[a] " * 49_000,
        "[a]: http://x/" + "x" * 1_900 + "\n\n" + "[a] " * 60,
        "[a]: http://x/ '" + "x" * 30_000 + "'\n\n" + "[a] " * 10,
        "[^a]: x\n\n" + "[^a] " * 39_000,
        "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "a\n" * 10_000,
        "*a* " * 50_001,
        '"' * 10 + "- \n" * 60_000,
    ],
    ids=["references", "few-references", "titles", "footnotes", "cells", "spans", "items"],
)
def test_what_comes_out_is_bounded(markdown: str) -> None:
    assert refused(markdown) == "too_long"


@pytest.mark.parametrize(
    "unit", ["![", "[", "[](", "![a](", "[[]", "[a][b", "<![CDATA[", "`", "\\"]
)
def test_a_body_of_one_sign_is_cheap(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: text is written in one piece, however many pieces the parser makes."""
    written: list[str] = []
    original = Page._write_text

    def counted(page: Page, opens: str) -> None:
        written.append(opens)
        original(page, opens)

    monkeypatch.setattr(Page, "_write_text", counted)

    html = to_html((unit * 200_000)[:200_000])

    assert len(written) <= 2
    assert len(html) < 1_000_000


def test_the_pointer_is_that_of_the_body() -> None:
    document = issue(sections=[lead(body="fine"), story(body="- " * 101 + "a")])

    with pytest.raises(ContentInvalid) as caught:
        read_issue(document)

    (fault,) = caught.value.faults
    assert (fault.pointer, fault.code) == ("/sections/1/body", "too_deep")
