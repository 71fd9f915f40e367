"""What stands in print leads to the issue in print, whoever asks and whatever else is asked for."""

from typing import Any

import pytest

from tests.web.graphql.conftest import Partner

PRINTED = {
    "date": "2026-05-03",
    "sections": [
        {"kind": "lead", "headline": "As it was printed"},
        {"kind": "brief", "headline": "Dropped since"},
        {"kind": "tools", "tools": [{"name": "A tool"}]},
        {"kind": "reading", "items": [{"title": "A piece"}]},
    ],
}


@pytest.fixture
async def changed(desk: Partner) -> None:
    """An issue whose head says other things than its print: another title, another section."""
    made = await desk.client.post(
        "/v1/issues?publish=true", json=PRINTED, headers=dict(desk.headers)
    )
    assert made.status_code == 201, made.text
    await desk.ask(
        'mutation { updateIssue(ref: "1", ifRevision: 1, patch: {title: "The head", '
        'sections: [{kind: LEAD, headline: "Another lead"}]}) { __typename } }'
    )


LISTS = (
    *("sections", "tools", "reading"),
    *('search(query: "printed")', 'sections(from: "2026-05-03")'),
)


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("listed", LISTS)
async def test_a_key_changes_nothing_of_what_is_in_print(
    partner: Partner, desk: Partner, listed: str
) -> None:
    fields = ("title", "title revision", "title lead { headline } sections { slug id }")
    id_ = "id" if listed.startswith("sections") else "__typename"
    for below in fields:
        query = f"{{ {listed} {{ nodes {{ {id_} issue {{ {below} }} }} }} }}"

        told = await desk.ask(query)

        assert told == await partner.ask(query)
        (name,) = told
        shown: list[Any] = told[name]["nodes"]
        assert {node["issue"]["title"] for node in shown} == {"As it was printed"}


@pytest.mark.usefixtures("changed")
async def test_a_key_sees_the_head_of_an_issue_that_it_names(desk: Partner) -> None:
    told = await desk.ask("{ issue(number: 1) { title lead { headline } } }")

    assert told["issue"] == {"title": "The head", "lead": {"headline": "Another lead"}}


@pytest.mark.usefixtures("changed")
async def test_null_counts_as_left_out(partner: Partner) -> None:
    told = await partner.ask(
        "query($n: Int, $s: String, $d: Date) { issue(number: $n, slug: $s, date: $d) { title } }",
        n=1,
        s=None,
        d=None,
    )

    assert told["issue"]["title"] == "As it was printed"
