"""Two ways out, without delay: results on stdout, everything else on stderr."""

import sys


def say(line: str) -> None:
    """Print a line of the results."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def tell(line: str) -> None:
    """Say on stderr how it goes."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
