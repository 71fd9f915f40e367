"""The paper as pages: rendered from the same documents as the API, without a script."""
