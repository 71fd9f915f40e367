"""Engines of one kind share what SQLAlchemy compiled for the first of them.

Each test has a database of its own and so engines of its own. To compile the same statements for
each of them anew took a third of the suite; a server compiles them once.
"""

from collections.abc import MutableMapping
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

import app.database.postgres
import app.database.sqlite

_dialects: dict[tuple[object, ...], Dialect] = {}
_compiled: MutableMapping[Any, Any] = {}


def install() -> None:
    """Have the app open its engines here from now on."""
    vars(app.database.sqlite).update(create_engine=_open)
    vars(app.database.postgres).update(create_engine=_open, create_async_engine=_open_async)


def _open(*given: Any, **options: Any) -> Engine:
    engine = create_engine(*given, **options)
    _share(engine, **options)
    return engine


def _open_async(*given: Any, **options: Any) -> AsyncEngine:
    engine = create_async_engine(*given, **options)
    _share(engine.sync_engine, **options)
    return engine


def _share(engine: Engine, **options: object) -> None:
    # What is compiled is kept by statement and dialect.
    kind = (type(engine.dialect), options.get("isolation_level"))
    engine.update_execution_options(compiled_cache=_compiled)
    if kind in _dialects:
        engine.dialect = _dialects[kind]
    else:
        # From when it has asked a server what that can do.
        own = engine.dialect
        event.listen(engine, "engine_connect", lambda _: _dialects.setdefault(kind, own))
