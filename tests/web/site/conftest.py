"""A paper that is full: the demo; and the sources that trends are seen in."""

from tests.demo_paper import demo as demo
from tests.sync.conftest import run_day as run_day, service as service, upstream as upstream
