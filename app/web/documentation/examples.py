"""An example of what every operation takes and answers.

Only what is posted is written by hand; what is read is made of it by the code that answers.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from app.content.access import SCOPES
from app.content.documents import IssueInput, compile_issue, complete, read_issue
from app.content.issue_markdown import issue_markdown
from app.content.issue_view import links_of, narrowed, reference_of
from app.content.publication import publication
from app.web.documentation.problems import PUBLIC_URL, problem_example
from app.web.documentation.trending_examples import trending_examples

JSON = "application/json"

NEW_ISSUE: dict[str, Any] = {
    "date": "2026-05-03",
    "slug": "small-models-learn-to-say-no",
    "dateline": {
        "place": "Manchester",
        "weather": {"summary": "Light rain, clearing by noon", "temperature_c": 9},
    },
    "sections": [
        {
            "kind": "lead",
            "kicker": "Lead Story",
            "headline": "Small Models Learn to Say No",
            "standfirst": "A 7B model climbs the charts by declining one question in five.",
            "body": "The fastest climber this morning is **not the largest**. It abstains.",
            "significance": 7,
            "metrics": {
                "title": "By the Numbers",
                "items": [
                    {
                        "label": "Likes in a week",
                        "value": "+328",
                        "number": 328,
                        "unit": "likes",
                        "source": {
                            "name": "Hugging Face",
                            "url": "https://huggingface.co/example/bittern-7b",
                            "observed_at": "2026-05-03T05:00:00Z",
                        },
                    }
                ],
            },
        },
        {
            "kind": "tools",
            "tools": [
                {
                    "name": "askcheck",
                    "summary": "Counts how often a model abstains.",
                    "url": "https://example.org/askcheck",
                    "category": "Evaluation",
                }
            ],
        },
        {
            "kind": "trending",
            "entries": [
                {
                    "source": "huggingface",
                    "kind": "model",
                    "external_id": "example/bittern-7b",
                    "likes": 559,
                    "downloads": 20114,
                    "change": 328,
                    "window": "week",
                    "observed_at": "2026-05-03T05:00:00Z",
                }
            ],
        },
        {
            "kind": "reading",
            "items": [
                {
                    "title": "The Price of a Guess",
                    "url": "https://example.org/price-of-a-guess",
                    "source": "A Quiet Journal",
                    "minutes": 12,
                }
            ],
        },
    ],
}

_NOON = "2026-05-03T12:00:00Z"
_SAVED = "2026-05-03T05:30:00Z"
_PRINTED = "2026-05-03T06:00:00Z"

_KEY = {
    "prefix": "5f1c0a9be2d4",
    "name": "Morning script",
    "scopes": ["issues:write", "issues:publish"],
    "created_at": "2026-05-01T08:00:00Z",
    "expires_at": "2027-05-01T00:00:00Z",
    "last_used_at": None,
}
_LIMITS = {
    "rate_limit": {"requests": 600, "window_seconds": 60},
    "max_body_bytes": 1048576,
    "body_timeout_seconds": 30,
    "page": {"default": 20, "max": 100},
    "max_sections": 50,
    "idempotency_key_days": 7,
}


def _page(*items: object) -> dict[str, Any]:
    page = {"limit": 20, "next_cursor": None, "has_more": False, "total": len(items)}
    return {"data": list(items), "page": page}


@cache
def _issue() -> IssueInput:
    return complete(read_issue(NEW_ISSUE), number=95)


def _members() -> dict[str, Any]:
    kept = compile_issue(_issue())
    members: dict[str, Any] = orjson.loads(kept.summary)
    members["sections"] = orjson.loads(kept.sections)
    return members


def _shown(**state: object) -> dict[str, Any]:
    draft = {
        "status": "draft",
        "revision": 1,
        "published_revision": None,
        "publish_at": None,
        "published_at": None,
        "created_at": _SAVED,
        "updated_at": _SAVED,
        "links": links_of(95, base_url=PUBLIC_URL, previous=94, next_=None),
    }
    return {**_members(), **draft, **state}


def _printed(**state: object) -> dict[str, Any]:
    return _shown(status="published", published_revision=1, published_at=_PRINTED, **state)


def _public() -> dict[str, Any]:
    return {k: v for k, v in _printed().items() if k != "published_revision"}


def _revision() -> dict[str, Any]:
    return {**_members(), "revision": 1, "created_at": _SAVED, "created_by": "5f1c0a9be2d4"}


def _without_sections(document: Mapping[str, Any]) -> dict[str, Any]:
    return narrowed(document, tuple(name for name in document if name != "sections"))


def _in_print(place: int, member: str | None = None) -> dict[str, Any]:
    members = _members()
    section = members["sections"][place]
    found = section if member is None else section[member][0]
    issue = {name: members[name] for name in ("number", "date", "slug", "title")}
    reference = reference_of(**issue, base_url=PUBLIC_URL)
    return {**found, "issue": reference, "section": section["slug"]}


def _hit() -> dict[str, Any]:
    found = _in_print(1, "tools")
    issue, slug = found["issue"], found["section"]
    return {
        "type": "tool",
        "score": 0.72,
        "title": found["name"],
        "snippet": "Evaluation – Counts how often a <mark>model</mark> abstains.",
        "issue": issue,
        "section": slug,
        "url": f"{issue['url']}/sections/{slug}",
    }


def _import_lines() -> str:
    done = {"line": 1, "status": 201, "number": 95, "date": "2026-05-03", "problem": None}
    problem = problem_example("validation_failed")
    refused = {"line": 2, "status": 422, "number": None, "date": None, "problem": problem}
    return "".join(orjson.dumps(line).decode() + "\n" for line in (done, refused))


@cache
def taken() -> Mapping[str, Any]:
    """What each operation that has a body may be sent, by operation id."""
    replaced = {k: v for k, v in NEW_ISSUE.items() if k != "slug"}
    return {
        "startRun": {"sources": ["github"]},
        "watchSubject": {
            "source": "github",
            "kind": "repository",
            "external_id": "demo-robotics/gripper",
        },
        "createIssue": NEW_ISSUE,
        "validateIssue": {"date": "2026-05-04", "sections": NEW_ISSUE["sections"]},
        "importIssues": orjson.dumps(NEW_ISSUE).decode() + '\n{"date": "someday"}\n',
        "replaceIssue": replaced,
        "patchIssue": {"title": "Small Models, Large Silences", "summary": None},
        "patchSection": {"standfirst": "Silence is the product."},
        "scheduleIssue": {"publish_at": "2099-05-04T06:00:00Z"},
        "createKey": {
            "name": "Morning script",
            "scopes": ["issues:write", "issues:publish"],
            "expires_at": "2099-05-01T00:00:00Z",
        },
    }


@cache
def given() -> Mapping[str, Any]:
    """What each operation that answers a body may answer, by operation id and media type."""
    public, saved = _public(), _shown(revision=2, updated_at=_NOON)
    waiting = _shown(status="scheduled", published_revision=1, publish_at="2099-05-04T06:00:00Z")
    state = {JSON: {"status": "ok"}}
    markdown = issue_markdown(public)
    frame = publication(base_url=PUBLIC_URL).model_dump()
    fault = problem_example("validation_failed")["errors"][0]
    tool = {"pointer": "/sections/1/tools/0/url", "code": "no_url"}
    warning = {**tool, "detail": "The tool has no address."}
    key = {k: v for k, v in _KEY.items() if k != "created_at"}
    return {
        "readLiveness": state,
        "readReadiness": state,
        "readPublication": {JSON: frame},
        "previewIssue": {
            JSON: {"url": f"{PUBLIC_URL}/preview/{'A' * 38}", "expires_at": "2026-05-10T06:00:00Z"}
        },
        "readOwnKey": {JSON: {**key, "limits": _LIMITS}},
        "readLimits": {JSON: _LIMITS},
        "listSections": {JSON: _page(_in_print(0))},
        "listTools": {JSON: _page(_in_print(1, "tools"))},
        "listEntries": {JSON: _page(_in_print(2, "entries"))},
        "listReading": {JSON: _page(_in_print(3, "items"))},
        "search": {JSON: _page(_hit())},
        "listIssues": {JSON: _page(_without_sections(public))},
        "readIssue": {JSON: public, "text/markdown": markdown},
        "readIssueAsMarkdown": {"text/markdown": markdown},
        "readSection": {JSON: public["sections"][1]},
        "createIssue": {JSON: _shown()},
        "validateIssue": {JSON: {"valid": False, "errors": [fault], "warnings": [warning]}},
        "importIssues": {"application/x-ndjson": _import_lines()},
        "replaceIssue": {JSON: saved},
        "patchIssue": {JSON: {**saved, "title": "Small Models, Large Silences"}},
        "patchSection": {JSON: {**public["sections"][0], "standfirst": "Silence is the product."}},
        "publishIssue": {JSON: _printed()},
        "unpublishIssue": {JSON: _shown(published_at=_PRINTED)},
        "scheduleIssue": {JSON: waiting},
        "listRevisions": {JSON: _page(_without_sections(_revision()))},
        "readRevision": {JSON: _revision()},
        "restoreRevision": {JSON: saved},
        "createKey": {JSON: {"key": "amp_5f1c0a9be2d4_" + "0" * 64, **_KEY}},
        **trending_examples(reference=_in_print(1, "tools")["issue"]),
        "listKeys": {JSON: _page({**_KEY, "scopes": list(SCOPES)})},
    }
