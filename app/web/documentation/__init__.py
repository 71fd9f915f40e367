"""The OpenAPI document, /docs and the pages of problem types. Nothing imports this room."""
