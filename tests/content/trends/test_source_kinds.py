"""A source refuses kinds that it does not have, in one sentence for every interface."""

import pytest

from app.models.source import missing_kind


@pytest.mark.parametrize(
    ("source", "kind"), [("github", "repository"), ("github", None), (None, "model"), (None, None)]
)
def test_a_kind_that_fits_is_not_refused(source: str | None, kind: None) -> None:
    assert missing_kind(source, kind) is None


def test_the_refusal_names_the_kinds_of_the_source() -> None:
    assert missing_kind("github", "model") == "github has no kind model. Its kinds: repository."


def test_graphql_writes_the_words_as_enum_members() -> None:
    refusal = missing_kind("github", "model", spell=str.upper)

    assert refusal == "GITHUB has no kind MODEL. Its kinds: REPOSITORY."
