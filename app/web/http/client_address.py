"""The client address that rate limits count by, and which addresses are trusted proxies."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

UNIX = "unix"
"""The name in the list of trusted proxies for connections by a Unix socket."""

_MAX_HOPS = 32
"""Entries of `X-Forwarded-For` that are read, from the right."""

_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class ClientAddresses:
    """Reads client addresses, given the networks of trusted proxies."""

    def __init__(self, trusted_proxies: Sequence[str] = ()) -> None:
        """Take addresses, networks and `unix`. Raises `ValueError` for anything else."""
        networks = [proxy for proxy in trusted_proxies if proxy != UNIX]
        self._trusted = [ipaddress.ip_network(network, strict=False) for network in networks]
        self._trusts_unix = UNIX in trusted_proxies

    def is_trusted(self, client: str | None) -> bool:
        """Whether a connection comes from a trusted proxy; `None` is a Unix socket's."""
        if client is None:
            return self._trusts_unix
        address = _parsed(client)
        return address is not None and self._is_trusted(address)

    def of(self, client: str | None, forwarded_for: str | None = None) -> str:
        """Return the address to count by: of IPv6 the /64 network; `unknown` if there is none."""
        address = _parsed(client or "")
        # Each proxy appends the address that called it, so the first from the right that is no
        # trusted proxy is the client that a trusted proxy has seen.
        is_proxy = self.is_trusted(client)
        hops = (forwarded_for or "").split(",")[-_MAX_HOPS:]
        while hops and is_proxy:
            hop = _parsed(hops.pop())
            if hop is None:
                break
            address, is_proxy = hop, self._is_trusted(hop)
        if address is None:
            return "unknown"
        if address.version == 4:
            return str(address)
        return str(ipaddress.ip_network((address, 64), strict=False))

    def _is_trusted(self, address: _IPAddress) -> bool:
        return any(address in network for network in self._trusted)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> _IPAddress | None:
    """Read an address as `X-Forwarded-For` may hold it: with a port, or in brackets."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
