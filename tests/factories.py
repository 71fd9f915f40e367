"""Documents as callers post them: small ones to begin with, and some in which nothing is left out.

Each call makes a new one; keywords add to it or take the place of what it has.
"""

from datetime import date, timedelta
from typing import Any

Document = dict[str, Any]

FIRST_DAY = date(2026, 4, 1)


def lead(**members: Any) -> Document:
    """A lead with no more than a headline and a standfirst."""
    return {
        "kind": "lead",
        "headline": "Open weights catch up",
        "standfirst": "Nobody rang a bell.",
        **members,
    }


def story(kind: str = "brief", **members: Any) -> Document:
    return {"kind": kind, "headline": "A short one", **members}


def entry(external_id: str = "acme/orca", **members: Any) -> Document:
    """A trending entry: a repository unless another source and kind are given."""
    return {"source": "github", "kind": "repository", "external_id": external_id, **members}


def issue(**members: Any) -> Document:
    """An issue of 3 May 2026 that could go into print."""
    return {"date": "2026-05-03", "sections": [lead()], **members}


def provenance(**members: Any) -> Document:
    return {
        "digital_source_type": "algorithmicallyEnhanced",
        "model": "orca-7b",
        "reviewed_by": "E. Ditor",
        "reviewed_at": "2026-05-03T05:45:00Z",
        **members,
    }


def whole_issue(**members: Any) -> Document:
    """An issue that says something in every field of every kind of section, as it is read back."""
    return {
        "number": 95,
        "date": "2026-05-03",
        "slug": "open-weights",
        "title": "The day of the weights",
        "summary": "What moved, and by how much.",
        "dateline": {
            "place": "Manchester, United Kingdom",
            "weather": {"summary": "Cloudy", "temperature_c": 11.5},
        },
        "provenance": provenance(),
        "sections": [
            lead(
                provenance=provenance(
                    digital_source_type="compositeWithTrainedAlgorithmicMedia", reviewed_at=None
                ),
                slug="the-lead",
                heading="Lead Story",
                kicker="Models",
                byline="A. Reader",
                body="Some *words*.\n\nAnd [a link](https://paper.test/).",
                significance=7,
                metrics={
                    "title": "By the Numbers",
                    "items": [
                        {
                            "label": "Stars",
                            "value": "66.9k GitHub stars",
                            "number": 66900,
                            "unit": "stars",
                            "source": {
                                "name": "GitHub",
                                "url": "https://github.com/acme/orca",
                                "observed_at": "2026-05-03T05:00:00Z",
                            },
                        }
                    ],
                },
            ),
            {
                "kind": "tools",
                "slug": "tools",
                "heading": "Tools of the Week",
                "standfirst": "Three to try.",
                "provenance": None,
                "tools": [
                    {
                        "name": "Hammer",
                        "summary": "It hits.",
                        "url": "https://hammer.test/",
                        "category": "Iron",
                    }
                ],
            },
            {
                "kind": "trending",
                "slug": "trending",
                "heading": "Trending",
                "standfirst": "Since Sunday.",
                "provenance": None,
                "entries": [_whole_entry(change=None, window=None)],
            },
            {
                "kind": "movers",
                "slug": "movers",
                "heading": "Movers",
                "standfirst": "Up and down.",
                "provenance": None,
                "entries": [_whole_entry(change=-12, window="week")],
            },
            {
                "kind": "reading",
                "slug": "reading",
                "heading": "Weekend Reading",
                "standfirst": "With tea.",
                "provenance": None,
                "items": [
                    {
                        "title": "On patience",
                        "summary": "Slowly.",
                        "url": "https://essays.test/patience",
                        "source": "Essays",
                        "author": "B. Writer",
                        "minutes": 12,
                    }
                ],
            },
        ],
        **members,
    }


def _whole_entry(**members: Any) -> Document:
    return {
        "source": "huggingface",
        "kind": "model",
        "external_id": "acme/orca",
        "rank": 1,
        "name": "Orca",
        "url": "https://huggingface.co/acme/orca",
        "summary": "A whale.",
        "task": "text-generation",
        "language": "Python",
        "stars": 1,
        "likes": 2,
        "downloads": 9_007_199_254_740_991,
        "forks": 0,
        "score": 0.25,
        "previous_rank": 3,
        "change": 4,
        "window": "week",
        "observed_at": "2026-05-03T05:00:00Z",
        "snapshot_id": 8,
        **members,
    }


# ---------------------------------------------------------------------------- many, told apart


def day(number: int) -> str:
    """The date of a numbered issue: consecutive numbers are consecutive days."""
    return (FIRST_DAY + timedelta(days=number - 1)).isoformat()


def make_issue(number: int, word: str = "Plain", **changes: Any) -> dict[str, Any]:
    """A whole issue with a section of every sort; `word` stands in everything that can be found."""
    mark = word.lower()
    return {
        "number": number,
        "date": day(number),
        "slug": f"{mark}-{number}",
        "title": f"{word} title {number}",
        "summary": f"{word} summary {number}",
        "dateline": {"place": "Manchester", "weather": {"summary": "Rain", "temperature_c": 9.5}},
        "sections": make_sections(number, word),
        **changes,
    }


def make_sections(number: int, word: str = "Plain") -> list[dict[str, Any]]:
    """One section of every kind, the lead first."""
    mark = word.lower()
    stories: list[Document] = [
        {"kind": kind, "headline": f"{word} {kind} {number}", "body": f"A *{word}* story."}
        for kind in ("lead", "deep_dive", "opinion", "analysis", "brief")
    ]
    stories[0] |= {
        "slug": f"{mark}-lead",
        "standfirst": f"{word} standfirst",
        "significance": 7,
        "metrics": {
            "title": "By the Numbers",
            "items": [{"label": f"{word} stars", "value": "66.9k", "number": 66900}],
        },
    }
    return [
        *stories,
        {
            "kind": "tools",
            "tools": [
                {"name": f"{word} tool", "category": f"{mark}-tools", "url": "https://t.example"}
            ],
        },
        {
            "kind": "trending",
            "entries": [
                {
                    "source": "huggingface",
                    "kind": "model",
                    "external_id": f"{mark}/model-{number}",
                    "likes": 1200,
                    "observed_at": "2026-05-01T06:00:00Z",
                },
                {"source": "github", "kind": "repository", "external_id": f"{mark}/repository"},
            ],
        },
        {
            "kind": "movers",
            "entries": [
                {
                    "source": "github",
                    "kind": "repository",
                    "external_id": f"{mark}/mover",
                    "change": 900,
                    "window": "week",
                }
            ],
        },
        {
            "kind": "reading",
            "items": [
                {
                    "title": f"{word} essay",
                    "source": f"{word} Review",
                    "author": f"{word} Author",
                    "minutes": 12,
                }
            ],
        },
    ]
