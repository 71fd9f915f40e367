"""Bodies in pages: an outline without holes, no pictures of others, and nothing else changed."""

import re

import pytest

from app.content.markdown import to_html
from app.web.site.story_body import story_body

BASE = "https://paper.test"


def shown(markdown: str, *, below: int = 1) -> str:
    return str(story_body(to_html(markdown), below=below, base_url=BASE))


@pytest.mark.parametrize(
    ("levels", "below", "fitted"),
    [
        ((1, 2, 3), 1, (2, 3, 4)),
        ((2, 3, 2), 3, (4, 5, 4)),
        ((1, 3, 2), 1, (2, 3, 3)),
        ((3, 1, 2), 1, (2, 2, 3)),
        ((1, 2, 3, 4, 5, 6), 3, (4, 5, 6, 6, 6, 6)),
    ],
)
def test_headings_stand_below_that_of_their_story(
    levels: tuple[int, ...], below: int, fitted: tuple[int, ...]
) -> None:
    body = "\n\n".join(f"{'#' * level} Part *{level}*\n\nWords." for level in levels)

    page = shown(body, below=below)

    assert tuple(map(int, re.findall(r"<h(\d)>", page))) == fitted
    assert tuple(map(int, re.findall(r"</h(\d)>", page))) == fitted


@pytest.mark.parametrize(
    ("markdown", "page"),
    [
        (
            "![A *hut*](https://else.test/a?b=1&c=2)",
            '<a href="https://else.test/a?b=1&amp;c=2" rel="nofollow noopener">A hut</a>',
        ),
        (
            "![](https://else.test/a)",
            '<a href="https://else.test/a" rel="nofollow noopener">Picture at else.test</a>',
        ),
        ("![Ours](https://paper.test/icon.svg)", 'src="https://paper.test/icon.svg"'),
        (
            "[![A hut](https://else.test/a)](https://else.test/b)",
            '<a href="https://else.test/b" rel="nofollow noopener">A hut</a>',
        ),
        ("![No address](javascript:alert(1))", "<p>No address</p>"),
        ("|a|\n|-:|\n|b|", '<td class="right">b</td>'),
        ("![Not there]()", "<p>Not there</p>"),
        ("![Odd](https://[zz/)", "<p>Odd</p>"),
        ("![By post](mailto:a@b.test)", "<p>By post</p>"),
        ("![Near](//else.test/a)", "<p>Near</p>"),
        ("![Here](/icon.svg)", "<p>Here</p>"),
    ],
)
def test_pictures_of_others_become_links(markdown: str, page: str) -> None:
    assert page in shown(markdown)


def test_what_is_written_stays_as_it_is() -> None:
    markdown = (
        "# A & B &lt;i&gt; &copy; <script>alert(1)</script>\n\n"
        '> “Quoted” *and* `<code>` &#35; \\<b\\>\n\n- a\n- [b](https://a.test/?a=1&b=2 "<h1>")\n\n'
        '| a | b |\n| - | - |\n| 1 | 2 |\n\n---\n\n![<b>" onerror=x](https://else.test/%22)\n'
    )
    html = to_html(markdown)

    page = shown(markdown)

    unlinked = re.sub(r"<img[^>]*>|<a [^>]*else\.test.*?</a>", "", page)
    expected = html.replace("<h1>A", "<h2>A").replace("</h1>", "</h2>")
    expected = expected.replace("<table>", '<table tabindex="0">')
    assert unlinked == re.sub(r"<img[^>]*>", "", expected)
    assert '">&lt;b&gt;&quot; onerror=x</a>' in page


def test_a_long_body_is_fitted_to_its_end() -> None:
    body = "## Part\n\nWords & words ![a](https://else.test/a)\n\n" * 4_000

    page = shown(body, below=2)

    assert page.count("<h3>Part</h3>") == page.count(">a</a>") == 4_000
