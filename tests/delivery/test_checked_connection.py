"""Connections of webhooks: one lookup, and only to the addresses that it gave and were checked."""

from collections.abc import Iterable, Sequence
from typing import Any

import httpcore
import pytest

from app.delivery.checked_connection import (
    AddressNotPublic,
    CheckedBackend,
    CheckedTransport,
    UnknownHost,
)
from app.delivery.sender import Sender
from tests.conftest import Clock

PUBLIC, OTHER_PUBLIC, PRIVATE = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "127.0.0.1"


class Network(httpcore.AsyncMockBackend):
    """Notes where a connection goes; some addresses do not answer."""

    def __init__(self, *deaf: str) -> None:
        super().__init__([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
        self.deaf = deaf
        self.connected: list[str] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.connected.append(host)
        if host in self.deaf:
            raise httpcore.ConnectError
        return await super().connect_tcp(host, port, timeout, local_address, socket_options)


class Names:
    """A resolver whose answers differ from one lookup to the next."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.lookups = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.lookups += 1
        return self.answers.pop(0)


async def connect(names: Names, network: Network, *, allow_private: bool = False) -> None:
    backend = CheckedBackend(names, allow_private=allow_private, inner=network)
    await backend.connect_tcp("rebinding.example", 443)


async def test_a_second_lookup_that_differs_is_never_made() -> None:
    names, network = Names([PUBLIC], [PRIVATE]), Network()

    await connect(names, network)

    assert names.lookups == 1
    assert network.connected == [PUBLIC]


async def test_each_connection_is_checked_anew() -> None:
    names, network = Names([PUBLIC], [PRIVATE]), Network()

    await connect(names, network)
    with pytest.raises(AddressNotPublic):
        await connect(names, network)

    assert network.connected == [PUBLIC]


async def test_one_private_address_among_others_refuses_the_name() -> None:
    network = Network()

    with pytest.raises(AddressNotPublic):
        await connect(Names([PUBLIC, PRIVATE]), network)

    assert network.connected == []


async def test_every_checked_address_is_tried() -> None:
    network = Network(OTHER_PUBLIC)

    await connect(Names([OTHER_PUBLIC, PUBLIC]), network)

    assert network.connected == [OTHER_PUBLIC, PUBLIC]


async def test_a_name_without_an_address_is_unknown() -> None:
    with pytest.raises(UnknownHost):
        await connect(Names([]), Network())


async def test_private_addresses_may_be_allowed() -> None:
    network = Network()

    await connect(Names([PRIVATE]), network, allow_private=True)

    assert network.connected == [PRIVATE]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:10.0.0.1", "fe80::1%2"])
async def test_an_attempt_at_a_private_address_fails_in_words(address: str) -> None:
    """Whatever the URL is, and however it got past the checks of its creation."""
    transport = CheckedTransport(allow_private=False, resolve=Names([address]))
    sender = Sender(transport, clock=Clock())

    outcome = await sender.post(
        "https://hooks.example/", b"{}", event_id="evt_1", secrets=(b"s" * 32,)
    )
    await sender.close()

    assert outcome.status is None
    assert outcome.error == "The host has an address that is not public."
