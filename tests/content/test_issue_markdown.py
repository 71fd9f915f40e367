"""An issue as Markdown: every field is there, and none of them can act as Markdown or HTML."""

from typing import Any

import orjson
import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from app.content.documents import compile_issue, complete, read_issue
from app.content.issue_markdown import issue_markdown
from tests.factories import issue, lead, whole_issue

LINKS = {"self": "http://paper.test/v1/issues/95"}
_READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def correction(text: str) -> dict[str, Any]:
    change = {"pointer": "/sections/0/body", "section": "the-lead", "before": text, "after": text}
    return {"at": "2026-05-04T06:00:00Z", "note": text, "changes": [change]}


def written(document: Any, *, corrected: str | None = None) -> str:
    """The Markdown of a document as it would be posted."""
    kept = complete(read_issue(document), number=95)
    shown: dict[str, Any] = orjson.loads(orjson.dumps(kept.model_dump()))
    shown["sections"] = [section.model_dump(mode="json") for section in compile_issue(kept).read]
    shown["corrections"] = [] if corrected is None else [correction(corrected)]
    return issue_markdown({**shown, "published_at": "2026-05-03T06:00:00Z", "links": LINKS})


def test_a_whole_issue_is_written_whole() -> None:
    assert (
        written(whole_issue())
        == """\
---
number: 95
date: "2026-05-03"
slug: "open-weights"
title: "The day of the weights"
published_at: "2026-05-03T06:00:00Z"
url: "http://paper.test/v1/issues/95"
provenance: {"digital_source_type":"algorithmicallyEnhanced","model":"orca-7b",\
"reviewed_by":"E. Ditor","reviewed_at":"2026-05-03T05:45:00Z"}
---

# The AI Morning Post

No. 95 | 2026-05-03 | Manchester, United Kingdom | Cloudy | 11.5 °C

*What moved, and by how much.*

*Prepared with the help of a program (orca-7b). Reviewed by E. Ditor on 3 May 2026.*

## Lead Story

**Models 7/10**

### Open weights catch up

*Nobody rang a bell.*

By A. Reader

Some *words*.

And [a link](https://paper.test/).

**By the Numbers**

- Stars: 66.9k GitHub stars ([GitHub](<https://github.com/acme/orca>))

*Written in part by AI (orca-7b). Reviewed by E. Ditor.*

## Tools of the Week

*Three to try.*

- **[Hammer](<https://hammer.test/>)** (Iron): It hits.

## Trending

*Since Sunday.*

**Hugging Face models**

- **1** [acme/orca](<https://huggingface.co/acme/orca>) (1 stars, 2 likes, \
9,007,199,254,740,991 downloads, 0 forks): A whale.

## Movers

*Up and down.*

**Hugging Face models**

- **1** [acme/orca](<https://huggingface.co/acme/orca>) (1 stars, 2 likes, \
9,007,199,254,740,991 downloads, 0 forks, -12 in a week): A whale.

## Weekend Reading

*With tea.*

- [On patience](<https://essays.test/patience>) (B. Writer, Essays, 12 min): Slowly.
"""
    )


def test_an_empty_issue_is_written_too() -> None:
    assert (
        written({"date": "2026-05-03"})
        == """\
---
number: 95
date: "2026-05-03"
slug: "issue-95"
title: null
published_at: "2026-05-03T06:00:00Z"
url: "http://paper.test/v1/issues/95"
---

# The AI Morning Post

No. 95 | 2026-05-03
"""
    )


def test_neighbours_share_a_heading() -> None:
    stories = [{"kind": "opinion", "headline": name} for name in "abc"]
    stories.insert(2, lead())

    text = written(issue(sections=stories))

    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## Opinion & Analysis", "## Lead Story", "## Opinion & Analysis"]


def _filled(value: Any, text: str) -> Any:
    """The document with this text in every text field but the body."""
    kept = {"kind", "date", "slug", "source", "external_id", "window", "url", "observed_at", "body"}
    kept |= {"digital_source_type", "reviewed_at"}
    if isinstance(value, list):
        return [_filled(member, text) for member in value]
    if isinstance(value, dict):
        is_item = "author" in value
        return {
            name: member
            if name in kept and not isinstance(member, dict) and not (is_item and name == "source")
            else _filled(member, text)
            for name, member in value.items()
        }
    return text if isinstance(value, str) else value


HOSTILE = (
    "<script>alert(1)</script>",
    "<!--",
    "](javascript:alert(1))",
    "[a](javascript:alert(1))",
    "![a](x)",
    "*a* _b_ `c` ~~d~~",
    "# a",
    "- a",
    "> a",
    "1. a",
    "```",
    "---",
    "===",
    "|a|b|",
    "a\n\n# b",
    "a\n---\nb",
    "[a]: x",
    "&lt;b&gt; &copy;",
    "\\",
    "a\\",
    "<https://a.test/>",
    "\t\tcode",
)
words = st.text("ab1 \\`*_{}[]<>#+-.!|~&;:()\"'=/\n\t\r\u00a0\u2028é", min_size=1, max_size=20)


def _shape(text: str) -> list[str]:
    """The blocks and marks that a reader of Markdown finds, without the words."""
    _, _, body = text.partition("\n---\n")
    found = []
    for token in _READER.parse(body):
        found.append(token.type)
        found += [child.type for child in token.children or () if "text" not in child.type]
    return found


PLAIN = _shape(written(_filled(whole_issue(), "word"), corrected="word"))


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_no_field_changes_the_shape_of_the_page(text: str) -> None:
    assert _shape(written(_filled(whole_issue(), text), corrected=text)) == PLAIN


@given(words.filter(lambda text: text.strip() != ""))
def test_no_text_changes_the_shape_of_the_page(text: str) -> None:
    assert _shape(written(_filled(whole_issue(), text), corrected=text)) == PLAIN
