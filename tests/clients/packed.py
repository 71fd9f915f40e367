"""The TypeScript client as it is packed and installed. Needs node and npm."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "clients" / "typescript"


def pack(folder: Path) -> Path:
    """Build the client in a folder, and return the module that a program imports."""
    ignored = shutil.ignore_patterns("node_modules", "dist")
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True, ignore=ignored)
    for command in (
        ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"],
        ["npm", "pack", "--silent"],
    ):
        subprocess.run(command, cwd=folder, check=True, timeout=300)
    tarball = next(folder.glob("morningpost-client-*.tgz"))
    shutil.unpack_archive(tarball, folder / "packed")
    return folder / "packed" / "package" / "dist" / "index.js"
