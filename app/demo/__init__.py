"""Twelve demo issues, numbers 1 to 12; each states that it is a demo."""

from importlib.resources import files

import orjson


def demo_issues() -> list[dict[str, object]]:
    """Read the demo issues, oldest first."""
    folder = files(__name__) / "issues"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
    return [orjson.loads((folder / name).read_bytes()) for name in names]
