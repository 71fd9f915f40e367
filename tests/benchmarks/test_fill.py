"""Synthetic issues: in any number, always the same, beside whatever is there already."""

import json
from datetime import date
from typing import Any

import pytest

from app.content.documents import compile_issue, complete, print_faults, read_issue
from benchmarks.synthetic import synthetic_issue, vocabulary
from tests.cli.conftest import Run

pytestmark = pytest.mark.databases_in_turn

DAY = date(2025, 12, 31)


def exported(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("issues", "export").out.splitlines()]


@pytest.mark.slow
def test_an_empty_paper_is_filled_up_to_a_fixed_day(run: Run, fill: Run) -> None:
    ran = fill("25", "--json")

    assert ran.code == 0
    assert json.loads(ran.out) == {
        "issues": 25,
        "from": "2025-12-07",
        "to": "2025-12-31",
        "seed": 1,
    }
    assert [(issue["date"], issue["number"], issue["status"]) for issue in exported(run)] == [
        (f"2025-12-{6 + number:02}", number, "published") for number in range(1, 26)
    ]


def test_every_issue_says_that_it_is_synthetic(run: Run, fill: Run) -> None:
    fill("1")

    (issue,) = exported(run)
    bylines = [section["byline"] for section in issue["sections"] if "byline" in section]
    assert issue["title"].startswith("Synthetic issue: ")
    assert issue["summary"].startswith("A synthetic issue")
    assert issue["slug"] == "synthetic-2025-12-31"
    assert "synthetic" in issue["dateline"]["place"]
    assert len(bylines) == 4
    assert all("synthetic" in byline for byline in bylines)


def test_filling_again_goes_on_before_the_oldest_issue(run: Run, fill: Run) -> None:
    fill("3")

    again = fill("2")

    assert again.code == 0
    assert "Published 2 synthetic issues, of 2025-12-27 to 2025-12-28." in again.out
    assert [(issue["date"], issue["number"]) for issue in exported(run)] == [
        ("2025-12-27", 4),
        ("2025-12-28", 5),
        ("2025-12-29", 1),
        ("2025-12-30", 2),
        ("2025-12-31", 3),
    ]


@pytest.mark.usefixtures("twelve_issues")
def test_other_issues_are_left_alone_drafts_among_them(run: Run, fill: Run) -> None:
    run("issues", "post", "-", stdin=b'{"date": "1999-12-31", "number": 40}')
    before = exported(run)

    ran = fill("2")

    after = exported(run)
    assert ran.code == 0
    assert [(issue["date"], issue["number"]) for issue in after[:2]] == [
        ("1999-12-29", 41),
        ("1999-12-30", 42),
    ]
    # The nearest one has a new neighbour in print; nothing else is different.
    assert [{**issue, "links": None} for issue in after[2:]] == [
        {**issue, "links": None} for issue in before
    ]


def test_more_issues_than_days_are_refused_with_the_number_that_fits(run: Run, fill: Run) -> None:
    run("issues", "post", "-", stdin=b'{"date": "0001-01-04"}')

    refused, done = fill("4"), fill("3")

    assert refused.code == 1
    assert "Only 3 days lie between the year 1 and 0001-01-04" in refused.err
    assert done.code == 0


@pytest.mark.one_database
@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_a_count_that_is_none_is_a_fault_of_usage(fill: Run, count: str) -> None:
    assert fill("--", count).code == 2


def test_an_issue_follows_from_its_day_and_the_seed() -> None:
    first = synthetic_issue(DAY, seed=1)

    assert synthetic_issue(DAY, seed=1) == first
    assert synthetic_issue(DAY, seed=2)["sections"] != first["sections"]
    assert synthetic_issue(date(2025, 12, 30), seed=1)["sections"] != first["sections"]


def test_an_issue_has_the_size_and_the_parts_that_are_measured() -> None:
    issue = complete(read_issue(synthetic_issue(DAY, seed=1)), number=1)

    compiled = compile_issue(issue)
    sections = json.loads(compiled.sections)
    assert print_faults(issue) == []
    assert 17_000 < len(compiled.summary) + len(compiled.sections) < 20_000
    assert [section["kind"] for section in sections] == [
        *("lead", "deep_dive", "opinion", "opinion"),
        *("tools", "trending", "movers", "reading"),
    ]
    assert [
        len(sections[0]["metrics"]["items"]),
        len(sections[4]["tools"]),
        len(sections[5]["entries"]),
        len(sections[6]["entries"]),
        len(sections[7]["items"]),
    ] == [4, 4, 12, 5, 3]


def test_the_vocabulary_stays_what_figures_were_measured_with() -> None:
    words = vocabulary()

    assert len(set(words)) == len(words) == 8000
    assert words[:5] == ("troka", "verti", "pitin", "vorsor", "sanpan")
