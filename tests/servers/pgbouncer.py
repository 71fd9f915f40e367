"""A real PgBouncer in transaction mode, where the machine has one."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

_CONFIGURATION = """
[databases]
* = host={host} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
ignore_startup_parameters = extra_float_digits
"""


@contextmanager
def pooled(server: URL) -> Iterator[URL]:
    """Run a pooler with four connections before a server; yields the URL to connect to."""
    assert PROGRAM is not None
    folder = Path(tempfile.mkdtemp(prefix="morningpost-pooler-"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    (folder / "ini").write_text(_CONFIGURATION.format(host=server.query["host"], port=port))
    user: dict[str, Any] = {}
    if os.geteuid() == 0:  # it refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, str(folder / "ini")], stdout=log, stderr=log, **user)
    url = server.set(host="127.0.0.1", port=port, query={})
    try:
        _wait_for(url, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def _wait_for(url: URL, log: Path) -> None:
    deadline = time.monotonic() + 20
    while True:
        with suppress(psycopg.OperationalError), psycopg.connect(url.render_as_string()):
            return
        assert time.monotonic() < deadline, f"PgBouncer does not start:\n{log.read_text()}"
        time.sleep(0.05)
