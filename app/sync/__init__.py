"""Sync: queries the sources within their limits and checks the answers. No HTTP server, no SQL."""
