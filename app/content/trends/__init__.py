"""Trends: ranking, boards and their documents, from the observations that syncs recorded."""
