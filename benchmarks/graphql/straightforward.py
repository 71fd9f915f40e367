"""A yardstick: Strawberry on FastAPI with loaders, as their documents show it.

    BENCHMARK_DATABASE=issues.db uvicorn benchmarks.graphql.straightforward:app

The tables of `benchmarks/straightforward.py` by SQLAlchemy's asynchronous engine, a loader for each
relation, a session for each batch, `GraphQLRouter`. `app` is as it comes; `kept` has the two
extensions that keep parsed and validated documents. It has no keys, limits, cost or drafts.
"""

import os
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.fastapi import GraphQLRouter

from benchmarks import straightforward as tables
from benchmarks.graphql.straightforward_types import SECTIONS, Issue, section_of

_ENGINE = create_async_engine(f"sqlite+aiosqlite:///{os.environ['BENCHMARK_DATABASE']}")

Row = TypeVar("Row", tables.Metric, tables.Tool, tables.Entry, tables.ReadingItem)


def _in_sections(table: type[Row]) -> Callable[[list[int]], Awaitable[list[list[Row]]]]:
    """Make the function that reads what stands in sections."""

    async def read(section_ids: list[int]) -> list[list[Row]]:
        wanted = select(table).where(col(table.section_id).in_(section_ids)).order_by(col(table.id))
        found: dict[int | None, list[Row]] = defaultdict(list)
        async with AsyncSession(_ENGINE) as session:
            for row in await session.exec(wanted):
                found[row.section_id].append(row)
        return [found[section_id] for section_id in section_ids]

    return read


async def _sections(issue_ids: list[int]) -> list[list[Any]]:
    wanted = (
        select(tables.Section)
        .where(col(tables.Section.issue_id).in_(issue_ids))
        .order_by(col(tables.Section.position))
    )
    found: dict[int | None, list[Any]] = defaultdict(list)
    async with AsyncSession(_ENGINE) as session:
        for row in await session.exec(wanted):
            found[row.issue_id].append(section_of(row))
    return [found[issue_id] for issue_id in issue_ids]


async def _issues(numbers: list[int]) -> list[Issue | None]:
    wanted = select(tables.Issue).where(col(tables.Issue.number).in_(numbers))
    async with AsyncSession(_ENGINE) as session:
        found = {row.number: Issue.of(row) for row in await session.exec(wanted)}
    return [found.get(number) for number in numbers]


async def _context() -> dict[str, object]:
    """Loaders live as long as their request."""
    return {
        "issues": DataLoader(_issues),
        "sections": DataLoader(_sections),
        "metrics": DataLoader(_in_sections(tables.Metric)),
        "tools": DataLoader(_in_sections(tables.Tool)),
        "entries": DataLoader(_in_sections(tables.Entry)),
        "items": DataLoader(_in_sections(tables.ReadingItem)),
    }


@strawberry.type
class Query:
    @strawberry.field
    async def issue(self, info: strawberry.Info, number: int) -> Issue | None:
        found: Issue | None = await info.context["issues"].load(number)
        return found


def _serving(extensions: list[Callable[[], SchemaExtension]]) -> FastAPI:
    schema = strawberry.Schema(Query, types=SECTIONS, extensions=extensions)
    app = FastAPI()
    app.include_router(GraphQLRouter(schema, context_getter=_context), prefix="/graphql")
    return app


app = _serving([])
kept = _serving([ParserCache, ValidationCache])
