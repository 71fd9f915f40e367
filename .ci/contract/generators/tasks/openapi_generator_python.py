"""The task with the client of openapi-generator, `-g python`."""

import datetime
import json
import sys
from pathlib import Path

from openapi_client import ApiClient, Configuration, IssuesApi, WritingApi
from openapi_client.exceptions import NotFoundException
from openapi_client.models.issue_create import IssueCreate
from openapi_client.models.issue_input import IssueInput
from openapi_client.models.other_section import OtherSection
from openapi_client.models.problem import Problem
from openapi_client.models.section import Section
from openapi_client.models.section_input import SectionInput
from openapi_client.models.story_section import StorySection
from openapi_client.models.story_section_input import StorySectionInput

url, key, date, unknown = sys.argv[1:]

with ApiClient(Configuration(host=url, access_token=key)) as client:
    issues, writing = IssuesApi(client), WritingApi(client)

    page = issues.list_issues(limit=5)
    numbers = [issue.number for issue in page.data]
    while page.page.next_cursor is not None:
        page = issues.list_issues(limit=5, cursor=page.page.next_cursor)
        numbers += [issue.number for issue in page.data]
    assert len(set(numbers)) == len(numbers) == page.page.total > 5, numbers

    latest = issues.read_issue("latest")
    stories = [s.actual_instance for s in latest.sections]
    lead = next(s for s in stories if isinstance(s, StorySection) and s.kind == "lead")
    assert lead.headline, lead
    assert "# " in issues.read_issue_as_markdown("latest")

    try:
        issues.read_issue("99999")
        raise AssertionError("an unknown issue was found")
    except NotFoundException as error:
        assert isinstance(error.data, Problem), error
        assert error.data.code == "issue_not_found", error.data

    story = StorySectionInput(kind="lead", headline="Made by a generated client")
    draft = IssueCreate(
        date=datetime.date.fromisoformat(date), sections=[SectionInput(actual_instance=story)]
    )
    made = writing.create_issue(draft, idempotency_key=f"python-{date}")
    ref = str(made.number)
    read = IssueInput.from_dict(made.to_dict())
    assert read is not None
    read.title = "Sent back as it was read"
    sent = writing.replace_issue_with_http_info(ref, read, if_match="*")
    assert sent.data.title == "Sent back as it was read", sent.data
    assert sent.headers is not None
    etag = next(value for name, value in sent.headers.items() if name.lower() == "etag")
    writing.delete_issue(if_match=etag, ref=ref)

    other = Section.from_json(Path(unknown).read_text())
    assert other is not None
    assert isinstance(other.actual_instance, OtherSection), other
    assert other.actual_instance.kind == json.loads(Path(unknown).read_text())["kind"]
