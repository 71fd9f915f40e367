"""The brief: what happened on a day. One file for each kind of fact; docs/brief.md explains them.

Pure functions of a `BoardDay`: the same observations always give the same facts.
"""
