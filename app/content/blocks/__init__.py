"""The blocks: one file per block, and `registry.py` with the list of them."""
