"""Write docs/settings.md from app/config.py: `make settings-page`."""

from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from app.config import Settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
HEAD = """# Settings

<!-- Generated from app/config.py by scripts/settings_page.py; do not edit. -->

Set these as environment variables or in a file `.env` in the working directory. Environment
variables take precedence. Lists are separated by commas. The server and every command refuse to
start if a setting is invalid, or if the name of a `MORNINGPOST_*` variable is unknown.

On Kubernetes, set `enableServiceLinks: false`, or do not name the Service `morningpost`: otherwise
Kubernetes sets variables such as `MORNINGPOST_SERVICE_HOST`, which are refused.

| Setting | Default | What it does |
|---|---|---|
"""


def page() -> str:
    """Write the whole page."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return HEAD + "".join(rows)


def _row(name: str, field: FieldInfo) -> str:
    return f"| `MORNINGPOST_{name.upper()}` | {_default(field.default)} | {field.description} |\n"


def _default(value: object) -> str:
    assert not isinstance(value, SecretStr), "a secret has no default"
    if value is None or value in ((), ""):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`{','.join(f'{part:g}' for part in value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
