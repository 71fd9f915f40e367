"""Resolvers of fields, and the context of a request that they read from."""
