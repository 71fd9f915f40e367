"""Real servers in hard times: many clients at once, and processes that are killed at work."""
