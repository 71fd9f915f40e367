"""The sockets of a server that does not listen on host and port: Unix sockets, inherited ones."""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.cli.refusal import Refusal
from app.errors import quoted

PERMISSIONS = 0o666
"""Permissions of a Unix socket: every process that can reach its folder may connect."""


@contextmanager
def bound_socket(*, uds: str | None, fd: int | None) -> Iterator[socket.socket | None]:
    """Open the socket that the settings name; `None` where they name host and port.

    The file of a Unix socket is removed at the end.
    """
    if uds is not None and fd is not None:
        raise Refusal("Give a Unix socket or a file descriptor, not both.")
    if fd is not None:
        with _inherited(fd) as bound:
            yield bound
        return
    if uds is None:
        yield None
        return
    with _bound(Path(uds)) as bound:
        yield bound


def _inherited(fd: int) -> socket.socket:
    try:
        return socket.socket(fileno=os.dup(fd))  # its family is found out by the descriptor
    except OSError as error:
        sentence = f"File descriptor {fd} is not a socket that this process has: {error.strerror}."
        raise Refusal(sentence) from error


@contextmanager
def _bound(path: Path) -> Iterator[socket.socket]:
    _remove_abandoned(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(path))
        path.chmod(PERMISSIONS)
    except OSError as error:
        bound.close()
        fault = error.strerror or error
        raise Refusal(f"The server could not listen on {quoted(str(path))}: {fault}.") from error
    identity = path.stat().st_ino
    try:
        yield bound
    finally:
        bound.close()
        with suppress(OSError):
            if path.stat().st_ino == identity:  # another server may have taken the path
                path.unlink()


def _remove_abandoned(path: Path) -> None:
    """Remove the file of a server that was killed; that of a running one stays, and is refused."""
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            return
    except OSError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, suppress(OSError):
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
