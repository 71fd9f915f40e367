"""Rules of HTTP: framing, negotiation, representations, conditional requests, payloads."""
