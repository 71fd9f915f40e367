"""`python -m tests.hardship TRIAL`: the long trials, and their figures as a table."""

import argparse
import asyncio
import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.config import Settings
from app.db import write_engine
from tests.hardship import (
    backup,
    clients,
    crashes,
    edge,
    ending,
    events,
    floods,
    holds,
    large_paper,
    metrics,
    nodes,
    races,
    slow,
    strangers,
    sync_kills,
    upgrade,
    webhook_kills,
)
from tests.hardship.figures import Figures, told
from tests.hardship.place import fresh
from tests.hardship.server import KEY, PUBLIC_URL, Server

WIDE = 140


def main() -> int:
    """Run one trial. Ends with 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.hardship", description=__doc__)
    trials = parser.add_subparsers(dest="trial", required=True)
    racing = trials.add_parser("races", help="many clients who want the same thing")
    racing.add_argument("--rounds", type=int, default=100)
    racing.add_argument("--servers", type=int, default=1, help="processes on one database")
    racing.add_argument("--clients", type=int, default=races.CLIENTS)
    crashing = trials.add_parser("crashes", help="processes killed at work")
    crashing.add_argument("--kills", type=int, default=50)
    crashing.add_argument("--victim", choices=["server", "database"], default="server")
    crashing.add_argument("--seed", type=int, default=None, help="to meet the same moments again")
    slowing = trials.add_parser("slow", help="clients that send half a request")
    slowing.add_argument("--clients", type=int, default=100)
    syncing = trials.add_parser("sync", help="sync runs killed at work")
    syncing.add_argument("--kills", type=int, default=30)
    syncing.add_argument("--seed", type=int, default=None, help="to meet the same moments again")
    hooking = trials.add_parser("webhooks", help="senders of webhooks killed at work")
    hooking.add_argument("--kills", type=int, default=30)
    hooking.add_argument("--seed", type=int, default=None, help="to meet the same moments again")
    logging = trials.add_parser("events", help="the event log under many writers")
    logging.add_argument("--rounds", type=int, default=100)
    logging.add_argument("--seconds", type=float, default=60, help="that writers work in a round")
    logging.add_argument("--scheduled", type=int, default=20, help="rounds that schedule an issue")
    logging.add_argument("--servers", type=int, default=2, help="processes on one database")
    flooding = trials.add_parser("floods", help="queries that ask for far too much")
    flooding.add_argument("--rounds", type=int, default=10)
    strange = trials.add_parser("strangers", help="attacks that need no key, on a large paper")
    strange.add_argument("--issues", type=int, default=5_000)
    strange.add_argument("--connections", type=int, default=400, help="that read nothing")
    holding = trials.add_parser("holds", help="how long public reads hold the event loop")
    holding.add_argument("--rounds", type=int, default=3)
    holding.add_argument("--issues", type=int, default=5_000)
    holding.add_argument("--subjects", type=int, default=5_000, help="of the largest kind")
    edging = trials.add_parser("edge", help="Varnish in front, with a day's edge age")
    edging.add_argument("--changes", type=int, default=1_000)
    edging.add_argument("--workers", type=int, default=2, help="processes of the server")
    edging.add_argument("--seed", type=int, default=None, help="to make the same changes again")
    posting = trials.add_parser("clients", help="our clients, on a network that breaks")
    posting.add_argument("--posts", type=int, default=10_000)
    posting.add_argument("--client", choices=clients.LANGUAGES, default=None, help="default: all")
    backing = trials.add_parser("backup", help="backups beside writers and a sync")
    backing.add_argument("--rounds", type=int, default=20)
    backing.add_argument("--seed", type=int, default=None, help="to see the same numbers again")
    ending_ = trials.add_parser("ending", help="SIGTERM in the middle of streams and posts")
    ending_.add_argument("--rounds", type=int, default=5)
    ending_.add_argument("--workers", type=int, default=1, help="processes of the server")
    counting = trials.add_parser("metrics", help="the numbers of several workers")
    counting.add_argument("--requests", type=int, default=10_000)
    counting.add_argument("--workers", type=int, default=4, help="processes of the server")
    upgrading = trials.add_parser("upgrade", help="the release before and this one side by side")
    upgrading.add_argument("--writes", type=int, default=10, help="issues of a writer in a phase")
    upgrading.add_argument("--commit", default=None, help="another release than the one before")
    noding = trials.add_parser("nodes", help="two nodes, of which one is killed every 10 s")
    noding.add_argument("--seconds", type=float, default=300)
    noding.add_argument("--seed", type=int, default=None, help="to make the same choices again")
    adding = trials.add_parser("more-nodes", help="what each further node adds")
    adding.add_argument("--seconds", type=float, default=5, help="of each kind of load")
    for trial in (
        *(posting, edging, racing, crashing, slowing, syncing, backing, ending_),
        *(hooking, logging, flooding, strange, holding, counting, upgrading),
    ):
        trial.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()

    started = time.monotonic()
    chosen = {
        **{"clients": _clients, "edge": _edge},
        **{"races": _race, "crashes": _crash, "slow": _slow, "sync": _sync},
        **{
            "events": _events,
            "webhooks": _webhooks,
            "floods": _flood,
            "strangers": _strangers,
            "holds": _hold,
        },
        **{"backup": _back_up, "ending": _end, "metrics": _count, "upgrade": _upgrade},
        **{"nodes": _nodes, "more-nodes": _add_nodes},
    }
    figures = chosen[given.trial](given)
    _show(given, figures, time.monotonic() - started)
    return 1 if told(figures) else 0


def _events(given: argparse.Namespace) -> list[Figures]:
    followed, appeared = Figures("written = seen"), Figures("scheduled")
    with fresh(given.database) as place, ExitStack() as stack:
        servers = [
            stack.enter_context(Server(place.url, folder=place.folder))
            for _ in range(given.servers)
        ]

        async def run() -> None:
            for _ in range(given.rounds):
                await events.write_and_read(servers, followed, seconds=given.seconds)
            for _ in range(given.scheduled):
                await events.appear(servers, appeared)

        asyncio.run(run())
    return [followed, appeared]


def _race(given: argparse.Namespace) -> list[Figures]:
    with fresh(given.database) as place, ExitStack() as stack:
        servers = [
            stack.enter_context(Server(place.url, folder=place.folder))
            for _ in range(given.servers)
        ]
        urls = [server.url for server in servers]
        return asyncio.run(races.run(urls, rounds=given.rounds, clients=given.clients))


def _clients(given: argparse.Namespace) -> list[Figures]:
    figures = []
    for language in clients.LANGUAGES if given.client is None else [given.client]:
        with fresh(given.database) as place, Server(place.url, folder=place.folder) as server:
            options = {"posts": given.posts, "folder": place.folder}
            figures.append(clients.run(server, language=language, **options))
    return figures


def _crash(given: argparse.Namespace) -> list[Figures]:
    seed = random.SystemRandom().randrange(2**32) if given.seed is None else given.seed
    with fresh(given.database) as place, Server(place.url, folder=place.folder) as server:
        engine = write_engine(Settings(_env_file=None, database_url=place.url).database)
        is_database = given.victim == "database"
        if is_database and place.kill is None:
            raise SystemExit("SQLite has no process of its own to kill")
        figures = asyncio.run(
            crashes.run(
                server,
                engine,
                kills=given.kills,
                chance=random.Random(seed),
                victim=place.kill if is_database else None,
                revive=place.revive if is_database else None,
            )
        )
        engine.dispose()
    figures.name += f" (seed {seed})"
    return [figures]


def _edge(given: argparse.Namespace) -> list[Figures]:
    seed = random.SystemRandom().randrange(2**32) if given.seed is None else given.seed
    with fresh(given.database) as place:
        figures = edge.run(
            place.url,
            folder=place.folder,
            changes=given.changes,
            chance=random.Random(seed),
            workers=given.workers,
        )
    figures.name += f" (seed {seed})"
    return [figures]


def _slow(given: argparse.Namespace) -> list[Figures]:
    with fresh(given.database) as place, Server(place.url, folder=place.folder) as server:
        return [asyncio.run(slow.run(server.url, key=KEY, clients=given.clients))]


def _flood(given: argparse.Namespace) -> list[Figures]:
    with fresh(given.database) as place, Server(place.url, folder=place.folder) as server:
        flooded = floods.run(server, rounds=given.rounds)
    console = Console()
    # As wide as its rows are, wherever it is printed to.
    Console(width=WIDE).print(flooded.table())
    console.print(flooded.closing, markup=False)
    return flooded.figures


def _strangers(given: argparse.Namespace) -> list[Figures]:
    with fresh(given.database) as place:
        strangers.fill(place.url, given.issues)
        with Server(place.url, folder=place.folder) as server:
            return strangers.run(server, connections=given.connections)


def _hold(given: argparse.Namespace) -> list[Figures]:
    with fresh(given.database) as place:
        settings = Settings(
            _env_file=None, database_url=place.url, public_url=PUBLIC_URL, rate_limit="0"
        )
        engine = write_engine(settings.database)
        large_paper.fill(engine, issues=given.issues, subjects=given.subjects)
        engine.dispose()
        table, figures = holds.run(settings, rounds=given.rounds)
    Console(width=WIDE).print(table)
    return [figures]


def _sync(given: argparse.Namespace) -> list[Figures]:
    seed = random.SystemRandom().randrange(2**32) if given.seed is None else given.seed
    with fresh(given.database) as place:
        engine = write_engine(Settings(_env_file=None, database_url=place.url).database)
        figures = sync_kills.run(
            engine,
            place.url,
            folder=place.folder,
            kills=given.kills,
            chance=random.Random(seed),
        )
        engine.dispose()
    figures.name += f" (seed {seed})"
    return [figures]


def _webhooks(given: argparse.Namespace) -> list[Figures]:
    seed = random.SystemRandom().randrange(2**32) if given.seed is None else given.seed
    with fresh(given.database) as place:
        figures = asyncio.run(
            webhook_kills.run(
                place.url, folder=place.folder, kills=given.kills, chance=random.Random(seed)
            )
        )
    figures.name += f" (seed {seed})"
    return [figures]


def _back_up(given: argparse.Namespace) -> list[Figures]:
    with fresh(given.database) as place:
        return [
            backup.run(place.url, folder=place.folder, rounds=given.rounds, chance=_chance(given))
        ]


def _end(given: argparse.Namespace) -> list[Figures]:
    figures = Figures("SIGTERM")
    with fresh(given.database) as place:
        server = Server(place.url, folder=place.folder, workers=given.workers)

        async def run() -> None:
            for _ in range(given.rounds):
                await ending.run(server, figures, workers=given.workers, crowd=ending.Crowd())

        asyncio.run(run())
    return [figures]


def _count(given: argparse.Namespace) -> list[Figures]:
    figures = Figures("counted = sent")
    with (
        fresh(given.database) as place,
        Server(place.url, folder=place.folder, workers=given.workers) as server,
    ):
        asyncio.run(metrics.run(server, figures, workers=given.workers, count=given.requests))
    return [figures]


def _upgrade(given: argparse.Namespace) -> list[Figures]:
    with fresh(given.database, is_migrated=False) as place:
        before = upgrade.release_before(place.folder, given.commit)
        if before is None:
            raise SystemExit("git does not have the release before")
        return [
            asyncio.run(
                upgrade.run(place.url, folder=place.folder, before=before, writes=given.writes)
            )
        ]


def _nodes(given: argparse.Namespace) -> list[Figures]:
    with tempfile.TemporaryDirectory(prefix="morningpost-nodes-") as folder:
        return [nodes.run(folder=Path(folder), seconds=given.seconds, chance=_chance(given))]


def _add_nodes(given: argparse.Namespace) -> list[Figures]:
    with tempfile.TemporaryDirectory(prefix="morningpost-nodes-") as folder:
        Console(width=WIDE).print(nodes.compare(folder=Path(folder), seconds=given.seconds))
    return []


def _chance(given: argparse.Namespace) -> random.Random:
    seed = random.SystemRandom().randrange(2**32) if given.seed is None else given.seed
    Console().print(f"seed {seed}")
    return random.Random(seed)


def _show(given: argparse.Namespace, figures: list[Figures], seconds: float) -> None:
    console = Console()
    asked = ", ".join(f"{name} {value}" for name, value in vars(given).items())
    table = Table("trial", "rounds", "answers", "violations", title=f"{asked} ({seconds:.0f} s)")
    for trial in figures:
        table.add_row(*trial.row())
    console.print(table)
    for violation in told(figures):
        console.print(violation, markup=False)


if __name__ == "__main__":
    raise SystemExit(main())
