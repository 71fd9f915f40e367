"""Read slices without a network: short, in order, none lost, and none fed while paused."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from hypothesis import given, strategies as st

from app.web.server.read_slices import ReadSlices

LONG = 10


class Loop:
    """Keeps what is to be called until a test runs the loop."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], None]] = []

    def call_soon(self, call: Callable[[], None]) -> None:
        self.soon.append(call)

    def turn(self) -> None:
        calls, self.soon = self.soon, []
        for call in calls:
            call()


class Transport:
    def __init__(self, protocol: asyncio.Protocol) -> None:
        self.protocol = protocol
        self.is_read = True
        self.is_closed = False

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_protocol(self) -> asyncio.Protocol:
        return self.protocol


class Taking(asyncio.Protocol):
    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.is_held = False
        self.loop = Loop()
        self.transport = Transport(self)
        self.slices = ReadSlices(
            cast(Any, self.transport),
            cast(Any, self.loop),
            feed=lambda data: self.take(data),
            size=LONG,
            is_paused=lambda: self.is_held,
        )

    def take(self, data: bytes) -> None:
        self.taken.append(data)

    def data_received(self, data: bytes) -> None:
        self.slices.receive(data)


def test_a_short_packet_is_taken_at_once() -> None:
    one = Taking()
    one.data_received(b"x" * LONG)
    assert one.taken == [b"x" * LONG]
    assert one.transport.is_read


def test_a_long_packet_is_taken_a_piece_a_turn_with_nothing_read_meanwhile() -> None:
    one = Taking()
    one.data_received(bytes(range(25)))
    assert one.taken == [bytes(range(10))]
    assert not one.transport.is_read

    one.loop.turn()
    assert one.taken[1:] == [bytes(range(10, 20))]
    assert not one.transport.is_read

    one.loop.turn()
    assert one.taken[2:] == [bytes(range(20, 25))]
    assert one.transport.is_read


def test_the_rest_goes_to_what_the_connection_has_become() -> None:
    first, second = Taking(), Taking()

    def become(data: bytes) -> None:
        first.taken.append(data)
        first.transport.protocol = second

    first.take = become  # type: ignore[method-assign]
    first.data_received(b"a" * LONG + b"bc")
    assert (first.taken, second.taken) == ([b"a" * LONG], [b"bc"])
    assert not first.slices.has_pending
    assert first.transport.is_read


def test_nothing_more_is_taken_of_what_is_closed() -> None:
    one = Taking()
    one.data_received(b"x" * 30)
    one.transport.is_closed = True
    one.loop.turn()
    assert one.taken == [b"x" * LONG]
    assert not one.slices.has_pending


@given(
    st.lists(
        st.one_of(st.binary(min_size=1, max_size=35), st.sampled_from(["turn", "hold", "go on"])),
        max_size=30,
    )
)
def test_all_is_taken_in_order_whatever_comes_between(events: list[bytes | str]) -> None:
    one = Taking()
    sent = b""
    for event in events:
        if isinstance(event, bytes):
            # The loop gives packets that were on their way when reading was paused.
            sent += event
            one.data_received(event)
        elif event == "hold":
            one.is_held = True
        else:
            one.is_held = False if event == "go on" else one.is_held
            one.slices.resume() if event == "go on" else one.loop.turn()
        assert all(len(piece) <= LONG for piece in one.taken)
        assert sent.startswith(b"".join(one.taken))
        assert one.slices.has_pending or b"".join(one.taken) == sent
    one.is_held = False
    one.slices.resume()
    for _ in range(len(sent) + 1):
        one.loop.turn()
    assert b"".join(one.taken) == sent
