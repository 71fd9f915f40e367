"""What stands behind `app/db.py`: the engines, readers and writers of SQLite and PostgreSQL."""
