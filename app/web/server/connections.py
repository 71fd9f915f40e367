"""Open connections of this process: how many there may be, in all and from one address."""

import sys
from asyncio import BaseTransport
from contextlib import suppress

from app.web.http.client_address import ClientAddresses
from app.web.limits.shares import Shares

if sys.platform != "win32":
    import resource

RESERVED_FILES = 100
"""Open files that are not connections: the database, logs, listening sockets, imports."""


def connections_within(most: int) -> int:
    """The limit that holds: `most`, or what the system lets this process open.

    Beyond the system's limit no connection can even be refused: `accept` itself fails.
    """
    if sys.platform != "win32":
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if files != resource.RLIM_INFINITY:
            room = max(files - RESERVED_FILES, 1)
            return min(most, room) if most else room
    return most


def raise_file_limit(most: int) -> None:
    """Let this process open as many files as so many connections need, if the system permits."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + RESERVED_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Connections:
    """Admits connections and counts them until they are lost.

    A connection is known by its transport, which stays when a WebSocket takes it over.
    """

    def __init__(self, shares: Shares, addresses: ClientAddresses) -> None:
        self._shares = shares
        self._addresses = addresses
        self._open: dict[BaseTransport, str] = {}

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, transport: BaseTransport, client: tuple[str, int] | None) -> bool:
        """Count a new connection; `False` where there are too many already.

        The limit by address does not apply to trusted proxies, which carry the connections of all
        clients, nor to connections without an address, such as those of a Unix socket.
        """
        host = client[0] if client else None
        address = self._addresses.of(host)
        is_exempt = address == "unknown" or self._addresses.is_trusted(host)
        if self._shares.take(address, is_exempt=is_exempt) is not None:
            return False
        self._open[transport] = address
        return True

    def release(self, transport: BaseTransport) -> None:
        """Forget a connection that is lost; one that was not admitted is not there."""
        address = self._open.pop(transport, None)
        if address is not None:
            self._shares.leave(address)
