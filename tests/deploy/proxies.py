"""The proxies of deploy/, started on free ports in front of a server on this machine."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
STARTS_WITHIN_SECONDS = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def needs(program: str, package: str) -> str:
    """The path of a program; skips the test where it is not installed."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{program} is not installed; on Debian: apt-get install {package}")
    return found


def needs_xkey() -> None:
    """Skips the test where Varnish lacks the module for surrogate keys."""
    places = (Path("/usr/lib"), Path("/usr/local/lib"))
    if not any(True for place in places for _ in place.glob("**/vmods/libvmod_xkey.so")):
        pytest.skip("Varnish lacks xkey; on Debian: apt-get install varnish-modules")


@contextmanager
def varnish(folder: Path, *, port: int, upstream: int, other: int | None = None) -> Iterator[None]:
    """Varnish with deploy/varnish.vcl before one server, or two."""
    program = needs("varnishd", "varnish varnish-modules")
    needs_xkey()
    vcl = (DEPLOY / "varnish.vcl").read_text()
    assert vcl.count('.port = "8000"') == 1
    vcl = vcl.replace('.port = "8000"', f'.port = "{upstream}"')
    # Without a second server nothing listens there.
    vcl = vcl.replace('.port = "8001"', f'.port = "{other or free_port()}"')
    place = folder / "test.vcl"
    place.write_text(vcl)
    work = folder / "varnish"
    work.mkdir()
    options = ["-F", "-f", str(place), "-a", f"127.0.0.1:{port}", "-n", str(work)]
    options += ["-s", "default,64m", "-p", "http_gzip_support=off"]
    if os.geteuid() == 0:
        options = ["-j", "none", *options]
    with _running([program, *options], folder / "varnish.log", port):
        yield


@contextmanager
def nginx(folder: Path, *, port: int, upstream: int) -> Iterator[None]:
    """nginx with deploy/nginx.conf before one server."""
    program = needs("nginx", "nginx")
    ours = (DEPLOY / "nginx.conf").read_text()
    for pattern, replacement in (
        (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{upstream};"),
        (r"listen 80;", f"listen 127.0.0.1:{port};"),
        (r"server_name [^;]+;", "server_name _;"),
        (r"/var/cache/nginx/morningpost", str(folder / "kept")),
    ):
        ours, count = re.subn(pattern, replacement, ours)
        assert count == 1, pattern
    config = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    folders = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config.write_text(
        f"{user}\ndaemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\n"
        f"error_log {folder}/nginx.log;\nevents {{ worker_connections 256; }}\n"
        f"http {{\naccess_log off;\n{folders}add_header X-Kept $upstream_cache_status always;\n"
        f"{ours}\n}}\n"
    )
    command = [program, "-e", str(folder / "nginx.log"), "-c", str(config)]
    with _running(command, folder / "nginx.out", port):
        yield


@contextmanager
def _running(command: list[str], log: Path, port: int) -> Iterator[None]:
    """Run a program until the block ends; it has begun to listen when this returns."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            assert process.poll() is None, log.read_text()[-3000:]
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < until, log.read_text()[-3000:]
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)
