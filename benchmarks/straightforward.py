"""A yardstick: the same paper as FastAPI and SQLModel are commonly written, on its own SQLite file.

    BENCHMARK_DATABASE=issues.db uvicorn benchmarks.straightforward:app

Tables with relationships that load when they are touched, `model_dump` into `JSONResponse`, pages
by OFFSET, search by LIKE or by bm25 over all matches, and a POST that validates, inserts and
commits. What a careful author would do is done: foreign keys are indexed, the file is in WAL mode
and synced at each commit. It has no keys, revisions, drafts, limits or idempotency to pay for.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import date as Date
from pathlib import Path
from typing import Annotated, Any

import nh3
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from markdown_it import MarkdownIt
from sqlalchemy import Engine, event, func, text
from sqlalchemy.orm import registry
from sqlmodel import Field, Relationship, Session, SQLModel, col, create_engine, select

PAGE = 20


class Base(SQLModel, registry=registry()):
    """Has tables of its own, apart from those of `app.models`."""


class MetricBase(Base):
    label: str
    value: str
    number: float | None = None
    unit: str | None = None
    source_name: str | None = None
    source_url: str | None = None
    source_observed_at: str | None = None


class Metric(MetricBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    section_id: int | None = Field(default=None, foreign_key="section.id", index=True)


class ToolBase(Base):
    name: str
    summary: str | None = None
    url: str | None = None
    category: str | None = None


class Tool(ToolBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    section_id: int | None = Field(default=None, foreign_key="section.id", index=True)


class EntryBase(Base):
    source: str
    kind: str
    external_id: str
    rank: int | None = None
    name: str | None = None
    url: str | None = None
    summary: str | None = None
    task: str | None = None
    language: str | None = None
    stars: int | None = None
    likes: int | None = None
    downloads: int | None = None
    forks: int | None = None
    score: float | None = None
    previous_rank: int | None = None
    change: int | None = None
    window: str | None = None
    observed_at: str | None = None
    snapshot_id: int | None = None


class Entry(EntryBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    section_id: int | None = Field(default=None, foreign_key="section.id", index=True)


class ReadingItemBase(Base):
    title: str
    summary: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    minutes: int | None = None


class ReadingItem(ReadingItemBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    section_id: int | None = Field(default=None, foreign_key="section.id", index=True)


class SectionBase(Base):
    kind: str
    slug: str | None = None
    heading: str | None = None
    standfirst: str | None = None
    kicker: str | None = None
    headline: str | None = None
    byline: str | None = None
    body: str | None = None
    body_html: str | None = None
    significance: int | None = None
    metrics_title: str | None = None


class Section(SectionBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    issue_id: int | None = Field(default=None, foreign_key="issue.id", index=True)
    position: int
    issue: "Issue" = Relationship(back_populates="sections")
    metrics: list[Metric] = Relationship()
    tools: list[Tool] = Relationship()
    entries: list[Entry] = Relationship()
    items: list[ReadingItem] = Relationship()


class IssueBase(Base):
    number: int = Field(unique=True)
    date: Date = Field(unique=True)
    slug: str = Field(unique=True)
    title: str | None = None
    summary: str | None = None
    place: str | None = None
    weather_summary: str | None = None
    temperature_c: float | None = None


class Issue(IssueBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    sections: list[Section] = Relationship(
        back_populates="issue", sa_relationship_kwargs={"order_by": "Section.position"}
    )


class MetricsCreate(Base):
    title: str | None = None
    items: list[dict[str, Any]] = []


class SectionCreate(SectionBase):
    metrics: MetricsCreate | None = None
    tools: list[ToolBase] = []
    entries: list[EntryBase] = []
    items: list[ReadingItemBase] = []


class IssueCreate(Base):
    number: int | None = None
    date: Date
    slug: str | None = None
    title: str | None = None
    summary: str | None = None
    dateline: dict[str, Any] | None = None
    sections: list[SectionCreate] = []


# ------------------------------------------------------------------------------- documents

_ROW = {"id", "section_id", "issue_id", "position"}


def document_of(issue: Issue) -> dict[str, Any]:
    """The whole document: each list that is touched is loaded by a statement of its own."""
    return summary_of(issue) | {"sections": [section_document(s) for s in issue.sections]}


def summary_of(issue: Issue) -> dict[str, Any]:
    document = issue.model_dump(mode="json", exclude=_ROW)
    document["links"] = {"self": f"http://paper.test/v1/issues/{issue.number}"}
    return document


def section_document(section: Section) -> dict[str, Any]:
    document = section.model_dump(mode="json", exclude=_ROW)
    match section.kind:
        case "tools":
            document["tools"] = [row.model_dump(exclude=_ROW) for row in section.tools]
        case "trending" | "movers":
            document["entries"] = [row.model_dump(exclude=_ROW) for row in section.entries]
        case "reading":
            document["items"] = [row.model_dump(exclude=_ROW) for row in section.items]
        case _:
            document["metrics"] = [row.model_dump(exclude=_ROW) for row in section.metrics]
    return document


# ------------------------------------------------------------------------------- database

INDEX = (
    "CREATE VIRTUAL TABLE story USING fts5(headline, body, content='section', content_rowid='id')",
    "CREATE TRIGGER story_insert AFTER INSERT ON section BEGIN "
    "INSERT INTO story(rowid, headline, body) VALUES (new.id, new.headline, new.body); END",
)


def open_engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", pool_size=40, connect_args={"check_same_thread": False}
    )

    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 30000")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    event.listen(engine, "connect", prepare)
    return engine


def get_session(request: Request) -> Iterator[Session]:
    with Session(request.app.state.engine) as session:
        yield session


Db = Annotated[Session, Depends(get_session)]


# ------------------------------------------------------------------------------- routes

app = FastAPI()
if "BENCHMARK_DATABASE" in os.environ:
    app.state.engine = open_engine(Path(os.environ["BENCHMARK_DATABASE"]))


@app.get("/v1/issues/{number}")
def read_issue(number: int, request: Request, session: Db) -> Response:
    issue = session.exec(select(Issue).where(Issue.number == number)).one_or_none()
    if issue is None:
        raise HTTPException(404)
    response = JSONResponse(document_of(issue))
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:24]}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return response


@app.get("/v1/issues")
def list_issues(session: Db, offset: int = 0) -> Response:
    newest = select(Issue).order_by(col(Issue.date).desc()).offset(offset).limit(PAGE)
    total = session.exec(select(func.count()).select_from(Issue)).one()
    shown = [summary_of(issue) for issue in session.exec(newest)]
    return JSONResponse({"data": shown, "page": {"offset": offset, "total": total}})


@app.get("/v1/search")
def search(session: Db, q: str) -> Response:
    """Newest first, by LIKE."""
    found = (
        select(Section, Issue)
        .join(Issue)
        .where(col(Section.body).like(f"%{q}%"))
        .order_by(col(Issue.date).desc())
        .limit(PAGE)
    )
    hits = []
    for section, issue in session.exec(found):
        body = section.body or ""
        place = max(0, body.find(q) - 60)
        hits.append(_hit(issue.number, issue.date, section.headline, body[place : place + 160]))
    return JSONResponse({"data": hits})


_RANKED = text(
    "SELECT issue.number, issue.date, section.headline, "
    "snippet(story, 1, '<mark>', '</mark>', '…', 24) "
    "FROM story JOIN section ON section.id = story.rowid JOIN issue ON issue.id = section.issue_id "
    f"WHERE story MATCH :q ORDER BY bm25(story) LIMIT {PAGE}"
)


@app.get("/v1/search/ranked")
def search_ranked(session: Db, q: str) -> Response:
    """The best first, by bm25 over all matches."""
    rows = session.connection().execute(_RANKED, {"q": f'"{q}"'})
    return JSONResponse({"data": [_hit(*row) for row in rows]})


def _hit(number: int, date: Date | str, title: str | None, snippet: str) -> dict[str, Any]:
    return {"number": number, "date": str(date), "title": title, "snippet": snippet}


@app.post("/v1/issues", status_code=201)
def create_issue(posted: IssueCreate, session: Db) -> Response:
    number = posted.number
    if number is None:
        number = (session.exec(select(func.max(Issue.number))).one() or 0) + 1
    dateline = posted.dateline or {}
    weather = dateline.get("weather") or {}
    issue = Issue(
        number=number,
        date=posted.date,
        slug=posted.slug or f"issue-{number}",
        title=posted.title,
        summary=posted.summary,
        place=dateline.get("place"),
        weather_summary=weather.get("summary"),
        temperature_c=weather.get("temperature_c"),
        sections=[_section(place, section) for place, section in enumerate(posted.sections)],
    )
    session.add(issue)
    session.commit()
    session.refresh(issue)
    return JSONResponse(document_of(issue), status_code=201)


def _section(position: int, posted: SectionCreate) -> Section:
    own = posted.model_dump(include=set(SectionBase.model_fields))
    if posted.body is not None:
        own["body_html"] = nh3.clean(MarkdownIt().render(posted.body))
    metrics = posted.metrics or MetricsCreate()
    own["metrics_title"] = metrics.title
    return Section(
        **own,
        position=position,
        metrics=[Metric(**metric_values(item)) for item in metrics.items],
        tools=[Tool(**tool.model_dump()) for tool in posted.tools],
        entries=[Entry(**entry.model_dump()) for entry in posted.entries],
        items=[ReadingItem(**item.model_dump()) for item in posted.items],
    )


def metric_values(item: Mapping[str, Any]) -> dict[str, Any]:
    source = item.get("source") or {}
    own = {name: item.get(name) for name in ("label", "value", "number", "unit")}
    return own | {f"source_{name}": source.get(name) for name in ("name", "url", "observed_at")}
