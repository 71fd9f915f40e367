"""The example request and the example responses of every operation.

`examples/` has one JSON file per operation. Examples that hold an issue are derived from the
request of `createIssue` by the code that compiles issues, so they follow its shapes.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from app.content.documents import IssueInput, compile_issue, complete, read_issue
from app.content.facts.brief.markdown import brief_markdown
from app.content.issue_markdown import issue_markdown
from app.content.issue_view import links_of, narrowed, reference_of
from app.content.publication import publication
from app.web.documentation.file_examples import file_examples
from app.web.documentation.problems import PUBLIC_URL, problem_example
from app.web.endpoints.operation import NDJSON, TEXT_NDJSON
from app.web.endpoints.read import JSON, MARKDOWN
from app.web.http.server_sent_events import EVENT_STREAM

_NOON = "2026-05-03T12:00:00Z"
_SAVED = "2026-05-03T05:30:00Z"
_PRINTED = "2026-05-03T06:00:00Z"


@cache
def requests() -> Mapping[str, Any]:
    """The example body of each operation that takes one, by operation id."""
    stored = _stored("requests")
    issue = stored["createIssue"]
    return {
        **stored,
        "validateIssue": {"date": "2026-05-04", "sections": issue["sections"]},
        "importIssues": orjson.dumps(issue).decode() + '\n{"date": "someday"}\n',
        "replaceIssue": {name: value for name, value in issue.items() if name != "slug"},
    }


@cache
def responses() -> Mapping[str, Mapping[str, Any]]:
    """The example body of each operation that responds with one, by operation id and media type."""
    public, saved = _public(), _saved(revision=2, updated_at=_NOON)
    whole = {
        "readPublication": publication(base_url=PUBLIC_URL).model_dump(),
        "listCorrections": _page({**_correction(), "issue": _reference()}),
        "listSections": _page(_in_print(0)),
        "listTools": _page(_in_print(1, "tools")),
        "listEntries": _page(_in_print(2, "entries")),
        "listReading": _page(_in_print(3, "items")),
        "search": _with_help(_page(_hit())),
        "suggestSearch": {"data": [_completion()]},
        "listIssues": _page(_without_sections(public)),
        "readIssue": public,
        "readSection": public["sections"][1],
        "createIssue": _saved(),
        "validateIssue": _verdict(),
        "replaceIssue": saved,
        "patchIssue": {**saved, "title": "Small Models, Large Silences"},
        "patchSection": {**public["sections"][0], "standfirst": "Silence is the product."},
        "publishIssue": _published()
        | {"corrections": [_correction()], "warnings": [_number_warning()]},
        "unpublishIssue": _saved(published_at=_PRINTED),
        "scheduleIssue": _saved(
            status="scheduled", published_revision=1, publish_at="2099-05-04T06:00:00Z"
        ),
        "listRevisions": _page(_without_sections(_revision())),
        "readRevision": _revision(),
        "compareRevisions": {"from": 1, "to": 2, "changes": _correction()["changes"]},
        "restoreRevision": saved,
        "listPrintings": _page(_without_sections(_printing())),
        "readPrinting": _printing(),
    }
    whole |= _webhooks()
    stored = _stored("responses")
    files = file_examples(
        board=stored["readBoard"],
        movers=stored["listMovers"],
        subject=stored["readSubject"],
        entry=_in_print(2, "entries"),
    )
    return {
        **{name: {JSON: body} for name, body in (stored | whole).items()},
        **files,
        "listEntries": {JSON: whole["listEntries"], **files["listEntriesAsCsv"]},
        "readIssueAsMarkdown": {MARKDOWN: issue_markdown(public)},
        "importIssues": {NDJSON: _import_lines(), TEXT_NDJSON: _import_lines()},
        "readBriefAsMarkdown": {MARKDOWN: brief_markdown(stored["readBrief"])},
        "listEvents": {JSON: stored["listEvents"], EVENT_STREAM: _stream(stored["listEvents"])},
    }


def _webhooks() -> dict[str, Any]:
    stored = _stored("responses")
    webhook, new = stored["readWebhook"], stored["createWebhook"]
    same = ("pingWebhook", "enableWebhook", "replayWebhook")
    return {
        "listWebhooks": _page(webhook),
        "patchWebhook": {**webhook, **_stored("requests")["patchWebhook"]},
        "rotateWebhook": {**webhook, "secret": new["secret"]},
        **dict.fromkeys(same, webhook),
    }


def _stored(folder: str) -> dict[str, Any]:
    found = files("app.web.documentation").joinpath("examples", folder).iterdir()
    return {file.name.removesuffix(".json"): orjson.loads(file.read_bytes()) for file in found}


@cache
def _issue() -> IssueInput:
    return complete(read_issue(_stored("requests")["createIssue"]), number=95)


def _members() -> dict[str, Any]:
    compiled = compile_issue(_issue())
    members: dict[str, Any] = orjson.loads(compiled.summary)
    members["sections"] = orjson.loads(compiled.sections)
    return members


def _saved(**state: object) -> dict[str, Any]:
    draft = {
        "corrections": [],
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


def _published() -> dict[str, Any]:
    return _saved(status="published", published_revision=1, published_at=_PRINTED)


def _public() -> dict[str, Any]:
    """The published issue as a request without a key reads it."""
    return {name: value for name, value in _published().items() if name != "published_revision"}


def _revision() -> dict[str, Any]:
    return {**_members(), "revision": 1, "created_at": _SAVED, "created_by": "5f1c0a9be2d4"}


def _printing() -> dict[str, Any]:
    state = {"printing": 1, "revision": 1, "from": _PRINTED, "until": None}
    return {**_members(), **state}


def _correction() -> dict[str, Any]:
    section = _members()["sections"][0]
    change = {
        "pointer": "/sections/0/standfirst",
        "section": section["slug"],
        "before": section["standfirst"],
        "after": "Silence is the product.",
    }
    return {
        "id": "cor_5f1c0a9be2d45f1c0a9b",
        "at": _NOON,
        "note": requests()["publishIssue"]["correction"]["note"],
        "from_revision": 1,
        "to_revision": 2,
        "changes": [change],
    }


def _without_sections(document: Mapping[str, Any]) -> dict[str, Any]:
    return narrowed(document, tuple(name for name in document if name != "sections"))


def _with_help(page: dict[str, Any]) -> dict[str, Any]:
    return {**page, "page": {**page["page"], "suggestion": None, "facets": {"type": {"tool": 1}}}}


def _completion() -> dict[str, str]:
    hit = _hit()
    return {"text": hit["title"], "type": hit["type"], "url": hit["url"]}


def _page(*items: object) -> dict[str, Any]:
    page = {"limit": 20, "next_cursor": None, "has_more": False, "total": len(items)}
    return {"data": list(items), "page": page}


def _in_print(place: int, member: str | None = None) -> dict[str, Any]:
    """The section at a place, or the first of its items, with the issue that printed it."""
    members = _members()
    section = members["sections"][place]
    found = section if member is None else section[member][0]
    return {**found, "issue": _reference(), "section": section["slug"]}


def _reference() -> dict[str, object]:
    members = _members()
    issue = {name: members[name] for name in ("number", "date", "slug", "title")}
    return reference_of(**issue, base_url=PUBLIC_URL)


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
        "printings": None,
    }


def _verdict() -> dict[str, Any]:
    fault = problem_example("validation_failed")["errors"][0]
    warning = {
        "pointer": "/sections/1/tools/0/url",
        "code": "no_url",
        "detail": "The tool has no URL.",
    }
    return {"valid": False, "errors": [fault], "warnings": [warning, _number_warning()]}


def _number_warning() -> dict[str, Any]:
    return {
        "pointer": "/sections/0/body",
        "code": "number_contradicted",
        "detail": "Printed: 70.1k stars. Observed: demo-finance/ledger had 66,912 stars on 3 May "
        "2026 at 05:00 UTC.",
        "printed": "70.1k stars",
        "observed": 66_912,
    }


def _stream(log: Mapping[str, Any]) -> str:
    """The events of a page as server-sent events."""
    cursor = log["page"]["next_cursor"]
    return "".join(
        f"id: {cursor}\ndata: {orjson.dumps(event).decode()}\n\n" for event in log["data"]
    )


def _import_lines() -> str:
    done = {"line": 1, "status": 201, "number": 95, "date": "2026-05-03", "problem": None}
    problem = problem_example("validation_failed")
    refused = {"line": 2, "status": 422, "number": None, "date": None, "problem": problem}
    return "".join(orjson.dumps(line).decode() + "\n" for line in (done, refused))
