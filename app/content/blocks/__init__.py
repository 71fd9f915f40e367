"""The blocks of the paper: one file a block, and `registry.py`, the one list of them."""
