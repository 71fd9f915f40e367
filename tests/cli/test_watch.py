"""The watch list on the command line."""

import json
import re

from tests.cli.conftest import Run


def test_a_name_is_watched_listed_and_removed(run: Run) -> None:
    added = run("watch", "add", "repository", "acme/orca")
    table = run("watch", "list")
    listed = json.loads(run("watch", "list", "--json").out)["data"]
    removed = run("watch", "remove", "repository", "acme/orca")

    assert (added.code, table.code, removed.code) == (0, 0, 0)
    assert [(each["kind"], each["external_id"]) for each in listed] == [("repository", "acme/orca")]
    assert re.search(r"repository\s+acme/orca\b.*\d{4}-\d\d-\d\d \d\d:\d\d\s*$", table.out, re.M)
    assert json.loads(run("watch", "list", "--json").out)["data"] == []


def test_a_wrong_kind_or_name_is_a_fault_of_usage(run: Run) -> None:
    assert run("watch", "add", "person", "acme/orca").code == 2
    assert run("watch", "add", "repository", "not a name").code == 2
