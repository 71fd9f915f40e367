"""Stories: the box of numbers, and the HTML that is made of their Markdown."""

from typing import Any

import pytest

from app.content.documents import compile_issue, complete, read_issue
from tests.factories import issue, lead


def read(**members: Any) -> Any:
    """A lead in its read form, as JSON has it."""
    document = complete(read_issue(issue(sections=[lead(**members)])), number=1)
    return compile_issue(document).read[0].model_dump(mode="json")


def test_a_story_reads_with_every_field_in_order() -> None:
    assert list(read().items()) == [
        ("kind", "lead"),
        ("slug", "open-weights-catch-up"),
        ("heading", "Lead Story"),
        ("standfirst", "Nobody rang a bell."),
        ("provenance", None),
        ("kicker", None),
        ("headline", "Open weights catch up"),
        ("byline", None),
        ("body", None),
        ("body_html", None),
        ("significance", None),
        ("metrics", None),
    ]


@pytest.mark.parametrize(
    ("posted", "shown"),
    [
        (None, None),
        ({}, {"title": None, "items": []}),
        ({"title": None, "items": None}, {"title": None, "items": []}),
        (
            {"items": [{"label": "a", "value": "~2,000", "source": {}}]},
            {
                "title": None,
                "items": [
                    {
                        "label": "a",
                        "value": "~2,000",
                        "number": None,
                        "unit": None,
                        "source": {"name": None, "url": None, "observed_at": None},
                    }
                ],
            },
        ),
    ],
)
def test_metrics_read_with_every_field(posted: Any, shown: Any) -> None:
    assert read(metrics=posted)["metrics"] == shown


def test_body_html_is_made_of_the_body_whatever_was_sent() -> None:
    section = read(body="*a*", body_html={"x": "<script>"})

    assert section["body_html"] == "<p><em>a</em></p>\n"


def test_an_empty_body_is_empty_html() -> None:
    assert read(body="")["body_html"] == ""


@pytest.mark.parametrize("number", [7, 7.5, -0.5, 0])
def test_a_metric_number_stays_a_number(number: float) -> None:
    metrics = {"items": [{"label": "a", "value": "b", "number": number}]}

    assert read(metrics=metrics)["metrics"]["items"][0]["number"] == number


def test_a_whole_number_is_the_same_with_and_without_its_point() -> None:
    """JavaScript sends back 7 for 7.0; that is no change."""
    kept = [
        read(metrics={"items": [{"label": "a", "value": "b", "number": number}]})
        for number in (7, 7.0)
    ]

    assert [repr(story["metrics"]["items"][0]["number"]) for story in kept] == ["7", "7"]
