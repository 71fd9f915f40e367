"""How ASGI yardsticks are served: uvicorn as ours runs on it, without what ours does not do."""

import sys


def command(app: str, port: int) -> list[str]:
    """Say how to start an application, `module:name`."""
    return [
        *(sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "warning"),
        *("--loop", "uvloop", "--http", "httptools", "--lifespan", "off"),
        *("--no-access-log", "--no-server-header", "--no-proxy-headers"),
    ]
