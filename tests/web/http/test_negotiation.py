"""`Accept` and `Accept-Encoding`, weighed."""

import pytest
from hypothesis import given, strategies as st
from starlette.datastructures import Headers

from app.web.http.negotiation import best_encoding, best_media_type, combined

JSON, MARKDOWN = "application/json", "text/markdown"
OFFERED = (JSON, MARKDOWN)

header_text = st.text(
    alphabet=st.sampled_from('abz*/;,=q"\\. 019+-\t') | st.characters(max_codepoint=255),
    max_size=300,
)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("*", JSON),
        ("text/markdown", MARKDOWN),
        ("TEXT/Markdown", MARKDOWN),
        ("text/*", MARKDOWN),
        ("application/json, text/markdown", JSON),
        ("text/markdown, application/json", JSON),
        ("application/json;q=0.5, text/markdown", MARKDOWN),
        ("application/json;q=0.5,text/markdown;q=0.5", JSON),
        ("*/*;q=0.1, text/markdown;q=0.2", MARKDOWN),
        ("text/*, text/markdown;q=0", None),
        ("*/*, application/json;q=0", MARKDOWN),
        ("application/json; charset=utf-8", JSON),
        ('text/markdown; note="a,b;q=0"; q=1, application/json;q=0.9', MARKDOWN),
        ("text/markdown ; q = 0.4 , application/json;Q=0.3", MARKDOWN),
        ("text/html, image/png", None),
        ("*/*;q=0", None),
        ("application/json;q=high, text/markdown", MARKDOWN),
        ("application/json;q=1.5, text/markdown;q=0.1", MARKDOWN),
        ("banana", JSON),
        ("*/json", JSON),
    ],
)
def test_media_type_follows_the_weights(accept: str | None, chosen: str | None) -> None:
    assert best_media_type(accept, OFFERED) == chosen


@pytest.mark.parametrize(
    ("accept_encoding", "chosen"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("gzip;q=1, br;q=0.9", "gzip"),
        ("br;q=0", "identity"),
        ("*", "br"),
        ("*, br;q=0", "zstd"),
        ("*;q=0", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0", "identity"),
        ("deflate, compress", "identity"),
        ("gzip;q=0.001", "gzip"),
        ("gzip;q=nan", "identity"),
    ],
)
def test_encoding_follows_the_weights(accept_encoding: str | None, chosen: str) -> None:
    assert best_encoding(accept_encoding) == chosen


def test_an_over_long_list_is_cut_after_a_whole_member() -> None:
    many = ", ".join(["image/png"] * 1000) + ", text/markdown"

    assert best_media_type(many, OFFERED) is None


def test_the_lines_of_a_list_header_are_joined() -> None:
    headers = Headers(raw=[(b"accept", b"text/html"), (b"accept", b"text/markdown")])

    assert combined(headers, "accept") == "text/html, text/markdown"
    assert combined(headers, "if-match") is None


@given(header_text)
def test_no_accept_header_breaks_the_choice(accept: str) -> None:
    assert best_media_type(accept, OFFERED) in {*OFFERED, None}


@given(header_text)
def test_no_accept_encoding_header_breaks_the_choice(accept_encoding: str) -> None:
    assert best_encoding(accept_encoding) in {"identity", "gzip", "br", "zstd"}


@given(st.dictionaries(st.sampled_from(["gzip", "br", "zstd"]), st.integers(0, 9), min_size=1))
def test_no_other_coding_outweighs_the_chosen_one(weights: dict[str, int]) -> None:
    chosen = best_encoding(", ".join(f"{name};q=0.{q}" for name, q in weights.items()))

    assert weights.get(chosen, 0) == max(weights.values())
