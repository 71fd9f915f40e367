"""The REST face, `/v1`."""
