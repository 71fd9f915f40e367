"""Each body reads as it reads alone, in `.md` and in feeds, whatever stands beside it."""

import random
from typing import Any

import orjson
import pytest

from app.content.documents import compile_issue, complete, read_issue
from app.content.issue_markdown import issue_body_html, issue_markdown
from app.content.markdown import isolated, prefix_for, to_html
from app.content.plain_text import plain_text
from tests.factories import issue, lead, story
from tests.hardship.bodies import body, lost


def test_no_word_is_lost_or_lent() -> None:
    """More of them: `python -m tests.hardship.bodies`."""
    wrong: dict[str, list[Any]] = {}
    for number in range(200):
        seed = f"suite/{number}"
        draw = random.Random(seed)
        if found := [found for found in lost(body(draw, 0), body(draw, 100)) if found[1]]:
            wrong[seed] = found

    assert wrong == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("See [1].\n\n[1]: https://one.test", "See [1].\n\n[1]: https://two.test"),
        ("[a]: https://one.test\n\n[a]", "Not defined: [a], [b][a]."),
        ("```\nopen", "*words*"),
        ("~~~~\nopen\n~~~", "*words*"),
        ("<!-- open", "*words*"),
        ("a[^1]\n\n[^1]: One", "b[^1]\n\n[^1]: Two"),
        ("a[^1]\n\n[^1]: One", "Not defined: [^1]."),
        ("words", "===\n\nwords"),
        ("- one\n- two", "- three"),
        ("[^1]: Unreferred", "words"),
        ("[x][1.1] and [2.1]\n\n[1.1]: https://one.test", "[2.1]\n\n[2.1]: https://two.test"),
    ],
)
def test_what_one_story_leaves_open_stays_in_it(first: str, second: str) -> None:
    alone = [to_html(text, slug="s") for text in (first, second)]
    bodies = f"{first}\n{second}"

    written = [
        isolated(text, prefix=prefix_for(place, bodies))
        for place, text in enumerate((first, second), start=1)
    ]
    together = to_html("\n\n".join(["## One", written[0], "## Two", written[1]]), slug="s")

    for html in alone:
        for line in html.partition('<div class="footnotes">')[0].splitlines():
            words = plain_text(line)
            assert words in plain_text(together)
        assert together.count("<h2>") == 2
    for address in ("https://one.test", "https://two.test"):
        links = [html.count(f'href="{address}"') for html in (*alone, together)]
        assert sum(links[:2]) == links[2]


def test_a_box_without_a_title_is_no_part_of_a_list() -> None:
    metrics = {"items": [{"label": "Stars", "value": "12"}]}
    kept = complete(read_issue(issue(sections=[lead(body="- a\n- b", metrics=metrics)])), number=1)
    shown = orjson.loads(orjson.dumps(kept.model_dump()))
    shown |= {"published_at": None, "links": {"self": ""}}
    shown["sections"] = orjson.loads(compile_issue(kept).sections)

    html = to_html(issue_markdown(shown))

    assert "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ul>\n<li>Stars: 12</li>\n</ul>\n" in html


def test_feeds_take_what_is_stored() -> None:
    stories = [lead(body="a[^1]\n\n[^1]: One"), story(body="b[^1]\n\n[^1]: Two")]
    compiled = compile_issue(complete(read_issue(issue(sections=stories)), number=1))
    sections = orjson.loads(compiled.sections)

    html = issue_body_html({"sections": sections})

    assert [section["body_html"] in html for section in sections] == [True, True]
    ids = [part.partition('"')[0] for part in html.split(' id="')[1:]]
    assert len(set(ids)) == len(ids) == 4
