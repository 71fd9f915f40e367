"""Database URLs in the spellings that hosting services use, and what is refused."""

from pathlib import Path

import pytest

from app.database.url import database_url, postgres_url


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_each_spelling_of_postgresql_gets_our_driver(scheme: str) -> None:
    url = database_url(f"{scheme}://paper:secret@db.internal:6432/news", setting="X")

    assert url.render_as_string(False) == (
        "postgresql+psycopg://paper:secret@db.internal:6432/news"
    )


def test_several_hosts_reach_libpq() -> None:
    url = database_url(
        "postgres://paper@one:5433,two/news?target_session_attrs=read-write", setting="X"
    )

    _, options = url.get_dialect()().create_connect_args(url)
    assert options == {
        "user": "paper",
        "dbname": "news",
        "host": "one,two",
        "port": "5433,5432",
        "target_session_attrs": "read-write",
    }


@pytest.mark.parametrize("text", ["mysql://host/news", "news.db", "postgresql://h:port/news", ""])
def test_what_is_no_url_of_ours_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="MORNINGPOST_X") as refused:
        database_url(text, setting="MORNINGPOST_X")

    assert "port/news" not in str(refused.value)


def test_a_replica_must_be_postgresql(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must begin postgresql://"):
        postgres_url(f"sqlite:///{tmp_path}/x.db", setting="MORNINGPOST_X")
