"""The GraphQL yardsticks by name, and how each is started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import uvicorn
from benchmarks.datasets import Dataset
from benchmarks.graphql import borrowed

ROOT = Path(__file__).resolve().parents[2]

CORE = "graphql-core"
CORE_KEPT = "graphql-core, documents kept"
STRAWBERRY = "Strawberry"
STRAWBERRY_KEPT = "Strawberry, documents kept"
APOLLO = "Apollo Server"
APOLLO_MANY = "Apollo Server, many issues"

DATA = "graphql-issue.json"
"""The file of the one issue in the folder of answers, for those who keep it in memory."""

MANY = "graphql-issues.json"
"""The same for several issues, newest first."""

YARDSTICKS = (CORE, CORE_KEPT, STRAWBERRY, STRAWBERRY_KEPT, APOLLO)
STARTED = (*YARDSTICKS, APOLLO_MANY)

_APPLICATIONS = {
    CORE: "dictionaries:app",
    CORE_KEPT: "dictionaries:kept",
    STRAWBERRY: "straightforward:app",
    STRAWBERRY_KEPT: "straightforward:kept",
}


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server is started."""

    command: Sequence[str]
    path: str
    """What answers 200 to a GET as soon as it serves."""
    environment: Mapping[str, str] = field(default_factory=dict)


def launch(name: str, dataset: Dataset, answers: Path, port: int) -> Launch:
    """Say how a yardstick is started. Raises `CannotBorrow` where it lacks what it needs."""
    place = dataset.ours.parents[1] / "borrowed"
    ping = "/graphql?query=%7B__typename%7D"
    if name in (APOLLO, APOLLO_MANY):
        folder = borrowed.apollo(place)
        # Modules are looked for beside the script, so it lies beside what was installed.
        script = folder / "server.mjs"
        script.write_bytes(Path(__file__).with_name("apollo.mjs").read_bytes())
        schema = ROOT / "openapi/schema.graphql"
        file = DATA if name == APOLLO else MANY
        command = ["node", str(script), str(schema), str(answers / file), str(port)]
        return Launch(command, ping, {"NODE_ENV": "production"})
    command = uvicorn.command(f"benchmarks.graphql.{_APPLICATIONS[name]}", port)
    if name in (CORE, CORE_KEPT):
        return Launch(command, ping, {"BENCHMARK_ANSWERS": str(answers)})
    path = f"{ROOT}:{borrowed.aiosqlite(place)}"
    environment = {"BENCHMARK_DATABASE": str(dataset.straightforward), "PYTHONPATH": path}
    return Launch(command, ping, environment)
