"""Who may import whom, read from the syntax tree: the walls of docs/adr/0001-the-layout.md."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "app"
MODULES = sorted(APP.rglob("*.py"))

LOWEST = {
    *("app.errors", "app.config", "app.config_faults", "app.logs", "app.schema", "app.demo", "app"),
    "app.background",
    *("app.database.errors", "app.database.replica", "app.database.url"),
    *("app.entity_tag", "app.environment", "app.interpreter", "app.off_the_loop"),
    *("app.setting_names", "app.wording"),
}
RULES = {
    "app.content.access",
    "app.content.markdown",
    "app.content.ref",
    "app.content.preview_token",
    "app.content.base64url",
}
SHARED = {
    *RULES,
    *("app.content.blocks", "app.content.documents", "app.content.validation"),
    *("app.content.print", "app.content.issue_view", "app.content.publication"),
    *("app.content.print_history", "app.content.search", "app.content.trends"),
    *("app.content.purge_keys", "app.content.paper_identity"),
    "app.content.run_document",
    *("app.content.public_address", "app.content.webhook_document"),
    *("app.content.webhook_signature", "app.content.webhook_types"),
    *("app.content.corrections", "app.content.diff", "app.content.print_rules"),
    "app.content.provenance",
    *("app.content.facts", "app.content.known_trends", "app.content.observed"),
    "app.content.checked_heads",
}

# The rooms of the web, the lowest first: each may import what stands before it, and no interface
# (rest, site, feeds, graphql) imports another.
_CONTENT = {"app.content", "app.models", *LOWEST}


def _rooms(*names: str) -> set[str]:
    return {f"app.web.{name}" for name in names}


_SHARED = _rooms("http", "observability", "limits", "caching", "state", "problems", "responses")
_SHARED |= _rooms("ending")
WEB: dict[str, set[str]] = {
    "http": {
        *("app.entity_tag", "app.errors"),
        *("app.models.content_version", "app.models.surrogate_key"),
    },
    "observability": {"app.db", *_rooms("http"), *_CONTENT},
    "ending": set(),
    "limits": {*_rooms("http"), *_CONTENT},
    "caching": {*_rooms("http"), *_CONTENT},
    # The types of all services, so that routes read them typed.
    "state": {*_rooms("http", "observability", "limits", "caching", "ending"), "app.db", "app.sync"}
    | _CONTENT,
    "problems": _rooms("http", "observability", "state") | LOWEST,
    "responses": _rooms("http", "state") | LOWEST,
    "admission": _rooms("http", "limits", "state", "problems") | _CONTENT,
    "endpoints": _rooms("http", "state", "responses") | _CONTENT,
    "middleware": _SHARED | _rooms("admission") | _CONTENT,
    "application": _rooms("caching", "state", "middleware"),
    "server": _SHARED | _rooms("middleware") | LOWEST,
    "charts": set(),
    "gauges": _SHARED | _rooms("server") | _CONTENT,
    "feeds": _SHARED | _rooms("admission") | _CONTENT,
    "site": _SHARED | _rooms("admission", "charts") | _CONTENT,
    "rest": _SHARED | _rooms("admission", "endpoints", "charts") | _CONTENT,
    "documentation": _SHARED | _rooms("admission", "endpoints", "rest") | _CONTENT,
}
# Each room of GraphQL imports only what stands before it.
_SHARED_BY_INTERFACES = _SHARED | _rooms("admission", "endpoints") | {"app.db", *_CONTENT}
_GRAPHQL = ("types", "documents", "resolving", "schema", "transport")
WEB |= {
    f"graphql.{room}": {f"app.web.graphql.{lower}" for lower in _GRAPHQL[:place]}
    | _SHARED_BY_INTERFACES
    for place, room in enumerate(_GRAPHQL)
}
WEB |= {"graphql": set()}

# A room, and all of ours that it may know. The longest name that fits a module is its room.
MAY_IMPORT: dict[str, set[str]] = {
    "app.models": {"app.models", "app.wording"},
    "app.errors": set(),
    "app.background": set(),
    "app.logs": set(),
    "app.demo": {"app.demo", "app.models"},
    "app.config_faults": {"app.wording"},
    "app.backup": {"app.backup", "app.database.file", "app.environment", "app.errors"},
    "app.config": {
        *("app.database_settings", "app.errors", "app.process_settings", "app.setting_names"),
        "app.retention_settings",
    },
    "app.process_settings": set(),
    "app.retention_settings": set(),
    "app.database_settings": {"app.database.url"},
    "app.environment": set(),
    "app.setting_names": {"app.errors"},
    "app.wording": set(),
    "app.db": {"app.database", "app.errors"},
    "app.database": {"app.errors"},
    "app.entity_tag": set(),
    "app.off_the_loop": set(),
    "app.schema": set(),
    "app.migrations": {"app.config", "app.db", "app.resources"},
    "app.resources": set(),
    "app.content.access": {"app.errors", "app.models"},
    "app.content.ref": {"app.errors", "app.models"},
    "app.content.markdown": {"app.content.markdown", "app.models"},
    "app.content.base64url": set(),
    "app.content.preview_token": {"app.content.base64url"},
    "app.content.print_history": {"app.content.validation", "app.models"},
    "app.content.marks": {"app.content.markdown"},
    "app.content.corrections": {"app.content.provenance", "app.models"},
    "app.content.diff": {"app.content.validation", "app.models"},
    "app.content.print_rules": set(),
    "app.content.provenance": {"app.content.documents", "app.errors", "app.models"},
    "app.content.print": {"app.models"},
    "app.content.validation": {"app.errors", "app.wording"},
    "app.content.plain_text": set(),
    "app.content.search": {
        *("app.errors", "app.models", "app.content.search"),
        *("app.content.blocks", "app.content.print", "app.content.shapes"),
    },
    "app.content.blocks": {
        *("app.errors", "app.models", "app.content.blocks"),
        *("app.content.markdown", "app.content.marks", "app.content.plain_text"),
    },
    "app.content.documents": {
        "app.content.blocks",
        "app.content.markdown",
        "app.content.validation",
        "app.errors",
        "app.models",
    },
    "app.content.shapes": {"app.content.blocks", "app.content.documents", "app.models"},
    "app.content.purge_keys": {"app.models"},
    "app.content.paper_identity": set(),
    "app.content.publication": {"app.content.blocks", "app.models"},
    "app.content.issue_markdown": {
        *("app.content.blocks", "app.content.markdown", "app.content.publication"),
        *("app.content.corrections", "app.content.marks", "app.content.provenance"),
    },
    "app.content.facts.brief": {
        *("app.content.facts", "app.content.markdown", "app.content.trends", "app.models"),
    },
    "app.content.issue_view": {"app.content.print", "app.content.ref", "app.models"}
    | {"app.content.facts", "app.entity_tag"},
    # Pure: observations are handed in. It takes only the rule for baselines from the boards.
    "app.content.facts": {"app.content.facts", "app.content.trends", "app.errors", "app.models"},
    "app.content.known_trends": {"app.content.facts", "app.content.trends", "app.models"},
    "app.content.checked_heads": {"app.content.facts", "app.content.known_trends"},
    "app.content.observed": {
        *("app.content.checked_heads", "app.content.facts", "app.content.known_trends"),
        "app.models",
    },
    "app.content.open_data": {
        *("app.content.open_data", "app.content.publication", "app.content.trends"),
        "app.models",
    },
    # The type of a reader, which is handed in; never an engine.
    "app.content.queries": {"app.content.queries", "app.db", "app.errors", "app.models", *SHARED}
    | {"app.off_the_loop", "app.schema"},
    "app.content.commands": {"app.content.commands", "app.db", "app.errors", "app.models", *SHARED}
    | {"app.entity_tag", "app.database.prepared_writes"},
    "app.content.trends": {"app.content.shapes", "app.content.trends", "app.models"},
    # It asks the database only through the two halls of `content`.
    "app.sync": {
        *("app.sync", "app.config", "app.db", "app.errors", "app.models"),
        *("app.content.access", "app.content.commands", "app.content.queries"),
    },
    "app.content.public_address": set(),
    "app.content.webhook_document": {"app.content.webhook_types", "app.models"},
    "app.content.webhook_signature": set(),
    "app.content.webhook_types": {"app.models"},
    "app.content.run_document": {"app.models"},
    "app.content.announcer": {
        *("app.content.access", "app.content.changes", "app.content.commands"),
        *("app.background", "app.db", "app.errors"),
    },
    "app.content.housekeeping": {"app.background", "app.content.commands", "app.errors"},
    "app.content.event_feed": {
        *("app.content.access", "app.content.changes", "app.content.queries"),
        *("app.db", "app.models"),
    },
    # What goes out; it reads and writes through `content`, and never knows the web.
    "app.delivery": {
        *("app.delivery", "app.config", "app.content", "app.db", "app.errors", "app.models"),
        *("app", "app.background", "app.database.wakeups"),
    },
    "app.content.copying": {"app.errors", "app.models"},
    "app.content.replica_comparison": {
        *("app.content.changes", "app.content.print", "app.db", "app.errors", "app.models"),
        *("app.background", "app.database.replica", "app.database.wakeups"),
    },
    "app.content.changes": {"app.background", "app.content.print", "app.db", "app.errors"}
    | {"app.models", "app.content.changed_keys"},
    "app.content.changed_keys": {"app.content.purge_keys", "app.content.queries", "app.db"},
    "app.web": set(),
    **{f"app.web.{room}": allowed for room, allowed in WEB.items()},
    "app.main": {"app.delivery", "app.web", "app.sync", "app.content", "app.db", *LOWEST},
    "app.cli": {"app.cli", "app.main", "app.web", "app.sync", "app.content", "app.db"}
    | {"app.delivery"}
    | {"app.models"}
    | {"app.backup", "app.resources"}
    | LOWEST,
    "app.__main__": {"app.cli"},
    "app": set(),
}

# Libraries that only some rooms know.
ONLY_IN: dict[str, tuple[str, ...]] = {
    "fastapi": ("app.web", "app.main"),
    "starlette": ("app.web", "app.main"),
    "strawberry": ("app.web",),
    "jinja2": ("app.web",),
    "httpcore": ("app.delivery",),
    "httpx": ("app.sync", "app.delivery"),
    "typer": ("app.cli",),
    "rich": ("app.cli",),
    "uvicorn": ("app.cli", "app.web.server"),
}

STATEMENTS = {"select", "insert", "update", "delete", "text"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    rooms = [room for room in MAY_IMPORT if module == room or module.startswith(f"{room}.")]
    return max(rooms, key=len)


def is_below(module: str, rooms: set[str] | tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[tuple[str, str | None, ast.stmt]]:
    """Each module imported, with the name taken from it; those for the type checker too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield from ((node.module or "", alias.name, node) for alias in node.names)


