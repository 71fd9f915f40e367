"""Generated bodies: no word of one is lost in `body_html`, in feeds and in `.md`.

`python -m tests.hardship.bodies --count 200000` draws that many, two to an issue, and prints each
that loses a word or lends one to its neighbour.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator
from typing import Any

import orjson

from app.content.documents import compile_issue, complete, read_issue
from app.content.issue_markdown import issue_body_html, issue_markdown
from app.content.markdown import to_html
from app.content.plain_text import plain_text

# Each `%` becomes a word of its own. What stands in attributes alone, such as the title of a
# link, has none: it is no text.
PIECES = (
    *("% ", "*%* ", "**%** ", "_%_ ", "~~%~~ ", "`%` ", "(%", "&amp;% ", "% | %\n-|-\n"),
    *(
        "\n",
        "\n\n",
        "\n\n",
        "\r",
        "\r\r",
        "\r\n",
        "```\r%\r```\r",
        "<div>\r%\r",
        "  \n",
        "\\",
        "\t",
        "- %\n",
        "  - %\n",
        "* %\n",
        "1. %\n",
        "- [ ] %\n",
    ),
    *("> %\n", ">> %\n", "> - %\n", "    %\n", "  %\n", "# %\n", "%\n===\n", "%\n---\n", "---\n"),
    *("```\n%\n", "```py\n%\n```\n", "~~~\n%\n", "~~~~\n%\n~~~~\n", "`` "),
    *("[%] ", "[%][a] ", "[%][b] ", "[a] ", "[a][] ", "[%](https://x.test) ", "[%](/relative) "),
    *("[a]: https://x.test\n", "[a]: %\n", "[b]: https://y.test 'T'\n", "> [b]: %\n", "- [a]: %\n"),
    *("[%]: <https://y.test> '%'\n", "[1.1]: https://z.test\n", "[%][1.1] ", "[//]: # (%)\n"),
    *("[^1] ", "[^1]: %\n", "[^b]: %\n", "[^b] ", "    [^1]: %\n", "> [^n]: %\n", "[^1.1] "),
    *(
        "![%](https://x.test/p.png) ",
        "![%](p.png) ",
        "![*%*][b] ",
        "https://x.test/%_ ",
        "www.%.test ",
    ),
    *(
        "%@x.test ",
        "<https://z.test/%> ",
        "https://x.test/__%__/% ",
        "[",
        "]",
        "](",
        "***",
        "![",
        "|",
    ),
    *("<b>%</b> ", "<div>\n%\n", "<!-- % ", "-->\n", "<script>\n%\n", "<? % ", "<![CDATA[ % "),
    *("|a|b|\n|-|-:|\n|%|%|\n", "|%|%|%|%|\n", "|%|\n", "&#1; ", "&copy;"),
)
_WORD = re.compile(r"W[a-j]+Q")


def body(draw: random.Random, first: int) -> str:
    """A body of up to sixteen pieces, its words numbered from `first` on."""
    pieces = "".join(draw.choice(PIECES) for _ in range(draw.randrange(1, 17)))
    numbers = iter(range(first, first + 100))
    return re.sub("%", lambda _: _word(next(numbers)), pieces)


def _word(number: int) -> str:
    # Letters alone, so that what splits words from digits leaves it whole.
    return "W" + "".join(chr(ord("a") + int(digit)) for digit in str(number)) + "Q"


def lost(first: str, second: str) -> Iterator[tuple[str, list[str]]]:
    """Where two stories in one issue lose words, gain them, or change places."""
    sections = [
        {"kind": "lead", "headline": "H", "body": first, "metrics": {"items": [_NUMBER]}},
        {"kind": "brief", "headline": "H", "body": second},
    ]
    issue = complete(read_issue({"date": "2026-05-03", "sections": sections}), number=1)
    shown: dict[str, Any] = orjson.loads(orjson.dumps(issue.model_dump()))
    shown |= {"published_at": None, "links": {"self": ""}}
    shown["sections"] = orjson.loads(compile_issue(issue).sections)
    stories = [_words(section["body_html"]) for section in shown["sections"]]
    for text, words in zip((first, second), stories, strict=True):
        yield "body_html", sorted(set(_WORD.findall(text)) - set(words))
    together = sorted([*stories[0], *stories[1]])
    feed = issue_body_html(shown)
    yield "feed", _difference(_words(feed), together)
    written = issue_markdown(shown)
    _, _, written = written.partition("\n---\n")
    yield ".md", _difference(_words(to_html(written)), together)
    yield "the numbers", [] if "<li>Label: Value</li>" in to_html(written) else ["Label: Value"]


_NUMBER = {"label": "Label", "value": "Value"}


def _words(html: str) -> list[str]:
    return sorted(_WORD.findall(plain_text(html)))


def _difference(found: list[str], wanted: list[str]) -> list[str]:
    return [] if found == wanted else sorted(set(found) ^ set(wanted)) or ["repeated"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="bodies to draw")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    failures = 0
    for number in range(asked.count // 2):
        draw = random.Random(f"{asked.seed}/{number}")
        pair = body(draw, 0), body(draw, 100)
        for where, words in lost(*pair):
            if words:
                failures += 1
                sys.stdout.write(f"{where} {words}: {pair!r}\n")
    sys.stdout.write(f"{asked.count} bodies, {failures} failures\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
