"""ASGI middleware, from the outside in: `CachingMiddleware`, `RequestContext`, `Framing`."""
