"""The command line. It works on the configured database directly, with all scopes.

Exit codes: 0 done, 1 refused or failed, 2 usage.
"""

from app.cli.commands import main

__all__ = ["main"]
