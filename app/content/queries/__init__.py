"""Read functions: each takes a reader and a viewer, and returns documents or pages."""
