"""Our own TypeScript client, built strictly, against a real server. Needs node and npm."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import standardwebhooks
from morningpost_client import Client
from pydantic import SecretStr

from app.config import Settings
from app.web.documentation.code_samples import TASKS, sample
from tests.clients.packed import pack
from tests.servers.faulty_proxy import faulty_proxy
from tests.servers.uvicorn import serving
from tests.web.documentation.test_code_samples import SAID

pytestmark = [pytest.mark.end_to_end, pytest.mark.trial]

ROOT = Path(__file__).resolve().parents[2]
KEY = "amp_clients_0123456789abcdef0123456789abcdef"

if shutil.which("npm") is None:
    pytest.skip("the TypeScript client is built with node and npm", allow_module_level=True)


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client as it is packed and installed."""
    return pack(tmp_path_factory.mktemp("client"))


@pytest.fixture
def port(settings: Settings) -> Iterator[int]:
    with serving(settings.model_copy(update={"bootstrap_key": SecretStr(KEY)})) as port:
        yield port


def run(script: str, *arguments: str) -> None:
    done = subprocess.run(
        ["node", script, *arguments],
        cwd=ROOT / "tests" / "clients", capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]


def test_the_scenario(module: Path, port: int) -> None:
    run("scenario.mjs", str(module), f"http://127.0.0.1:{port}", KEY)


def test_a_bad_network_loses_and_doubles_nothing(module: Path, port: int) -> None:
    with faulty_proxy(port, share=0.4) as (faulty, proxy):
        run("posts.mjs", str(module), f"http://127.0.0.1:{faulty}", KEY, "40", "4")
    with Client(f"http://127.0.0.1:{port}", key=KEY) as client:
        drafts = [row["number"] for row in client.iter(client.list_issues, status="draft")]
    assert sorted(drafts) == list(range(1, 41))
    assert all(proxy.faults[fault] for fault in ("lost_before", "lost_after", "truncated", "busy"))


@pytest.mark.usefixtures("twelve_issues")
def test_each_code_sample_does_its_task(module: Path, port: int, tmp_path: Path) -> None:
    installed = tmp_path / "node_modules" / "morningpost-client"
    installed.parent.mkdir()
    installed.symlink_to(module.parents[1])
    for task in TASKS:
        file = tmp_path / f"{task.name}.mjs"
        file.write_text(sample(task.name, "javascript").replace(":8000", f":{port}"))
        done = subprocess.run(
            ["node", file.name], cwd=tmp_path, env={**os.environ, "MORNINGPOST_KEY": KEY},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert SAID[task.name] in done.stdout, (task.name, done.stdout)


def test_webhooks_are_verified(module: Path, tmp_path: Path) -> None:
    secrets = [f"whsec_{base64.b64encode(bytes([n]) * 24).decode()}" for n in (1, 2)]
    body = '{"id":"evt_1","type":"issue.published"}'

    def signed(secret: str, age: float = 0) -> dict[str, str]:
        when = datetime.fromtimestamp(time.time() - age, UTC)
        signature = standardwebhooks.Webhook(secret).sign("evt_1", when, body)
        return {
            "Webhook-Id": "evt_1",
            "Webhook-Timestamp": str(int(when.timestamp())),
            "Webhook-Signature": signature,
        }

    cases = [
        {"headers": signed(secrets[1]), "body": body, "secrets": secrets, "valid": True},
        {"headers": signed(secrets[0]), "body": body, "secrets": secrets[0], "valid": True},
        {"headers": signed(secrets[0]), "body": body + " ", "secrets": secrets, "valid": False},
        {"headers": signed(secrets[0]), "body": body, "secrets": secrets[1], "valid": False},
        {"headers": signed(secrets[0], 4_000), "body": body, "secrets": secrets, "valid": False},
        {"headers": signed(secrets[0], -4_000), "body": body, "secrets": secrets, "valid": False},
        {"headers": {}, "body": body, "secrets": secrets, "valid": False},
    ]
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    run("webhooks.mjs", str(module), str(tmp_path / "cases.json"))
