"""Addresses in pages: of the web, and spelled as a URL may be."""

import pytest

from app.web.site.address import host_of, href


@pytest.mark.parametrize(
    ("posted", "written"),
    [
        ("https://a.test/x?y=1&z=%20#part", "https://a.test/x?y=1&z=%20#part"),
        ("https://a.test/?q=\"'<script>", "https://a.test/?q=%22'%3Cscript%3E"),
        ("https://a.test/100%/%zz", "https://a.test/100%25/%25zz"),
        ("https://a.test/{a|b}^[c]\\d`", "https://a.test/%7Ba%7Cb%7D%5E%5Bc%5D%5Cd%60"),
        ("https://a.test?list[]=1#a#b", "https://a.test?list%5B%5D=1#a%23b"),
        ("https://[::1]:8000/x", "https://[::1]:8000/x"),
        ("HTTPS://A.test/é/日本", "HTTPS://A.test/é/日本"),
        ("https://a\"b.test/", "#"),
        ("javascript:alert(1)", "#"),
        ("java\nscript:alert(1)", "#"),
        ("mailto:a@b.test", "#"),
        ("//a.test/", "#"),
        ("", "#"),
        (None, "#"),
    ],
)  # fmt: skip
def test_an_address_is_spelled_as_a_url_may_be(posted: str | None, written: str) -> None:
    assert href(posted) == written
    assert href(written) == written


def test_an_address_has_the_host_that_it_names() -> None:
    assert host_of("https://Paper.test:8000/x") == "paper.test:8000"
    assert host_of("/icon.svg") == ""
