"""Which URLs a webhook may have: https, and hosts of the public internet however they are spelt."""

from ipaddress import ip_address

import pytest

from app.content.public_address import is_public, url_fault

FORBIDDEN = [
    "http://hooks.example.org/",  # not encrypted
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1./",
    "https://127。0。0。1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.31.255.255:8443/hook",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",  # the metadata service of Alibaba
    "https://192.0.0.192/",  # that of Oracle
    "https://198.18.0.1/",
    "https://203.0.113.7/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",  # NAT64
    "https://[2002:7f00:1::]/",  # 6to4
    "https://[2001:0:7f00:1::]/",  # Teredo
    "https://[fe80::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[fec0::1]/",
    "https://localhost/",
    "https://LOCALHOST:8443/",
    "https://api.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://intranet/",
    "https://router.home.arpa/",
    "https://user:word@hooks.example.org/",
    "https://hooks.example.org\\@127.0.0.1/",
    "https://hooks.example.org/#part",
    "https://hooks.example.org:99999/",
    "https://[::1/",
    "https:///hook",
    "ftp://hooks.example.org/",
    "https://bücher.example/",
    "https://-.example/",
    "https://" + "a." * 130 + "example/",
]


@pytest.mark.parametrize("url", FORBIDDEN)
def test_an_address_that_is_not_public_is_refused(url: str) -> None:
    fault = url_fault(url, allow_private=False)

    assert fault is not None
    assert "127" not in fault


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/paper?team=1",
        "https://xn--bcher-kva.example:8443/",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
        "https://hook_1.example.org./",
    ],
)
def test_a_public_address_is_accepted(url: str) -> None:
    assert url_fault(url, allow_private=False) is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:3000/", "http://localhost:3000/hooks", "https://[::1]/"]
)
def test_private_addresses_may_be_allowed_for_development(url: str) -> None:
    assert url_fault(url, allow_private=True) is None


@pytest.mark.parametrize("url", ["ftp://localhost/", "http://user@localhost/", "http://127.1/"])
def test_even_then_a_url_is_a_plain_one(url: str) -> None:
    assert url_fault(url, allow_private=True) is not None


@pytest.mark.parametrize(
    "address",
    ["192.88.99.1", "2001:db8::1", "3fff::1", "5f00::1", "64:ff9b:1::1", "::ffff:10.0.0.1"],
)
def test_special_purpose_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


def test_an_ipv4_address_counts_as_itself_in_the_forms_that_reach_it() -> None:
    assert is_public(ip_address("::ffff:93.184.216.34"))
    assert is_public(ip_address("64:ff9b::5db8:d822"))
