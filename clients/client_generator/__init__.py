"""Writes the methods and types of our own clients from the OpenAPI document."""
