"""The sources that trends are seen in."""

from tests.sync.conftest import run_day as run_day, service as service, upstream as upstream
