"""Measurements behind decisions in `docs/adr/`. Run by hand; no test depends on a figure."""
