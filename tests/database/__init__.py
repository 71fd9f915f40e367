"""Engines, readers and writers of both databases."""
