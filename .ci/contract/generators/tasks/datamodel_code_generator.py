"""The task with the models of datamodel-code-generator, which leave the requests to httpx."""

import sys
from pathlib import Path

import httpx
from models import Issue, IssueCreate, IssuePage, Problem, Section, StorySection
from pydantic import ValidationError

url, key, date, unknown = sys.argv[1:]

with httpx.Client(base_url=f"{url}/v1", headers={"Authorization": f"Bearer {key}"}) as client:
    numbers, cursor = [], None
    while True:
        asked = {"limit": "5", **({"cursor": cursor} if cursor else {})}
        page = IssuePage.model_validate_json(client.get("/issues", params=asked).content)
        numbers += [issue.number for issue in page.data]
        cursor = page.page.next_cursor
        if cursor is None:
            break
    assert len(set(numbers)) == len(numbers) == page.page.total > 5, numbers

    latest = Issue.model_validate_json(client.get("/issues/latest").content)
    stories = [s.root for s in latest.sections if isinstance(s.root, StorySection)]
    assert next(s for s in stories if s.kind == "lead").headline

    missing = Problem.model_validate_json(client.get("/issues/99999").content)
    assert missing.code == "issue_not_found", missing

    lead = {"kind": "lead", "headline": "Made by a generated client"}
    draft = IssueCreate.model_validate({"date": date, "sections": [lead]})
    answer = client.post(
        "/issues",
        content=draft.model_dump_json(exclude_unset=True),
        headers={"Content-Type": "application/json"},
    )
    made = Issue.model_validate_json(answer.content)
    sent = client.put(
        f"/issues/{made.number}",
        content=made.model_dump_json(exclude_unset=True),
        headers={"Content-Type": "application/json", "If-Match": "*"},
    )
    assert sent.status_code == 200, sent.text
    gone = client.delete(f"/issues/{made.number}", headers={"If-Match": sent.headers["ETag"]})
    assert gone.status_code == 204, gone.text

try:
    Section.model_validate_json(Path(unknown).read_text())
    raise AssertionError("the models take new kinds by now: tell so in docs/clients.md")
except ValidationError as error:
    assert error.errors()[0]["type"] == "union_tag_invalid", error
