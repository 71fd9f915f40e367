"""Search: how texts become words, how words are asked for, and how hits are ranked and shown."""
