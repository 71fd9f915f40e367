"""The uvicorn protocol classes: connections, deadlines, read slices, upgrades. No routes."""
