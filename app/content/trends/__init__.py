"""Trends: ranking, boards and how they are shown, from observations that sync recorded."""
