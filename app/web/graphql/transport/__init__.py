"""GraphQL over HTTP, WebSocket and server-sent events: execution and responses."""
