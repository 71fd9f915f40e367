"""The examples of docs/graphql.md: those that GraphiQL offers, and each of them works."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from graphql import OperationDefinitionNode, parse

from app.web.graphql.transport import service
from tests.conftest import Clock
from tests.snapshots import record_models
from tests.web.graphql.conftest import Partner

EXAMPLES = sorted((Path(service.__file__).parents[1] / "examples").glob("*.graphql"))
GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "graphql.md").read_text()

VARIABLES: dict[str, dict[str, Any]] = {
    "whole_issue": {"number": 11},
    "archive": {"first": 5},
    "appearances": {"externalId": "demo-kittiwake/lamplighter"},
    "search": {"query": "bittern"},
    "by_id": {"ids": []},
    "rising": {"source": "HUGGINGFACE", "kind": "MODEL"},
    "movers": {"source": "HUGGINGFACE"},
    "subject": {
        "source": "HUGGINGFACE",
        "kind": "MODEL",
        "externalId": "demo-kittiwake/lamplighter",
    },
    "create_issue": {"input": {"date": "2026-05-03"}},
    "publish_issue": {"ref": "12", "ifRevision": 1},
}


def test_the_guide_shows_just_these_examples() -> None:
    shown = re.findall(r"^```graphql\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)

    assert sorted(shown) == sorted(path.read_text() for path in EXAMPLES)


@pytest.fixture
async def snapshot(app: FastAPI, clock: Clock) -> None:
    """A model that was seen once."""
    await record_models(app.state.database, {"demo-kittiwake/lamplighter": 12}, at=clock.now)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.usefixtures("twelve_issues", "snapshot")
async def test_an_example_works(
    partner: Partner, desk: Partner, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = path.read_text()
    (operation,) = (d for d in parse(text).definitions if isinstance(d, OperationDefinitionNode))
    kind = operation.operation.value
    caller = desk if kind == "mutation" else partner
    variables = dict(VARIABLES.get(path.stem, {}))
    if path.stem == "by_id":
        latest = await partner.ask("{ latestIssue { id lead { id } } }")
        variables["ids"] = [latest["latestIssue"]["id"], latest["latestIssue"]["lead"]["id"]]

    told = (await caller.send(text, variables)).json()

    with capsys.disabled():
        print(f"\n  {path.stem}: cost {told['extensions']['cost']['requested']}", end="")  # noqa: T201
    if kind == "subscription":
        assert told["errors"][0]["extensions"]["code"] == "subscription_transport"
        return
    assert "errors" not in told, told
    assert all(value is not None for value in told["data"].values())
    assert 0 < told["extensions"]["cost"]["requested"] <= 1000
    if path.stem == "appearances":
        assert told["data"]["entries"]["totalCount"] > 0
    if kind == "mutation":
        (result,) = told["data"].values()
        assert result["__typename"] == "IssueSaved"
