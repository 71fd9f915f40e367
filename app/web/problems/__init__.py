"""Problem documents (RFC 9457): the types, and the handlers that turn errors into them."""
