"""Servers of other makers that tests start for themselves."""
