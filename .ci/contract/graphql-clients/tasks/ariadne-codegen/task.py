"""The task with the client of ariadne-codegen: page, read by id, post, be refused."""

import asyncio
import datetime
import sys

from paper import Client
from paper.by_id import ByIdNodesIssue, ByIdNodesStorySection
from paper.create_issue import CreateIssueCreateIssueIssueSaved, CreateIssueCreateIssueProblem
from paper.enums import SectionKind
from paper.exceptions import GraphQLClientGraphQLMultiError
from paper.input_types import IssueInput, SectionInput

URL, KEY = sys.argv[1:]


async def main() -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    async with Client(url=f"{URL}/graphql", headers=headers) as client:
        dates: list[datetime.date] = []
        after: str | None = None
        while True:
            issues = (await client.archive(first=5, after=after)).issues
            dates += [issue.date for issue in issues.nodes]
            after = issues.page_info.end_cursor
            if not issues.page_info.has_next_page:
                break
        assert len(set(dates)) == len(dates) > 5, dates

        query = "{ latestIssue { id lead { id } } }"
        latest = client.get_data(await client.execute(query))["latestIssue"]
        issue, lead = (await client.by_id(ids=[latest["id"], latest["lead"]["id"]])).nodes
        assert isinstance(issue, ByIdNodesIssue), issue
        assert issue.title
        assert isinstance(lead, ByIdNodesStorySection), lead
        assert lead.kind is SectionKind.LEAD
        assert lead.heading

        section = SectionInput(kind=SectionKind.LEAD, headline="Made by ariadne-codegen")
        document = IssueInput(date=datetime.date(2031, 6, 11), sections=[section])
        made = (await client.create_issue(input=document)).create_issue
        assert isinstance(made, CreateIssueCreateIssueIssueSaved), made
        again = (await client.create_issue(input=document)).create_issue
        assert isinstance(again, CreateIssueCreateIssueProblem), again
        assert again.code == "date_taken"
        try:
            await client.archive(first=1_000)
        except GraphQLClientGraphQLMultiError as error:
            (told,) = error.errors
            assert told.extensions is not None
            assert told.extensions["code"] == "invalid_page_size"
        else:
            raise AssertionError("a page of 1,000 is refused")


asyncio.run(main())
