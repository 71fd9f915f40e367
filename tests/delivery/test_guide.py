"""The receivers of docs/webhooks.md, run as they are: in Python, and in JavaScript."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import pytest

from app.content.webhook_signature import format_secret, new_secret, signed_headers

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/webhooks.md").read_text()
NODE_MODULES = ROOT / ".ci/contract/node_modules"
SECRET = new_secret()


def snippet(language: str, *, holding: str) -> str:
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (found,) = [block for block in blocks if holding in block]
    return str(found)


def event(number: int, type_: str = "issue.published") -> bytes:
    data = {"issue": {"number": number, "title": "Grüße"}}
    return orjson.dumps({"id": f"evt_{number}", "sequence": number, "type": type_, "data": data})


@contextmanager
def running(*command: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start a receiver on a free port; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "WEBHOOK_SECRET": format_secret(SECRET)}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "the receiver ended"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/", process
    finally:
        process.kill()
        process.wait()


def post(url: str, body: bytes, id_: str, *secrets: bytes, at: datetime | None = None) -> int:
    headers = signed_headers(body, event_id=id_, at=at or datetime.now(UTC), secrets=secrets)
    answer = httpx.post(url, content=body, headers=headers, trust_env=False)
    return answer.status_code


def judge(*command: str, folder: Path) -> None:
    """A receiver takes what is signed with its secret, once, and refuses everything else."""
    with running(*command, folder=folder) as (url, process):
        statuses = [
            post(url, event(1), "evt_1", SECRET),
            post(url, event(1), "evt_1", SECRET),
            post(url, event(2), "evt_2", new_secret(), SECRET),
            post(url, event(3), "evt_3", new_secret()),
            post(url, event(4), "evt_4", SECRET, at=datetime.now(UTC) - timedelta(minutes=6)),
            post(url, event(5, "trending.updated"), "evt_5", SECRET),
        ]
        # A receiver answers before it works on an event.
        assert process.stdout is not None
        printed = [process.stdout.readline().rstrip() for _ in range(3)]
        process.terminate()
        printed += process.communicate(timeout=20)[0].splitlines()

    assert statuses == [204, 204, 204, 400, 400, 204]
    assert printed == ["issue.published 1", "issue.published 2", "trending.updated"]


def test_the_receiver_in_python(tmp_path: Path) -> None:
    (tmp_path / "receiver.py").write_text(snippet("python", holding="Webhook("))

    judge(sys.executable, "receiver.py", folder=tmp_path)


@pytest.mark.skipif(
    shutil.which("node") is None or not (NODE_MODULES / "standardwebhooks").is_dir(),
    reason="`make contract` installs the package and runs this test",
)
def test_the_receiver_in_javascript(tmp_path: Path) -> None:
    (tmp_path / "receiver.mjs").write_text(snippet("js", holding="new Webhook("))
    (tmp_path / "node_modules").symlink_to(NODE_MODULES)

    judge("node", "receiver.mjs", folder=tmp_path)


def test_catching_up_from_the_log(tmp_path: Path) -> None:
    """The log in two pages, the first of which begins after what is no longer kept."""
    pages = {"": ([1, 2], "c2", True), "c2": ([3], "c3", False)}
    asked: list[str] = []

    script = tmp_path / "catch_up.py"
    script.write_text(snippet("python", holding="next_cursor"))
    with log_server(pages, asked) as api:
        done = subprocess.run(
            [sys.executable, str(script)],
            env={**os.environ, "API": api},
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )

    assert done.stdout.split("\n") == [*(f"issue.published {n}" for n in (1, 2, 3)), "c3", ""]
    assert "no longer kept" in done.stderr
    assert len(asked) == 2


@contextmanager
def log_server(pages: dict[str, tuple[list[int], str, bool]], asked: list[str]) -> Iterator[str]:
    """Serve pages of a log by their cursors; only the first page is truncated."""

    class Log(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            cursor = query.get("after", [""])[0]
            asked.append(cursor)
            numbers, further, has_more = pages[cursor]
            page = {"next_cursor": further, "has_more": has_more, "truncated": not cursor}
            data = [orjson.loads(event(number)) for number in numbers]
            body = orjson.dumps({"data": data, "page": page})
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Log)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
