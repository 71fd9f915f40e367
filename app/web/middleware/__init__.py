"""ASGI middleware, from the outside in: `Edge`, `RequestContext`, `Framing`."""
