"""The identity of a paper: random, kept in its database, the same wherever it is served.

Feeds take their ids from it, so that they survive another public URL.
"""

from uuid import UUID, uuid5

PURPOSE = "identity"
"""Its row among the signing secrets. Only hashes of it leave the database."""
BYTES = 16


def feed_id(identity: bytes, name: str) -> str:
    """Make the id of a feed, such as `issues` or `sections/lead`: a UUID of its name."""
    return uuid5(UUID(bytes=identity), f"feeds/{name}").urn
