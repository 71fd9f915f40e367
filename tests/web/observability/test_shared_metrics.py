"""Metrics of several workers: added up exactly, kept when a worker ends, and bounded."""

import multiprocessing
import os
from pathlib import Path

import pytest

from app.web.observability import tally_table
from app.web.observability.metrics import Metrics
from app.web.observability.shared_metrics import metrics_folder, retire, table_of_this_process
from app.web.observability.tally_table import TallyTable

pytestmark = pytest.mark.anyio


def work(folder: str, count: int) -> None:
    metrics = Metrics(folder=folder)
    metrics.gauges = [lambda: [("morningpost_connections", {}, 2.0)]]
    metrics.refresh()
    for _ in range(count):
        metrics.public.record("GET", "/v1/issues/{ref}", 200, 0.002)


def ended_worker(folder: str, count: int) -> int:
    process = multiprocessing.get_context("spawn").Process(target=work, args=(folder, count))
    process.start()
    process.join()
    assert process.pid is not None
    assert process.exitcode == 0
    return process.pid


@pytest.mark.slow
@pytest.mark.end_to_end
async def test_the_requests_of_all_workers_are_added_up_and_stay() -> None:
    with metrics_folder() as folder:
        now = [0.0]
        here = Metrics(lambda: now[0], folder=folder)
        here.public.record("GET", "/v1/issues/{ref}", 200, 0.002)
        pids = [ended_worker(folder, count) for count in (3, 5)]

        both = (await here.text(whole=False)).decode()
        retire(folder, pids[0])
        retire(folder, pids[0])
        now[0] += 5
        after = (await here.text(whole=False)).decode()

    line = 'morningpost_requests_total{method="GET",route="/v1/issues/{ref}",status="200"} 9.0'
    assert line in both
    assert line in after
    assert "morningpost_connections 4.0" in both
    assert "morningpost_connections 2.0" in after  # what a worker holds ends with it
    assert not Path(folder).exists()


async def test_more_labels_than_there_is_room_for_share_one_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tally_table, "ROWS", 4)
    metrics = Metrics()

    for number in range(10):
        metrics.public.record("GET", f"/{number}", 200, 0.1)

    text = (await metrics.text(whole=False)).decode()
    assert 'route="none",status="0"} 7.0' in text
    assert text.count("morningpost_requests_total{") == 4


def test_a_row_is_seen_by_another_process_at_once(tmp_path: Path) -> None:
    here = table_of_this_process(str(tmp_path))
    there = TallyTable.of_file(tmp_path / str(os.getpid()))

    here.row(("a", "b"))[3] += 2.5

    assert there.items() == [(("a", "b"), [0, 0, 0, 2.5, *([0] * 20)])]
