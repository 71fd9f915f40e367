"""Write the tables of problem codes in docs/api.md and docs/graphql.md: `make openapi`."""

import re
from pathlib import Path

from app.web.problems.registry import OF_REST, PROBLEMS, ProblemKind

DOCS = Path(__file__).parent.parent / "docs"
NOTE = "<!-- Generated from app/web/problems/problems.toml by scripts/problem_tables.py. -->\n"
KINDS = {
    "api.md": sorted(OF_REST.values(), key=lambda kind: kind.status),
    "graphql.md": [kind for kind in PROBLEMS.values() if kind.graphql],
}
"""By page, in the order of the file; those of REST by status first."""


def pages() -> dict[Path, str]:
    """Return the whole text of each page, with its table as it should be."""
    return {DOCS / name: _page(DOCS / name, kinds) for name, kinds in KINDS.items()}


def _page(path: Path, kinds: list[ProblemKind]) -> str:
    """Replace the table below the note."""
    before, note, after = path.read_text(encoding="utf-8").partition(NOTE)
    assert note, f"{path.name} has no note that says where its table is"
    rows = [f"| {kind.status} | `{kind.code}` | {kind.meaning} |\n" for kind in kinds]
    head = "\n| status | code | what it means |\n|---|---|---|\n"
    rest = re.sub(r"\A\n(\|.*\n)*", "", after)
    return f"{before}{note}{head}{''.join(rows)}{rest}"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
