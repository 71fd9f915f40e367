"""Markdown going in is read into safe HTML; text going out is written so that it stays text."""

import re
from html import unescape

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from app.content.markdown import escape, link, to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# One", "<h1>One</h1>\n"),
        ("a  \nb", "<p>a<br>\nb</p>\n"),
        ("~~a~~ **b**", "<p><del>a</del> <strong>b</strong></p>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"),
        (
            '[a](https://a.test/ "t")',
            '<p><a href="https://a.test/" title="t" rel="nofollow noopener">a</a></p>\n',
        ),
        ("<a@b.test>", '<p><a href="mailto:a@b.test" rel="nofollow noopener">a@b.test</a></p>\n'),
        ("![a](https://a.test/b.png)", '<p><img src="https://a.test/b.png" alt="a"></p>\n'),
        ("|a|\n|-|\n|b|", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n"
         "<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>\n"),
    ],
)  # fmt: skip
def test_markdown_is_rendered(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//x.test></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<iframe src=javascript:alert(1)></iframe>",
        "<a href='javascript:alert(1)'>a</a>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java&#115;cript:alert(1))",
        "[a](\tjavascript:alert(1))",
        "[a](<java\\script:alert(1)>)",
        "[a](vbscript:x)",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "![a](javascript:alert(1))",
        "![a](data:image/svg+xml;base64,PHN2Zz4=)",
        "![a](data:image/png;base64,AAAA)",
        '![a](https://a.test/ "x\\" onerror=\\"alert(1)")',
        '[a](https://a.test/ "x\\" onclick=\\"alert(1)")',
        "[a]: javascript:alert(1)\n\n[a]",
        "<javascript:alert(1)>",
        "```html\" onload=\"alert(1)\n<script>\n```",
        "<!-- --><script>alert(1)</script>",
        "<style>@import 'x'</style>",
        "<base href=//x.test>",
        "<form action=//x.test><input>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<math><mtext></mtext><mglyph><style><img src onerror=alert(1)>",
    ],
)  # fmt: skip
def test_nothing_in_the_html_can_act(hostile: str) -> None:
    html = to_html(hostile)

    tags = re.findall(r"<([a-z0-9]+)", html, re.IGNORECASE)
    attributes = re.findall(r'\s([a-z]+)="', " ".join(re.findall(r"<[^>]*>", html)))
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert set(tags) <= {"p", "a", "img", "pre", "code"}
    assert set(attributes) <= {"href", "title", "rel", "src", "alt", "class"}
    schemes = [re.match(r"\s*([a-z][a-z0-9+.-]*):", unescape(a), re.IGNORECASE) for a in addresses]
    assert {scheme[1].lower() for scheme in schemes if scheme} <= {"https"}


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("[a *b*](/issues/5) c", "a <em>b</em> c"),
        ("[a](//evil.test/x)", "a"),
        ("[a](<\\\\evil.test>)", "a"),
        ("[a](/\\evil.test)", "a"),
        ("[a](https:evil.test)", "a"),
        ("[a](https:/evil.test)", "a"),
        ("[a](HTTPS:///evil.test)", "a"),
        ("[a](../../v1)", "a"),
        ("[a](?q=x)", "a"),
        ("[a](#content)", "a"),
        ("[a]()", "a"),
        ("![a *b*](/b.png)", "a <em>b</em>"),
        ("![a](//evil.test/b.png)", "a"),
        ("![a ![b](/b.png)](/a.png)", "a b"),
        (
            "[![a](/b.png)](https://a.test/) [c](/d)",
            '<a href="https://a.test/" rel="nofollow noopener">a</a> c',
        ),
        (
            "[![a](https://a.test/b.png)](/c)",
            '<img src="https://a.test/b.png" alt="a">',
        ),
        ("[a](HTTP://a.test)", '<a href="HTTP://a.test" rel="nofollow noopener">a</a>'),
    ],
)  # fmt: skip
def test_of_what_is_relative_the_words_stay(markdown: str, html: str) -> None:
    assert to_html(markdown).strip() == f"<p>{html}</p>"


def test_relative_addresses_go_in_headings_lists_and_tables_too() -> None:
    markdown = "# [a](/go)\n\n- [a](/go)\n\n> [a](/go)\n\n|[a](/go)|\n|-|\n|![a](/go)|"

    assert "go" not in to_html(markdown)


@given(st.text(max_size=200))
def test_no_text_breaks_the_renderer_or_leaves_a_script(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode()

    html = to_html(clean)

    assert not re.search(r"<\s*(script|iframe|style|object|embed|form)", html, re.IGNORECASE)


_READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

special = st.text("ab1 \\`*_{}[]<>#+-.!|~&;:()\"'=/\n\té", max_size=40)


@given(special | st.sampled_from(["&lt;b&gt;", "&copy;", "a &#35; b", "*a*", "1. a", "AT&T"]))
def test_escaped_text_is_read_as_that_text(text: str) -> None:
    text = f"x {text} x"

    (_, inline, _) = _READER.parse(escape(text))

    assert inline.children is not None
    assert {child.type for child in inline.children} <= {"text", "text_special"}
    assert "".join(c.content for c in inline.children) == " ".join(text.split())


@pytest.mark.parametrize(
    "url",
    ["https://a.test/", "https://a.test/a_(b)", "https://a.test/\\", "https://a.test/a\\*b",
     "https://a.test/a>b<c", "https://a.test/?a=1&copy;=2", "https://a.test/é"],
)  # fmt: skip
def test_a_link_leads_where_it_should(url: str) -> None:
    (_, inline, _) = _READER.parse(f"- {link('[a](b)', url)} after")[2:5]

    assert inline.children is not None
    opening, *text, closing, after = inline.children
    encoded = {"<": "%3C", ">": "%3E", "\\": "%5C", "é": "%C3%A9"}
    assert opening.attrGet("href") == "".join(encoded.get(letter, letter) for letter in url)
    assert "".join(child.content for child in text) == "[a](b)"
    assert (closing.type, after.content) == ("link_close", " after")


def test_a_link_without_an_address_is_its_text() -> None:
    assert link("a*b", None) == r"a\*b"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1. a", r"1\. a"),
        ("12) a", r"12\) a"),
        ("- a", r"\- a"),
        ("+ a", r"\+ a"),
        ("--- ", r"\---"),
        ("===", r"\==="),
        ("-", r"\-"),
        ("-a", "-a"),
        ("-12", "-12"),
        ("1.5 a", "1.5 a"),
        ("2026", "2026"),
        ("R&D, 66.9k - or so", "R&D, 66.9k - or so"),
    ],
)
def test_what_would_begin_a_list_or_a_rule_begins_none(text: str, written: str) -> None:
    assert escape(text) == written
