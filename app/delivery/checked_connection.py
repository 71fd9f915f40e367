"""Connections to public addresses only, to the very address that was checked.

Checking a name and connecting to it later leaves a second lookup, which may give another address
(DNS rebinding). So the check is part of opening the connection: one lookup, whose addresses are
checked and then connected to. TLS still verifies the certificate against the name.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from app.content.public_address import is_public

LOOKUP_SECONDS = 5.0
LOOKUP_THREADS = 16
"""Their own: lookups that hang must not occupy the threads that other work uses."""
IDLE_SECONDS = 30.0
"""How long an idle connection is kept for the next event."""
MAX_IDLE = 100

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the IP addresses of a host. Raises `OSError`."""


class AddressNotPublic(Exception):
    """The host has an address that webhooks must not reach."""


class UnknownHost(Exception):
    """The name of the host could not be resolved."""


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a host once, checks all its addresses, and connects to one of them."""

    def __init__(
        self,
        resolve: Resolve,
        *,
        allow_private: bool,
        inner: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        """`inner` opens the connections; tests replace it."""
        self._resolve = resolve
        self._allow_private = allow_private
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers.

        Raises:
            AddressNotPublic: one of the addresses is not public. The others are not tried
                either: the owner of the name chooses their order.
            UnknownHost: the name has no address.
        """
        failure: Exception | None = None
        for address in await self._checked(host, port):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or UnknownHost(host)

    async def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> Any:
        """Refuse: an endpoint is a host."""
        raise AddressNotPublic(path)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int) -> list[str]:
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                found = list(dict.fromkeys(await self._resolve(host, port)))
        except (OSError, UnicodeError, TimeoutError) as error:
            raise UnknownHost(host) from error
        if not self._allow_private and not all(is_public(ip_address(each)) for each in found):
            raise AddressNotPublic(host)
        return found


class CheckedTransport(httpx.AsyncBaseTransport):
    """An httpx transport whose connections a `CheckedBackend` opens. It knows no proxies."""

    def __init__(
        self,
        *,
        allow_private: bool,
        resolve: Resolve | None = None,
        ssl_context: SSLContext | None = None,
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(),
            # Unlimited: the dispatcher limits what is in flight, and waiting for a free connection
            # would count against the receiver.
            max_connections=None,
            max_keepalive_connections=MAX_IDLE,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=CheckedBackend(resolve or look_up, allow_private=allow_private),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises exceptions of httpcore, and those of `CheckedBackend`."""
        response = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Stream(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    """The body of a response of httpcore."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._response.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()


async def look_up(host: str, port: int) -> Sequence[str]:
    """Resolve a host with the resolver of the system, in a thread. Raises `OSError`."""

    def resolve() -> list[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [str(address[0]) for *_, address in found]

    return await asyncio.get_running_loop().run_in_executor(_threads(), resolve)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="lookup")
