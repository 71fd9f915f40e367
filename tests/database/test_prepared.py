"""A prepared statement gives the rows that SQLAlchemy gives; what it cannot do, it leaves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.config import Settings
from app.database.prepared import Prepared
from app.database.prepared_writes import change, insert_rows
from app.database.url import PostgresOptions
from app.db import Database, open_database, write_engine
from app.models.base import BigKey, UtcInstant
from tests.counted import counted
from tests.servers.databases import Databases

pytestmark = [pytest.mark.anyio, pytest.mark.both_databases]

NOW = datetime(2026, 5, 3, 6, 0, 0, 250_000, tzinfo=UTC)
THINGS = Table(
    "thing",
    MetaData(),
    Column("id", BigKey, primary_key=True),
    Column("name", String(20)),
    Column("day", Date),
    Column("seen_at", UtcInstant),
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    url = Settings(_env_file=None, database_url=database_url).database
    engine = write_engine(url)
    with engine.begin() as connection:
        THINGS.create(connection)
        rows: list[dict[str, object]] = [
            {"id": 1, "name": "a", "day": NOW.date(), "seen_at": NOW},
            {"id": 2, "name": None, "day": None, "seen_at": None},
            {"id": 3, "name": "ü", "day": NOW.date(), "seen_at": NOW + timedelta(days=1)},
        ]
        connection.execute(THINGS.insert(), rows)
    engine.dispose()
    async with open_database(url) as opened:
        yield opened


async def test_it_gives_what_sqlalchemy_gives(database: Database) -> None:
    statement = (
        select(THINGS, func.count().over().label("count"))
        .where(THINGS.c.id > bindparam("above"), THINGS.c.id < 100)
        .order_by(THINGS.c.id)
        .limit(bindparam("limit"))
    )
    for parameters in (
        {"above": 0, "limit": 10},
        {"above": 1, "limit": 1},
        {"above": 9, "limit": 1},
    ):
        answers = [await database.reader.rows(statement, parameters) for _ in range(3)]

        # First through SQLAlchemy, then prepared.
        assert [[tuple(row) for row in rows] for rows in answers[1:]] == [
            [tuple(row) for row in answers[0]]
        ] * 2
        for rows in answers:
            assert all(row._fields == ("id", "name", "day", "seen_at", "count") for row in rows)


async def test_instants_are_asked_for_and_read_in_utc(database: Database) -> None:
    statement = select(THINGS.c.seen_at).where(
        THINGS.c.seen_at == bindparam("at", type_=UtcInstant)
    )
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    for at in (NOW, elsewhere, NOW, elsewhere):
        (row,) = await database.reader.rows(statement, {"at": at})
        assert row.seen_at == NOW
        assert row.seen_at.tzinfo is UTC
    for _ in range(2):
        with pytest.raises((ValueError, SQLAlchemyError)):
            await database.reader.rows(statement, {"at": NOW.replace(tzinfo=None)})


async def test_what_depends_on_its_parameters_is_left_to_sqlalchemy(database: Database) -> None:
    statement = select(THINGS.c.id).where(THINGS.c.id.in_(bindparam("ids", expanding=True)))
    engine = write_engine(database.url)
    with pytest.raises(ValueError, match="parameters"):
        Prepared(statement, engine.dialect)
    engine.dispose()

    for ids in ([1], [1, 2], [3, 2, 1], []):
        rows = await database.reader.rows(statement, {"ids": ids})
        assert sorted(row.id for row in rows) == sorted(ids)


async def test_a_fault_is_told_in_sqlalchemys_words(database: Database) -> None:
    missing = select(Table("no_thing", MetaData(), Column("id", BigKey)).c.id)

    for _ in range(3):
        with pytest.raises(SQLAlchemyError, match=r"no such table|does not exist"):
            await database.reader.rows(missing)


async def test_a_cancelled_read_leaves_its_connection_to_nobody(
    postgres_databases: Databases,
) -> None:
    url = postgres_databases.take()
    slow = select(func.pg_sleep(bindparam("seconds", type_=Integer)), literal(1).label("one"))
    async with open_database(url, PostgresOptions(read_connections=1)) as opened:
        for _ in range(2):
            await opened.reader.rows(slow, {"seconds": 0})
        reading = asyncio.create_task(opened.reader.rows(slow, {"seconds": 5}))
        await asyncio.sleep(0.1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

        (row,) = await opened.reader.rows(slow, {"seconds": 0})
        assert row.one == 1
    postgres_databases.give_back(url)


async def test_inserted_rows_are_those_that_sqlalchemy_inserts(database: Database) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    rows: list[dict[str, Any]] = [
        {"seen_at": elsewhere, "day": NOW.date(), "name": "ü", "id": 4},
        {"seen_at": None, "day": None, "name": None, "id": 5},
    ]
    engine = write_engine(database.url)
    with counted() as statements, engine.begin() as connection:
        insert_rows(connection, THINGS.insert(), rows)
        connection.execute(THINGS.insert(), [{**row, "id": row["id"] + 2} for row in rows])
        added = select(THINGS).where(THINGS.c.id > 3).order_by(THINGS.c.id)
        found = [tuple(row)[1:] for row in connection.execute(added)]
    engine.dispose()
    assert found[:2] == found[2:]
    assert found[0] == ("ü", NOW.date(), NOW)
    assert [each[:6] for each in statements].count("INSERT") == 2


@pytest.mark.parametrize("count", [1, 2, 33, 1_500])
async def test_many_rows_are_inserted_in_their_order(database: Database, count: int) -> None:
    rows = [{"id": 3 + number, "name": str(number)} for number in range(1, count + 1)]
    engine = write_engine(database.url)
    with engine.begin() as connection:
        insert_rows(connection, THINGS.insert(), rows)
        added = select(THINGS.c.id, THINGS.c.name).where(THINGS.c.id > 3).order_by(THINGS.c.id)
        found = connection.execute(added).all()
    engine.dispose()

    assert [tuple(row) for row in found] == [(row["id"], row["name"]) for row in rows]


async def test_a_row_that_is_not_inserted_is_refused_in_sqlalchemys_words(
    database: Database,
) -> None:
    engine = write_engine(database.url)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        insert_rows(connection, THINGS.insert(), [{"id": 4, "name": "d"}, {"id": 1, "name": "a"}])
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(THINGS)).scalar_one() == 3
    engine.dispose()


async def test_a_change_gives_its_rows_and_says_what_is_wrong_in_sqlalchemys_words(
    database: Database,
) -> None:
    renamed = (
        update(THINGS)
        .where(THINGS.c.id == bindparam("which"))
        .values(name=THINGS.c.name + bindparam("more", type_=String), seen_at=bindparam("at"))
        .returning(THINGS.c.name, THINGS.c.seen_at)
    )
    copied = insert(THINGS).from_select(
        ["id", "name"],
        select(bindparam("new_id", type_=BigKey), THINGS.c.name).where(
            THINGS.c.id == bindparam("which")
        ),
    )
    engine = write_engine(database.url)
    with engine.begin() as connection:
        for name in ("a!", "a!!"):
            (row,) = change(connection, renamed, {"which": 1, "more": "!", "at": NOW})
            assert (row.name, row.seen_at) == (name, NOW)
        assert list(change(connection, renamed, {"which": 9, "more": "!", "at": NOW})) == []
        assert list(change(connection, copied, {"which": 1, "new_id": 4})) == []
        copy = select(THINGS.c.name).where(THINGS.c.id == 4)
        assert connection.execute(copy).scalar_one() == "a!!"
    with pytest.raises(IntegrityError), engine.begin() as connection:
        change(connection, copied, {"which": 1, "new_id": 4})
    engine.dispose()
