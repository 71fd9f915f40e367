"""What is made once for a run: the first worker to need it makes it, and the others wait."""

import fcntl
from collections.abc import Callable
from pathlib import Path


def made_once(path: Path, make: Callable[[Path], None]) -> Path:
    """Return a file that `make` writes, unless another worker of the run has written it.

    `make` gets a path beside it: a file that was written in part is never taken for the whole.
    """
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            part = path.with_name(f"{path.name}.part")
            part.unlink(missing_ok=True)
            make(part)
            part.rename(path)
    return path
