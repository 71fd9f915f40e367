"""Documentation is complete: what the code has and the guides do not say is a failing test."""

import importlib
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer
from fastapi import FastAPI
from starlette.routing import Route

from app.cli.commands import command_line
from app.config import Settings
from app.content.access import SCOPES
from app.content.blocks.registry import BLOCKS, KINDS
from app.content.documents import compile_issue, complete, read_issue
from app.content.shapes import IssueDocument
from app.main import create_app
from app.models.issue import READ_FIELDS
from app.web.admission.scopes import scopes_of
from app.web.problems.registry import PROBLEMS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted(ROOT.glob("docs/adr/[0-9]*.md"))
HEADINGS = ["Context", "Decision", "What lost and why", "Figures", "Consequences"]

COMMANDS_PAGE = "\n" + (ROOT / "docs/command-line.md").read_text()
README = (ROOT / "README.md").read_text()
GUIDE = (ROOT / "docs/api.md").read_text()
GRAPHQL_GUIDE = (ROOT / "docs/graphql.md").read_text()
ALL = "\n".join(page.read_text() for page in PAGES)


def rows(text: str, *, below: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    section = text.split(f"\n{below}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert lines, f"no table below {below}"
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in lines[0].splitlines()[2:]
    ]


def fences(text: str, language: str) -> list[str]:
    """The blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# ---------------------------------------------------------------------------- README


def test_readme_begins_with_the_two_commands() -> None:
    commands = re.findall(r"^    (make \w+)", README.split("\n\n", 2)[1], re.MULTILINE)

    assert commands == ["make serve", "make test"]


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`make ([a-z-]+)[` ]", ALL))))
def test_each_make_command_is_in_the_makefile(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text()

    assert re.search(rf"^{command}:.*## ", makefile, re.MULTILINE)


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


SNIPPETS = [
    pytest.param(code, id=f"{page.name}-{place}")
    for page in (ROOT / "README.md", ROOT / "docs/quickstart.md")
    for place, code in enumerate(fences(page.read_text(), "python"), start=1)
]


@pytest.mark.parametrize("code", SNIPPETS)
def test_python_snippets_compile_and_ask_for_paths_that_exist(
    code: str, application: FastAPI
) -> None:
    compile(code, "snippet", "exec")

    known = {str(getattr(each, "path_format", "")) for each in application.routes}
    for path in re.findall(r'\.(?:get|post|patch)\(\s*f?"(/[^"]*)"', code):
        # `{number}` of a snippet is the `{ref}` of a route, and a slug may stand written out.
        wanted = re.sub(r"/sections/[^/]+", "/sections/{slug}", path.replace("{number}", "{ref}"))
        wanted = re.sub(r"^/issues/latest$", "/issues/{ref}", wanted)
        assert {wanted, f"/v1{wanted}"} & known, path


def commands_of(group: Any, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands_of(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


COMMANDS = list(commands_of(typer.main.get_command(command_line()), "morningpost"))


def test_the_table_of_commands_is_that_of_the_program() -> None:
    shown = [
        re.sub(r" \[?[A-Z].*", "", row[0].strip("`"))  # without its arguments
        for row in rows(COMMANDS_PAGE, below="# Command line")
    ]

    assert sorted(shown) == sorted(COMMANDS)


# ---------------------------------------------------------------------------- the guide


@pytest.fixture(scope="module")
def application() -> FastAPI:
    return create_app(Settings(_env_file=None))


def test_each_route_is_in_the_guide_with_its_scope(application: FastAPI) -> None:
    scopes = {}
    for row in rows(GUIDE, below="## All paths"):
        for method, path in re.findall(r"`([A-Z]+) (/\S*)`", row[0]):
            scopes[method, path] = row[1].strip("`")

    routes = {}
    for route in application.routes:
        if not isinstance(route, Route):
            continue
        needed = scopes_of(getattr(route, "openapi_extra", None) or {})
        for method in route.methods or ():
            said = "–" if needed is None else " ".join(needed) or "any key"
            routes[method, str(route.path_format)] = said

    # Files of a page are no routes that anybody calls: their names suffice.
    for method, path in [key for key in routes if key not in scopes]:
        assert f"`{path}`" in GUIDE, f"{method} {path} is not documented"
        is_file = path.startswith(("/docs/", "/graphql/", "/problems/"))
        assert is_file, f"{method} {path} is not in the table"
        del routes[method, path]
    assert scopes == routes


@pytest.mark.parametrize("scope", SCOPES)
def test_each_scope_is_in_both_tables(scope: str) -> None:
    operations = (ROOT / "docs/operations.md").read_text()

    assert f"`{scope}`" in [row[0] for row in rows(GUIDE, below="## Keys")]
    assert f"`{scope}`" in [row[0] for row in rows(operations, below="## Keys")]


def test_each_kind_of_section_is_in_the_guide_with_its_heading() -> None:
    table = GUIDE.split("\nEvery section has ", 1)[1]
    described = {row[0].strip("`"): row[1:3] for row in rows("\n#\n" + table, below="#")}

    for block in BLOCKS:
        for kind, heading in block.headings.items():
            assert described[kind][0] == heading
            assert described[kind][1] == (
                "exactly once in print"
                if kind == "lead"
                else "once"
                if block.at_most_once
                else "any"
            )
    assert set(described) == set(KINDS)


def test_each_problem_code_is_in_the_guide_with_its_status() -> None:
    tables = (rows(guide, below="## Errors") for guide in (GUIDE, GRAPHQL_GUIDE))
    described = {row[1].strip("`"): int(row[0]) for table in tables for row in table if row[2]}

    assert described == {code: kind.status for code, kind in PROBLEMS.items()}


def test_the_tables_of_problems_are_generated_from_them() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "problem_tables.py"))

    for page, text in script["pages"]().items():
        assert page.read_text(encoding="utf-8") == text


def test_the_example_is_what_its_own_document_reads_as() -> None:
    """Posted, the example gives itself: every member there, every default filled in."""
    (example,) = fences(GUIDE.split("## The issue document", 1)[1].split("\n## ", 1)[0], "json")
    document = orjson.loads(example)

    issue = complete(read_issue(document), number=document["number"])

    compiled = compile_issue(issue)
    assert orjson.loads(compiled.sections) == document["sections"]
    own = {k: v for k, v in document.items() if k not in (*READ_FIELDS, "sections")}
    assert orjson.loads(compiled.summary) == own
    assert set(document) == set(IssueDocument.model_fields)
    IssueDocument.model_validate(document)


def test_examples_in_json_are_json() -> None:
    for page in PAGES:
        for example in fences(page.read_text(), "json"):
            if "…" not in example:
                orjson.loads(example)


# ---------------------------------------------------------------------------- a block


@pytest.mark.trial
@pytest.mark.end_to_end
def test_the_block_of_the_guide_works_as_it_stands(tmp_path: Path) -> None:
    """Follow docs/writing-a-block.md in a copy of the house, and run the test that it shows."""
    code, registered, check = fences((ROOT / "docs/writing-a-block.md").read_text(), "python")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=ignored)
    (tmp_path / "app/content/blocks/quote.py").write_text(code)
    registry = tmp_path / "app/content/blocks/registry.py"
    before = registry.read_text()
    imported, _, blocks = registered.partition("\n\n")
    listed = re.compile(r"^BLOCKS: .*?^\)\n", re.MULTILINE | re.DOTALL)
    found = listed.search(before)
    assert found, "the registry has its list"
    assert blocks == found[0].replace("\n)\n", "\n    QuoteBlock(),\n)\n")
    after = listed.sub(blocks, before).replace("\nfrom app", f"\n{imported}\nfrom app", 1)
    registry.write_text(after)
    (tmp_path / "test_quote.py").write_text(check)

    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-c", "/dev/null", f"--rootdir={tmp_path}", "test_quote.py"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


# ---------------------------------------------------------------------------- links


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_relative_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s<>]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page

        assert there.exists(), f"{target} leads nowhere"
        if anchor:
            assert anchor in anchors_of(there), f"{target} names no heading"


def test_files_that_are_named_exist() -> None:
    for page in PAGES:
        for name in re.findall(
            r"`((?:app|docs|tests|benchmarks)/[\w./-]+\.\w+)`", page.read_text()
        ):
            # The block and the source that readers are to write.
            if "quote" not in name and "gitlab" not in name:
                assert (ROOT / name).exists(), f"{page.name} names {name}"


# ---------------------------------------------------------------------------- decisions


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(page.name[:4]) for page in DECISIONS]

    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_headings_and_stands_in_the_list(page: Path) -> None:
    text = page.read_text()

    assert re.match(rf"# {page.name[:4]} \S", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert f"[{page.name[:4]}]({page.name})" in (page.parent / "README.md").read_text()


def test_decisions_that_the_code_names_exist() -> None:
    named = {
        name
        for file in (ROOT / "app").rglob("*.py")
        for name in re.findall(r"docs/adr/(\S+?\.md)", file.read_text())
    }

    assert named <= {page.name for page in DECISIONS}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="uvloop is not for Windows")
@pytest.mark.parametrize("script", sorted(set(re.findall(r"python -m (benchmarks\.\w+)", ALL))))
def test_a_measurement_that_decisions_rest_on_still_fits_the_code(script: str) -> None:
    """Importing builds its statements, so a renamed column shows here and not in a year."""
    assert importlib.import_module(script).__doc__
