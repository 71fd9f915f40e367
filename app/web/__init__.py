"""What is asked for: the faces of the paper. The only folder that knows FastAPI and Jinja."""
