"""The response cache, the middleware that fills it, and the fast path for cache misses."""
