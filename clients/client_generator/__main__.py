"""Write the generated files of our own clients, and the Bruno collection.

    cd clients; python -m client_generator [--check]

With `--check` nothing is written, and the exit code is 1 where a file differs.
"""

import json
import sys
from pathlib import Path

from client_generator import bruno, python, typescript

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Write the files, or compare them."""
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text())
    clients = ROOT / "clients"
    source = clients / "typescript" / "src"
    files = {
        clients / "python" / "morningpost_client" / "operations.py": python.operations(document),
        source / "operations.ts": typescript.operations(document),
        source / "types.ts": typescript.types(document),
        **{clients / "bruno" / path: text for path, text in bruno.collection(document).items()},
    }
    # Requests of operations that are gone.
    stale = {path for path in (clients / "bruno").rglob("*.bru") if path not in files}
    if "--check" in sys.argv:
        return int(bool(stale) or any(_differs(path, text) for path, text in files.items()))
    for path in stale:
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return 0


def _differs(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text() != text


if __name__ == "__main__":
    sys.exit(main())
