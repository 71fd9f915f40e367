"""Other people's text on the command line: printed as it is, and steering no terminal."""

import json
import re
from asyncio import to_thread
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.cli.output import print_json, print_table, stderr
from tests.cli.conftest import Run
from tests.factories import issue

HOSTILE = "[/] [bold red]x[/bold red] :tada: [link=https://a.test]y[/link]"
STEERING = "\x1b]0;owned\x07\x1b[31m\x9b1m\u202e\u2066\x7f\x08\r"
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def test_a_key_is_listed_whatever_its_name(run: Run) -> None:
    assert run("keys", "create", "--name", HOSTILE).code == 0

    ran = run("keys", "list")

    assert ran.code == 0
    assert "[/]" in ran.out
    assert ":tada:" in ran.out
    assert "[bold" in ran.out
    assert "]y[/link]" in ran.out


LISTS = {
    ("issues", "list"): "/v1/issues?status=all",
    ("keys", "list"): "/v1/keys",
    ("webhooks", "list"): "/v1/webhooks",
    ("watch", "list"): "/v1/watch",
    ("sync", "status"): "/v1/sync/sources",
}


async def test_lists_have_the_shape_of_the_api(
    run: Run, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    run("keys", "create", "--name", "desk")

    for words, path in LISTS.items():
        printed = json.loads((await to_thread(run, *words, "--json")).out)
        answered = (await client.get(path, headers=editor)).json()

        assert answered.keys() <= printed.keys(), words
        assert printed["page"] == answered["page"] | {"limit": printed["page"]["limit"]}, words
        assert len(printed["data"]) == printed["page"]["total"], words


def test_a_missing_file_is_named_in_plain_words(run: Run, tmp_path: Path) -> None:
    ran = run("restore", str(tmp_path / "no.bak"))

    assert ran.code == 1
    assert ran.err.strip() == f"error: {tmp_path / 'no.bak'}: No such file or directory."


@pytest.mark.parametrize("word", ["validate", "post", "put", "import"])
def test_the_name_of_a_member_steers_no_terminal(run: Run, tmp_path: Path, word: str) -> None:
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps(issue(**{f"x{STEERING}": 1})))

    ran = run("issues", word, str(path))

    assert ran.code == 1
    assert not _CONTROL.search(ran.out + ran.err), repr(ran)
    assert "/x\N{REPLACEMENT CHARACTER}" in ran.err


@pytest.mark.parametrize("word", ["validate", "post", "import"])
def test_json_for_scripts_steers_no_terminal(run: Run, tmp_path: Path, word: str) -> None:
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps(issue(**{f"x{STEERING}": 1})))

    ran = run("issues", word, "--json", str(path))

    assert ran.code == 1
    assert not _CONTROL.search(ran.out + ran.err), repr(ran)
    assert json.loads(ran.out)


def test_a_title_that_is_printed_as_json_comes_back_as_it_was(run: Run, tmp_path: Path) -> None:
    title = "a \u202e b 🚀 \u200b é\n"
    path = tmp_path / "issue.json"
    path.write_text(json.dumps(issue(title=title)))

    ran = run("issues", "post", "--json", str(path))

    assert json.loads(ran.out)["title"] == title
    assert not _CONTROL.search(ran.out)
    assert "🚀 " in ran.out
    assert "é" in ran.out


def test_a_file_of_any_name_can_be_imported(run: Run, tmp_path: Path) -> None:
    path = tmp_path / f"[red]{HOSTILE[:3].replace('/', '')}\x1b[31m.ndjson"
    path.write_text("{\n")

    ran = run("issues", "import", str(path))

    assert ran.code == 1
    assert "[red]" in ran.err
    assert not _CONTROL.search(ran.err)


def test_tables_and_lines_are_plain(capfd: pytest.CaptureFixture[str]) -> None:
    print_table((HOSTILE, "b"), [(HOSTILE, STEERING)])
    stderr.print(f"{HOSTILE} {STEERING}", style="red")

    out, err = capfd.readouterr()
    for text in (out, err):
        assert "[/]" in text
        assert not _CONTROL.search(text)


@pytest.mark.parametrize("value", ["\x7f", "\u0085", "\ue000", "\U000e0001", "\ud7ff", "\u2028"])
def test_json_is_the_same_value_when_it_is_printed(
    capfd: pytest.CaptureFixture[str], value: Any
) -> None:
    print_json(json.dumps({"a": value, "b": "é🚀"}, ensure_ascii=False).encode())

    out, _ = capfd.readouterr()
    assert json.loads(out) == {"a": value, "b": "é🚀"}
    assert value not in out
