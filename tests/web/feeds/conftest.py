"""A paper that is full: the demo."""

from tests.demo_paper import demo as demo
