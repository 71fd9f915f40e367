"""Our own answers as files: what nginx and the bare application give in their turn."""

from pathlib import Path

from benchmarks.datasets import Dataset
from benchmarks.servers import OURS, fetch, started_server

LIST = "/v1/issues?limit=20"


def issue_path(dataset: Dataset) -> str:
    """The one issue that is read again and again: from the middle of the paper."""
    return f"/v1/issues/{dataset.issues // 2}"


def capture(dataset: Dataset, folder: Path) -> None:
    """Write the bytes of one issue, plain and compressed, and of a list."""
    with started_server(OURS, dataset, folder) as server:
        plain = {"Accept-Encoding": "identity"}
        (folder / "issue").write_bytes(fetch(server.port, issue_path(dataset), plain).body)
        (folder / "list").write_bytes(fetch(server.port, LIST, plain).body)
        packed = fetch(server.port, issue_path(dataset), {"Accept-Encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        (folder / "issue.gz").write_bytes(packed.body)
