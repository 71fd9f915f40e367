"""The command line: everything that the service does, on the database of the settings.

It acts with all scopes and not over HTTP. Exit codes: 0 done, 1 refused or failed, 2 usage.
"""

from app.cli.commands import main

__all__ = ["main"]
