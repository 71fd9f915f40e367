"""Which addresses a webhook may be sent to: those of the public internet.

The tables are our own and not `ipaddress.is_global`, whose answer depends on the version of Python.
IANA special-purpose address registries, read 2026-11.
"""

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
"""What IANA assigns from. Loopback, mapped, unique local and link-local addresses are outside."""
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
"""Protocol assignments with Teredo, documentation, and 6to4, which wraps any IPv4 address."""
_NAT64 = ip_network("64:ff9b::/96")

_LOCAL_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home.arpa")
"""Last parts of names that only a local network resolves."""
_IN_NUMBERS = re.compile(r"(?:\d+|0[xX][0-9a-fA-F]*)")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_MAX_NAME = 253


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public internet.

    An IPv4 address inside an IPv6 one counts as itself where the system unwraps it (mapped
    addresses and NAT64); other wrappings are never public.
    """
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is None:
            return address in _PUBLIC_6 and not any(address in each for each in _NOT_PUBLIC_6)
        address = inner
    return not any(address in network for network in _NOT_PUBLIC_4)


def url_fault(url: str, *, allow_private: bool) -> str | None:
    """Return what is wrong with the URL of an endpoint as a sentence, or `None`.

    It looks up no name: the addresses of a name are checked at each connection, since they may
    change after any check. `allow_private` permits http, private addresses and local names.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "Give an absolute https URL."
    if parts.scheme.lower() not in ({"https", "http"} if allow_private else {"https"}):
        return "Give an https URL." if not allow_private else "Give an https or http URL."
    if parts.username is not None or parts.password is not None or "\\" in url:
        return "Give a URL without user name and password; a secret signs every request."
    if "#" in url:
        return "Give a URL without a fragment."
    return _host_fault(host, allow_private=allow_private)


def _host_fault(host: str, *, allow_private: bool) -> str | None:
    try:
        address = ip_address(host)
    except ValueError:
        return _name_fault(host.lower(), allow_private=allow_private)
    if allow_private or is_public(address):
        return None
    return "Give the address of a host on the public internet."


def _name_fault(name: str, *, allow_private: bool) -> str | None:
    if not name.isascii():
        return "Write an internationalised name in its ASCII form, which begins xn--."
    if len(name) > _MAX_NAME or not _NAME.fullmatch(name):
        return "Give the name of a host, or its IP address."
    plain = name.removesuffix(".")
    # 127.1, 0x7f000001 and 2130706433 are names to us and 127.0.0.1 to most resolvers.
    if _IN_NUMBERS.fullmatch(plain.rpartition(".")[2]):
        return "Write an IP address in its usual form, such as 192.0.2.1."
    if allow_private:
        return None
    if "." not in plain or plain.endswith(tuple(f".{local}" for local in _LOCAL_NAMES)):
        return "Give the name of a host on the public internet."
    return None
