"""GitHub Flavored Markdown with footnotes: what it has, and that nothing said in it is lost."""

import re

import pytest

from app.content.markdown import to_html
from app.content.plain_text import plain_text


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (
            "|a|b|c|d|\n|:-|-:|:-:|-|\n|1|2|3|4|",
            '<td align="left">1</td>\n<td align="right">2</td>\n<td align="center">3</td>\n'
            "<td>4</td>",
        ),
        ("```python\nx\n```", '<pre><code class="language-python">x\n</code></pre>'),
        ("~~~ c++ line=1\nx", '<pre><code class="language-c++" title="line=1">x</code></pre>'),
        ("~~a~~ ~b~", "<p><del>a</del> <del>b</del></p>"),
        (
            "- [ ] a\n- [x] b",
            '<li><input type="checkbox" disabled aria-label="To do"> a</li>\n'
            '<li><input type="checkbox" disabled checked aria-label="Done"> b</li>',
        ),
        ("a <br> b", "<p>a &lt;br&gt; b</p>"),
        ("<!-- a -->", "<p>&lt;!-- a --&gt;</p>"),
        ("<div>\n*a*\n</div>", "<p>&lt;div&gt;\n*a*\n&lt;/div&gt;</p>"),
        ("&#1; &#xFDD0; &#8206;", "<p>\ufffd \ufffd \u200e</p>"),
    ],
)
def test_it_renders(markdown: str, html: str) -> None:
    assert html in to_html(markdown)


@pytest.mark.parametrize(
    ("markdown", "address", "text"),
    [
        ("see https://a.test/b.", "https://a.test/b", "https://a.test/b"),
        ("(https://a.test/(b))", "https://a.test/(b)", "https://a.test/(b)"),
        ("https://a.test/?a=1&amp;b", "https://a.test/?a=1&b", "https://a.test/?a=1&b"),
        (
            "https://a.test/__init__.py x",
            "https://a.test/__init__.py",
            "https://a.test/__init__.py",
        ),
        ("www.a.test/b!", "http://www.a.test/b", "www.a.test/b"),
        ("http://localhost:8000/", "http://localhost:8000/", "http://localhost:8000/"),
        ("a.b+c@d.test.", "mailto:a.b+c@d.test", "a.b+c@d.test"),
        ("|https://a.test/__b__/d|c|\n|-|-|", *("https://a.test/__b__/d",) * 2),
        ("<https://a.test/é>", "https://a.test/%C3%A9", "https://a.test/é"),
    ],
)
def test_a_bare_address_is_a_link(markdown: str, address: str, text: str) -> None:
    link = f'<a href="{address}" rel="nofollow noopener">{text}</a>'

    assert link.replace("&b", "&amp;b") in to_html(markdown)


@pytest.mark.parametrize(
    "markdown",
    ["xhttp://a.test", "http://", "www.", "a@b", "@b.test", "http://a_b.c_d", "`https://a.test`",
     "    https://a.test", "```\nhttps://a.test\n```", "ftp://a.test"],
)  # fmt: skip
def test_no_link_is_made_of_other_text(markdown: str) -> None:
    assert "<a " not in to_html(markdown)


def test_footnotes_are_numbered_and_lead_back() -> None:
    html = to_html("One[^b], two[^A], one[^B].\n\n[^a]: *Anonymous*\n[^b]: Ibid.", slug="lead")

    assert html == (
        '<p>One<sup class="footnote-ref"><a href="#fn_lead_1" id="fnref_lead_1">1</a></sup>, '
        'two<sup class="footnote-ref"><a href="#fn_lead_2" id="fnref_lead_2">2</a></sup>, '
        'one<sup class="footnote-ref"><a href="#fn_lead_1">1</a></sup>.</p>\n'
        '<div class="footnotes">\n<ol>\n'
        '<li id="fn_lead_1">\n<p>Ibid. <a class="footnote-back" href="#fnref_lead_1" '
        'aria-label="Back to reference 1">↩</a></p>\n</li>\n'
        '<li id="fn_lead_2">\n<p><em>Anonymous</em> <a class="footnote-back" href="#fnref_lead_2" '
        'aria-label="Back to reference 2">↩</a></p>\n</li>\n'
        "</ol>\n</div>\n"
    )


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("[^1]: Unreferred", "Unreferred"),
        ("a[^1]\n\n[^1]: First\n[^1]: Second", "First Second"),
        ("> [^1]: Quoted\n\na[^1]", "Quoted"),
        ("a[^1]\n\n[^1]:\n    Below\n\n    Further", "Below Further"),
        ("a[^x]", "[^x]"),
        ("Said [1].\n\n[1]: Ibid.", "[1]. [1]: Ibid."),
        ("[Sources]: Reuters", "[Sources]: Reuters"),
        ("[a]\n\n[a]: https://a.test\n[a]: Twice", "[a]: Twice"),
        ("[Unused]: https://a.test", "[Unused]: https://a.test"),
        ("- [a]: One\n- [b]: Two\n  tail", "[a]: One [b]: Two tail"),
        ("> [a]: One\n> 'and\n> more'", "One 'and more'"),
        ("|a|b|\n|-|-|\n|1|2|3|four|\n", "3|four"),
        ("<!-- open\n\n*text*", "<!-- open *text*"),
        ("[//]: # (comment)", "[//]: # (comment)"),
    ],
)
def test_what_a_dialect_drops_is_text(markdown: str, words: str) -> None:
    said = plain_text(to_html(markdown)).split()

    assert " ".join(words.split()) in " ".join(said)


def test_a_definition_in_use_is_no_text() -> None:
    html = to_html("[a] and [b][a].\n\n[A]: https://a.test 'Title'")

    assert plain_text(html) == "a and b."
    assert html.count('title="Title"') == 2


@pytest.mark.parametrize("marker", ["- ", "> ", "1. ", "[^a]: "])
def test_a_hundred_levels_are_kept(marker: str) -> None:
    assert "deepest" in to_html(marker * 100 + "deepest")


def test_ids_are_those_of_the_slug() -> None:
    html = to_html("a[^1]\n\n[^1]: b", slug="x-1")

    assert re.findall(r'id="([^"]*)"', html) == ["fnref_x-1_1", "fn_x-1_1"]


@pytest.mark.parametrize(
    "markdown",
    [
        "Intro\n\n```\nsecret code\n```\n\ntail after",
        "~~~py\nprint(1)\n~~~\nafter words",
        "<div>\nx\n</div>\n\nafter",
        "[a]: https://x.test\n\n[a] and [^n]\n\n[^n]: note\n",
        "|a|b|\n|-|-|\n|c|d|e|\n\n- one\n- two\n\n# head",
    ],
)
@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_every_line_end_ends_a_line(markdown: str, end: str) -> None:
    assert to_html(markdown.replace("\n", end)) == to_html(markdown)
