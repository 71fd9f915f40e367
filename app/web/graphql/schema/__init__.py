"""The root types and the schema made of them."""
