"""Write the generated files of our own clients.

    cd clients; python -m client_generator [--check]

With `--check` nothing is written, and the exit code is 1 where a file differs.
"""

import json
import sys
from pathlib import Path

from client_generator import python, typescript

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Write the files, or compare them."""
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text())
    source = ROOT / "clients" / "typescript" / "src"
    files = {
        ROOT / "clients" / "python" / "morningpost_client" / "operations.py": python.operations,
        source / "operations.ts": typescript.operations,
        source / "types.ts": typescript.types,
    }
    is_checked = "--check" in sys.argv
    differs = False
    for path, write in files.items():
        written = write(document)
        if is_checked:
            differs |= not path.exists() or path.read_text() != written
        else:
            path.write_text(written)
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
