"""The wheel alone, installed into an environment of its own, works in any folder.

Its dependencies come from the environment of the tests: no index is asked.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.hardship.server import Server

pytestmark = [pytest.mark.end_to_end, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[1]

COMMAND_SECONDS = 120
"""For one command. The longest, `demo`, takes a few seconds on a machine that has time."""


def build(folder: Path) -> Path:
    """Build the wheel of a fixed instant."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    subprocess.run([*command, "--directory", str(folder)], cwd=ROOT, check=True, env=environment)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel, and no checkout."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, symlinks=True)
    programs = environment / "bin"
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    install = [uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--no-config"]
    install.append("--compile-bytecode")
    subprocess.run([*install, "--python", str(programs / "python"), str(wheel)], check=True)
    # A path file is not read for the path files that lie there: none leads to the checkout.
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return programs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose own package has the same name as ours, and ends whatever imports it."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('the app of someone else')\n")
    return tmp_path


def test_it_holds_the_migrations_and_the_contract_once(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    for part in ("alembic", "openapi"):
        found = {Path(name).relative_to(f"app/packaged/{part}") for name in names
                 if name.startswith(f"app/packaged/{part}/")}  # fmt: skip
        there = {
            file.relative_to(ROOT / part)
            for file in (ROOT / part).rglob("*.*")
            if file.is_file() and "__pycache__" not in file.parts
        }
        assert found == there
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"app"}


def test_it_says_what_it_is_and_what_it_needs(wheel: Path, programs: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    described = archive.read(metadata).decode()
    (listed,) = (name for name in archive.namelist() if ".dist-info/sboms/" in name)
    components = json.loads(archive.read(listed))["components"]

    assert "app/py.typed" in archive.namelist()
    for extra in ("postgres", "redis", "otel"):
        assert f"Provides-Extra: {extra}" in described
    for version in ("3.11", "3.12", "3.13", "3.14"):
        assert f"Classifier: Programming Language :: Python :: {version}" in described
    assert "Description-Content-Type: text/markdown" in described
    assert {"fastapi", "redis", "opentelemetry-sdk"} <= {each["name"] for each in components}
    assert all(each["version"] for each in components)
    assert {"morningpost", "ai-morning-post"} <= {path.name for path in programs.iterdir()}


def test_two_builds_are_equal_to_the_byte(wheel: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "again").read_bytes() == wheel.read_bytes()


@pytest.mark.trial
def test_it_migrates_checks_and_serves_the_demo_beside_another_app(
    programs: Path, folder: Path
) -> None:
    def run(*words: str) -> str:
        done = subprocess.run(
            [programs / "morningpost", *words],
            cwd=folder,
            env={name: v for name, v in os.environ.items() if name != "PYTHONPATH"},
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    # Each command imports the application, which is most of its time: no more than are needed.
    assert "0002" in run("migrate", "--to", "0002")
    assert "up to date" in run("migrate")
    assert "what the code says" in run("openapi", "check")
    assert "12 demo issues" in run("demo")

    url = f"sqlite:///{folder}/data/morningpost.db"
    program = [str(programs / "morningpost"), "serve"]
    with Server(url, folder=folder, workers=2, program=program) as server:
        latest = httpx.get(f"{server.url}/v1/issues/latest", timeout=30)
        pages = httpx.get(f"{server.url}/", timeout=30)

    assert (latest.status_code, latest.json()["number"]) == (200, 12)
    assert pages.status_code == 200
