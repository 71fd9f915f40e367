"""External ids: what the sources give out passes, posted and from upstream; nothing else does."""

from typing import Any

import pytest

from app.content.documents import read_issue
from app.errors import ContentInvalid
from app.sync.rows import BadRow, external_id
from tests.factories import issue

pytestmark = pytest.mark.both_databases

GOOD = (
    *("openai/gpt-oss-120b", "Qwen/Qwen3.6-27B", "gpt2", "bert-base-uncased", "01-ai/Yi_1.5"),
    *("torvalds/linux", "octo-org/.github", "a_emu/-x", "c++/c--", "x/..y", "x/y.."),
    *("2405.12345", "2405.12345v2", "hep-th/9901001", "math.GT/0309136", "cond-mat/0703470v1"),
    *("Ørsted/модель", "मेल/x", "日本/東京", "x" * 200),
)
BAD = (
    *("..", ".", "...", "a/..", "../a", "a/.", "./.", "a/", "/a", "a//b", "a/b/c", "/"),
    *("\u202ea/b", "a/\u200b", "a\u00ad/b", "\ufeffa", "a b", "a\tb", "a\u00a0b", "a\u2028b"),
    *("<script>/x", "javascript:alert(1)", "https://github.com/a/b", "a?b", "a#b", "a%2e", "a\\b"),
    *("a&b", "a=b", 'a"b', "a'b", "a`b", "a;b", "a|b", "{a}", "a*b", "$a", "\ue000/a", "a/🚀"),
    *("\x1b[31m/x", "\x00"),
)


def document(id_: object, kind: str = "model") -> Any:
    """An issue with an entry of a kind whose ids may have one part or two."""
    posted = {"source": "huggingface", "kind": kind, "external_id": id_}
    return issue(sections=[{"kind": "trending", "entries": [posted]}])


@pytest.mark.parametrize("id_", GOOD)
def test_what_a_source_gives_out_is_an_id(id_: str) -> None:
    section: Any = (read_issue(document(id_)).sections or [])[0]

    assert section.entries[0].external_id == id_
    assert external_id(id_) == id_


@pytest.mark.parametrize("id_", BAD)
def test_what_would_name_something_else_is_no_id(id_: str) -> None:
    with pytest.raises(ContentInvalid) as caught:
        read_issue(document(id_))
    with pytest.raises(BadRow):
        external_id(id_)

    (fault,) = caught.value.faults
    assert fault.pointer == "/sections/0/entries/0/external_id"
    assert fault.code in ("bad_format", "forbidden_character")


@pytest.mark.parametrize("value", ["", None, 7, [], "x" * 201])
def test_what_is_no_name_at_all_is_no_id(value: Any) -> None:
    with pytest.raises(ContentInvalid):
        read_issue(document(value))
    with pytest.raises(BadRow):
        external_id(value)


def test_an_old_arxiv_id_is_that_of_a_paper() -> None:
    section: Any = (read_issue(document("hep-th/9901001", "paper")).sections or [])[0]

    assert section.entries[0].external_id == "hep-th/9901001"
