"""Packages that only yardsticks need: fetched when they are first measured, at these versions.

They stay beside the filled databases, out of the repository and of the environment that serves.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.output import tell

APOLLO = ("@apollo/server@5.5.1", "graphql@16.15.0")
AIOSQLITE = ("aiosqlite==0.22.1",)
RANK_BM25 = ("rank-bm25==0.2.2",)

_PATIENCE_SECONDS = 120
"""A hundred small packages over a slow line; who waits longer has none."""


class CannotBorrow(Exception):
    """A tool or the network is missing: the yardstick is left out."""


def apollo(place: Path) -> Path:
    """Find the folder with Apollo Server's `node_modules`, or make it. Raises `CannotBorrow`."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise CannotBorrow(f"there is no {tool}")
    folder = place / _named(APOLLO)
    # Nothing that a package wants to run while it is installed is needed here.
    options = ("--no-audit", "--no-fund", "--ignore-scripts", "--save-exact")
    _install(folder, ["npm", "install", *options, "--prefix", str(folder), *APOLLO])
    return folder


def aiosqlite(place: Path) -> Path:
    """Find the folder for Python's path that has the driver, or make it. Raises `CannotBorrow`."""
    return _of_python(place, AIOSQLITE)


def rank_bm25(place: Path) -> Path:
    """Find the folder for Python's path that has plain bm25, or make it. Raises `CannotBorrow`."""
    return _of_python(place, RANK_BM25)


def _of_python(place: Path, packages: Sequence[str]) -> Path:
    folder = place / _named(packages)
    pip = [sys.executable, "-m", "pip", "install"]
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is not None:
        pip = [uv, "pip", "install", "--python", sys.executable]
    _install(folder, [*pip, "--target", str(folder), *packages])
    return folder


def _install(folder: Path, command: Sequence[str]) -> None:
    """Run a command that fills a folder; one that was not filled to the end is filled anew."""
    done = folder / ".done"
    if done.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tell(f"Installing {folder.name} for this measurement …")
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or b""
        raise CannotBorrow(f"{error} {said.decode(errors='replace')[-300:]}".strip()) from error
    done.touch()


def _named(packages: Sequence[str]) -> str:
    """A folder for each set of versions, so that another pin is another installation."""
    return "-".join(packages).replace("@apollo/", "apollo-").replace("@", "-").replace("==", "-")
