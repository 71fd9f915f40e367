"""The dashboard and the alerts in deploy/ ask for metrics that there are."""

import json
import re
from pathlib import Path

import pytest

from app.web.observability.exposition import HELP

DEPLOY = Path(__file__).parents[3] / "deploy"
KNOWN = {
    *HELP,
    "morningpost_requests_total",
    "morningpost_request_duration_seconds_bucket",
}


@pytest.mark.parametrize("name", ["grafana-dashboard.json", "alerts.yml"])
def test_it_asks_for_known_metrics(name: str) -> None:
    text = (DEPLOY / name).read_text()
    if name.endswith(".json"):
        panels = json.loads(text)["panels"]
        text = " ".join(target["expr"] for panel in panels for target in panel["targets"])

    asked = set(re.findall(r"\b(?:morningpost|process)_[a-z_]+\b", text))

    assert len(asked) >= 8
    assert asked <= KNOWN
