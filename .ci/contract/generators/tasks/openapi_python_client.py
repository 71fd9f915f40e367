"""The task with the client of openapi-python-client."""

import datetime
import json
import sys
from pathlib import Path

from client import AuthenticatedClient, Client
from client.api.issues import list_issues, read_issue, read_issue_as_markdown
from client.api.writing import create_issue, delete_issue, replace_issue
from client.models.issue import Issue
from client.models.issue_create import IssueCreate
from client.models.issue_input import IssueInput
from client.models.issue_page import IssuePage
from client.models.other_section import OtherSection
from client.models.problem import Problem
from client.models.published_issue import PublishedIssue
from client.models.story_section import StorySection
from client.models.story_section_input import StorySectionInput
from client.models.story_section_input_kind import StorySectionInputKind
from client.models.story_section_kind import StorySectionKind

url, key, date, unknown = sys.argv[1:]
public = Client(base_url=url)
scripts = AuthenticatedClient(base_url=url, token=key)

page = list_issues.sync(client=public, limit=5)
assert isinstance(page, IssuePage), page
numbers = [issue.number for issue in page.data]
while page.page.next_cursor is not None:
    page = list_issues.sync(client=public, limit=5, cursor=page.page.next_cursor)
    assert isinstance(page, IssuePage), page
    numbers += [issue.number for issue in page.data]
assert len(set(numbers)) == len(numbers) == page.page.total > 5, numbers

latest = read_issue.sync("latest", client=public)
assert isinstance(latest, Issue), latest
stories = [s for s in latest.sections if isinstance(s, StorySection)]
assert next(s for s in stories if s.kind == StorySectionKind.LEAD).headline
text = read_issue_as_markdown.sync("latest", client=public)
assert isinstance(text, str)
assert "# " in text

missing = read_issue.sync("99999", client=public)
assert isinstance(missing, Problem), missing
assert missing.code == "issue_not_found"

draft = IssueCreate(
    date=datetime.date.fromisoformat(date),
    sections=[StorySectionInput(kind=StorySectionInputKind.LEAD, headline="Made by a client")],
)
made = create_issue.sync(client=scripts, body=draft, idempotency_key=f"opc-{date}")
assert isinstance(made, PublishedIssue), made
read = IssueInput.from_dict(made.to_dict())
read.title = "Sent back as it was read"
sent = replace_issue.sync_detailed(str(made.number), client=scripts, body=read, if_match="*")
assert isinstance(sent.parsed, PublishedIssue), sent
assert sent.parsed.title == "Sent back as it was read"
gone = delete_issue.sync_detailed(str(made.number), client=scripts, if_match=sent.headers["ETag"])
assert gone.status_code == 204, gone

section = json.loads(Path(unknown).read_text())
other = Issue.from_dict({**made.to_dict(), "sections": [section]}).sections[0]
assert isinstance(other, OtherSection), other
assert other.kind == section["kind"]
