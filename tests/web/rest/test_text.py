"""Text comes back exactly as it was posted, from both databases and through print."""

import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.factories import entry, issue, lead
from tests.sampling import examples
from tests.web.rest.conftest import Desk, faults, refusal

pytestmark = pytest.mark.databases_in_turn


def _is_allowed(character: str) -> bool:
    code = ord(character)
    is_control = unicodedata.category(character) == "Cc" and character not in "\n\r\t"
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return not (is_control or is_noncharacter or 0xD800 <= code <= 0xDFFF)


text = st.text(st.characters(exclude_categories=["Cs"]).filter(_is_allowed), min_size=1)


def _saying(words: str) -> dict[str, Any]:
    """An issue with these words in each sort of column: short, long, within JSON and without."""
    return issue(
        number=1,
        slug="text",
        title=words,
        summary=words,
        dateline={"place": words, "weather": None},
        sections=[
            lead(headline=words, slug="lead", standfirst=words, body=words, heading=words),
            {"kind": "tools", "slug": "tools", "tools": [{"name": words, "category": words}]},
            {"kind": "reading", "slug": "reading", "items": [{"title": words, "author": words}]},
            {"kind": "trending", "slug": "t", "entries": [entry(name=words, language=words)]},
        ],
    )


def _said(value: Any, words: str) -> int:
    """How often the words stand in a document, as whole values."""
    if isinstance(value, dict):
        return sum(_said(member, words) for member in value.values())
    if isinstance(value, list):
        return sum(_said(member, words) for member in value)
    return int(value == words)


@pytest.mark.slow
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=text.filter(lambda words: len(words) <= 200))
async def test_text_is_read_as_it_was_posted(desk: Desk, public: Desk, words: str) -> None:
    document = _saying(words)
    if await desk.find(1) is None:
        await desk.create(document, publish=True)

    saved = await desk.write("PUT", "/v1/issues/1?publish=true", document)
    shown = await public.find(1)

    assert saved.status_code == 200
    assert _said(shown, words) >= _said(document, words)
    assert {name: shown[name] for name in ("title", "summary", "dateline")} == {
        name: document[name] for name in ("title", "summary", "dateline")
    }


@pytest.mark.parametrize(
    "words",
    [
        *("e\u0301 and \u00e9", "\u202eabc", "\ufeffabc", " a ", "\r\n\t", "\u2028\u2029"),
        *("\U0001f468\u200d\U0001f469", "'; --", "\\u0000", '"'),
    ],
    ids=ascii,
)  # fmt: skip
async def test_no_text_is_normalised_or_trimmed(desk: Desk, words: str) -> None:
    await desk.create(_saying(words))

    shown = await desk.find(1)

    assert [shown["title"], shown["sections"][0]["body"], shown["sections"][1]["tools"][0]] == [
        words,
        words,
        {"name": words, "summary": None, "url": None, "category": words},
    ]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "character",
    ["\u0000", "\u0085", "\ufffe", "\U0001fffe", "\ufdd0", "\u001f", "\u007f"],
    ids=ascii,
)
async def test_a_forbidden_character_is_a_422_with_its_place(desk: Desk, character: str) -> None:
    answer = await desk.send("POST", "/v1/issues", json=issue(title=f"a{character}"))

    assert refusal(answer) == (422, "validation_failed")
    assert faults(answer) == [("/title", "forbidden_character")]
    assert answer.json()["errors"][0]["detail"] == (
        f"The character U+{ord(character):04X} at position 1 is not allowed in text."
    )


@pytest.mark.one_database
@pytest.mark.parametrize("escaped", [rb"\ud800", rb"\udfff", rb"\udc00\ud800", rb"\ud83d x"])
async def test_a_lone_surrogate_is_no_json(desk: Desk, escaped: bytes) -> None:
    body = b'{"date": "2026-05-03", "title": "' + escaped + b'"}'

    answer = await desk.send(
        "POST", "/v1/issues", content=body, headers={"Content-Type": "application/json"}
    )

    assert refusal(answer) == (400, "malformed_json")


async def test_a_pair_of_surrogates_is_one_character(desk: Desk) -> None:
    body = rb'{"date": "2026-05-03", "title": "\ud83d\ude80"}'

    await desk.send("POST", "/v1/issues", content=body)

    assert (await desk.find(1))["title"] == "🚀"
