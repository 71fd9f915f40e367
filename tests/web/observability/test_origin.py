"""What a log line says of the sender: nothing that a sender could make up as our own."""

import pytest

from app.web.http.client_address import ClientAddresses
from app.web.observability.origin import is_sampled, origin_of

TRACE = "0af7651916cd43dd8448eb211c80319c"
ADDRESSES = ClientAddresses(["10.0.0.0/8"])


def test_a_trusted_proxy_names_the_client() -> None:
    fields = [(b"x-forwarded-for", b"192.0.2.7"), (b"x-request-id", b"lb-17")]

    assert origin_of(fields, ("10.0.0.1", 1), ADDRESSES) == ("192.0.2.7", None, "lb-17")
    assert origin_of(fields, ("203.0.113.9", 1), ADDRESSES).client == "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (["unix"], "192.0.2.7", "192.0.2.7"),
        (["unix", "10.0.0.0/8"], "192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (["unix"], "192.0.2.7, 10.0.0.2", "10.0.0.2"),
        (["unix"], "unix", "unknown"),
        (["10.0.0.0/8"], "192.0.2.7", "unknown"),
    ],
)
def test_what_connects_by_a_unix_socket_has_no_address(
    proxies: list[str], forwarded: str, client: str
) -> None:
    addresses = ClientAddresses(proxies)

    assert addresses.of(None, forwarded) == client
    assert addresses.is_trusted(None) is ("unix" in proxies)
    assert not addresses.is_trusted("unix")


@pytest.mark.parametrize(
    ("traceparent", "is_read", "samples"),
    [
        (f"00-{TRACE}-b7ad6b7169203331-01", True, True),
        (f"00-{TRACE}-b7ad6b7169203331-00", True, False),
        (f"cc-{TRACE}-b7ad6b7169203331-01-later", True, True),
        (f"ff-{TRACE}-b7ad6b7169203331-01", False, False),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", False, False),
        (f"00-{TRACE.upper()}-b7ad6b7169203331-01", False, False),
        ("x" * 60_000, False, False),
        ("", False, False),
    ],
)
def test_a_malformed_traceparent_is_ignored(traceparent: str, is_read: bool, samples: bool) -> None:
    fields = [(b"traceparent", traceparent.encode())]

    assert origin_of(fields, None, ADDRESSES).trace_id == (TRACE if is_read else None)
    assert is_sampled(fields) is samples


@pytest.mark.parametrize("given", [b"two words", b"a\nb", b"x" * 101, b"\xff", b""])
def test_an_id_that_could_forge_a_line_is_left_out(given: bytes) -> None:
    assert origin_of([(b"x-request-id", given)], None, ADDRESSES).client_request_id is None
