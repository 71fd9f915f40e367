"""A rolling upgrade in short. The long one: `python -m tests.hardship upgrade`."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from tests.conftest import DATABASES
from tests.hardship import upgrade
from tests.hardship.figures import told
from tests.sampling import IS_CI

pytestmark = [pytest.mark.end_to_end, pytest.mark.trial]


@pytest.fixture(params=DATABASES if IS_CI else DATABASES[-1:])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'paper.db'}"
        return
    server: URL = request.getfixturevalue("postgres_url")
    name = f"upgraded_{request.getfixturevalue('worker_name')}"
    with psycopg.connect(server.render_as_string(), autocommit=True) as maintenance:
        maintenance.execute(f"CREATE DATABASE {name}".encode())
        yield server.set(database=name).render_as_string()
        maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


async def test_the_release_before_and_this_one_share_a_database(
    empty_database: str, tmp_path: Path
) -> None:
    before = upgrade.release_before(tmp_path)
    if before is None:
        pytest.skip("there is no history of git here to take the release before from")

    figures = await upgrade.run(empty_database, folder=tmp_path, before=before, writes=1)

    assert told([figures]) == []
    assert figures.counts["issues"] >= 7 * upgrade.WRITERS
