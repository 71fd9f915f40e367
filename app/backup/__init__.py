"""Backups of the whole paper as one file, and going back to one."""