def ours(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports, in full."""
    for module, name, _ in imports_of(path):
        if module == "app" or module.startswith("app."):
            inner = f"{module}.{name}"
            is_module = name and (ROOT / Path(*inner.split("."))).with_suffix(".py").exists()
            is_package = name and (ROOT / Path(*inner.split("."))).is_dir()
            yield inner if is_module or is_package else module


def test_there_are_modules_to_check() -> None:
    assert {"app.main", "app.web.server.protocol"} <= {name_of(path) for path in MODULES}


def test_a_room_imports_only_what_lies_below_it() -> None:
    above = [
        f"{name_of(path)} (in {room}) must not import {module}"
        for path in MODULES
        for room in [room_of(name_of(path))]
        for own in [{room} if room.count(".") or room == "app.cli" else set()]
        for module in ours(path)
        if module != "app" and not is_below(module, MAY_IMPORT[room] | own)
    ]

    assert above == []


@pytest.mark.parametrize(("hall", "other"), [("queries", "commands"), ("commands", "queries")])
def test_queries_and_commands_do_not_import_each_other(hall: str, other: str) -> None:
    across = [
        f"{name_of(path)} must not import {module}"
        for path in MODULES
        if name_of(path).startswith(f"app.content.{hall}")
        for module in ours(path)
        if module.startswith(f"app.content.{other}")
    ]

    assert across == []


def test_queries_are_given_their_reader() -> None:
    taken = {
        name
        for path in (APP / "content" / "queries").glob("*.py")
        for module, name, _ in imports_of(path)
        if module == "app.db"
    }

    assert taken == {"Reader"}


def test_nothing_imports_the_command_line() -> None:
    users = [
        name_of(path) for path in MODULES if any(is_below(m, ("app.cli",)) for m in ours(path))
    ]

    assert {user for user in users if not user.startswith("app.cli")} == {"app.__main__"}


def test_libraries_stay_in_their_rooms() -> None:
    outside = [
        f"{name_of(path)} must not import {library}"
        for path in MODULES
        for library, _, _ in imports_of(path)
        for rooms in [ONLY_IN.get(library.split(".")[0])]
        if rooms is not None and not is_below(name_of(path), rooms)
    ]

    assert outside == []


def test_sql_is_written_in_content_alone() -> None:
    written = [
        f"{module} must not import {name} from {library}"
        for path in MODULES
        for module in [name_of(path)]
        if not (module.startswith("app.content") or module in {"app.db", "app.migrations"})
        for library, name, _ in imports_of(path)
        if library.split(".")[0] in {"sqlalchemy", "sqlmodel"} and name in STATEMENTS
    ]

    assert written == []


def test_the_environment_is_read_by_the_settings_alone() -> None:
    readers = [
        name_of(path)
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "putenv"}
    ]

    assert set(readers) <= {"app.config", "app.environment", "app.setting_names"}


LATE = {
    ("app.db", "app.database"),  # the driver of PostgreSQL
    ("app.web.observability.tracing", "app.web.observability"),  # OpenTelemetry
    ("app.cli.commands", "app.cli.output"),  # rich
    ("app.cli.server", "app.cli.migrating"),  # rich
    # httpx: what connects to other servers
    ("app.delivery.dispatcher", "app.delivery.checked_connection"),
    ("app.delivery.dispatcher", "app.delivery.sender"),
    ("app.delivery.followers", "app.delivery.purge"),
    ("app.delivery.followers", "app.delivery.websub"),
    ("app.sync.runner", "app.sync.client"),
    ("app.sync.runner", "app.sync.registry"),
    ("app.content.markdown.cleaning", "nh3"),
    ("app.content.search.vocabulary", "rapidfuzz"),
    ("app.content.search.vocabulary", "rapidfuzz.distance"),
    ("app.web.limits.rate_limit", "app.web.limits.shared_windows"),  # limits
    ("app.web.site.environment", "segno"),
}
"""Who may import what when it is needed, because most servers never need it, and it takes memory.

An import of more than 20 ms happens in a thread, or before the server listens."""


def test_imports_stand_at_the_top() -> None:
    inner: list[tuple[str, str]] = []
    for path in MODULES:
        tree = tree_of(path)
        at_top = {id(node) for node in tree.body}
        for node in tree.body:
            if isinstance(node, ast.If):  # `if TYPE_CHECKING:` belongs to the top
                at_top |= {id(inside) for inside in node.body}
        inner += [
            (name_of(path), module)
            for module, _, node in imports_of(path)
            if id(node) not in at_top
        ]

    assert [pair for pair in inner if pair not in LATE] == []


def test_nobody_imports_in_circles() -> None:
    graph = {name_of(path): set(ours(path)) for path in MODULES}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"a circle: {' → '.join((*trail, module))}"
        if module in done or module not in graph:
            return
        for below in graph[module]:
            if below != module:
                visit(below, (*trail, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_a_file_has_at_most_400_lines() -> None:
    long = [
        f"{name_of(path)} has {lines} lines"
        for path in MODULES
        for lines in [len(path.read_text(encoding="utf-8").splitlines())]
        if lines > 400
    ]

    assert long == []


def test_a_file_is_named_after_its_concept() -> None:
    vague = {"utils", "helpers", "common", "misc", "manager"}

    assert [name_of(path) for path in MODULES if path.stem in vague] == []
