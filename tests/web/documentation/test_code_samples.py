"""The programs for the first tasks: in the document, in the guide, and on a server.

`tests/clients/test_typescript_client.py` runs those in JavaScript.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.config import Settings
from app.web.documentation.code_samples import LANGUAGES, TASKS, first_tasks_page, sample
from tests.servers.uvicorn import serving

ROOT = Path(__file__).resolve().parents[3]
KEY = "amp_samples_0123456789abcdef0123456789abcdef"
SAID = {
    "read_latest": "The Telephone That Asks First",
    "read_again": '"r1.',
    "page": "2026-04-18",
    "search": "The Telephone That Asks First",
    "post_draft": "draft",
    "publish": "published",
}
"""What the output of each program contains."""


def test_the_page_is_made_of_the_samples() -> None:
    """After a change: `make openapi`."""
    assert (ROOT / "docs" / "first-tasks.md").read_text() == first_tasks_page()


def test_the_document_has_each_sample() -> None:
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text())
    found = [
        each["source"]
        for item in document["paths"].values()
        for operation in item.values()
        for each in operation.get("x-codeSamples", ())
    ]

    assert sorted(found) == sorted(sample(t.name, ending) for t in TASKS for ending in LANGUAGES)


@pytest.fixture
def port(settings: Settings) -> Iterator[int]:
    given = {"bootstrap_key": SecretStr(KEY), "public_url": "http://127.0.0.1:8000"}
    with serving(settings.model_copy(update=given)) as port:
        yield port


@pytest.mark.slow
@pytest.mark.end_to_end
@pytest.mark.usefixtures("twelve_issues")
@pytest.mark.parametrize(
    ("ending", "program"), [("curl", ["sh", "-e"]), ("python", [sys.executable])]
)
def test_each_sample_does_its_task(
    port: int, tmp_path: Path, ending: str, program: list[str]
) -> None:
    # curl follows links too: it connects to our port whenever it is sent to that of the samples.
    (tmp_path / ".curlrc").write_text(f'connect-to = "127.0.0.1:8000:127.0.0.1:{port}"\n')
    environment = {
        **os.environ,
        "CURL_HOME": str(tmp_path),
        "MORNINGPOST_KEY": KEY,
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(ROOT / "clients" / "python"),
    }
    for task in TASKS:
        file = tmp_path / f"{task.name}.{ending}"
        text = sample(task.name, ending)
        file.write_text(text if ending == "curl" else text.replace(":8000", f":{port}"))
        done = subprocess.run(
            [*program, file.name], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert SAID[task.name] in done.stdout, (task.name, done.stdout)
